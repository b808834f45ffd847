"""What the designer offers: kinds of tiles with what a fresh one holds, metrics in groups, and names of what lies in a board's scope."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

import msgspec

from collectors.events import MeasureSettings
from dashboard.access.actor import Actor
from dashboard.access.scope import Scope
from dashboard.boards.checks import MOMENTS
from dashboard.boards.document import TILES
from dashboard.boards.leaderboard_board import LEADERBOARD
from dashboard.boards.sizes import smallest
from dashboard.floor.directions import CUSTOM
from dashboard.floor.metrics import REGISTRY, needed
from dashboard.floor.metrics import Metric as Figure
from dashboard.pages.admin.designer.fields import tile_fields
from dashboard.pages.scope_choice import name_in, offered, reader_of
from dashboard.pages.services import Services
from layouts.forms.designer import Metric, MetricGroup, Offered, TileKind
from layouts.forms.fields import Option

NEW: Final[Mapping[str, Mapping[str, Any]]] = {
    "number": {"metric": "waiting", "window": "now"},
    "text": {"size": "normal"},
    "countdown": {"until": "18:00"},
}
"""What a fresh tile needs beside its id and place."""

USUAL: Final[Mapping[str, tuple[int, int]]] = {
    "number": (6, 7),
    "service_level": (7, 7),
    "longest_wait": (6, 7),
    "agent_states": (8, 7),
    "waiting_callers": (7, 9),
    "queue_table": (9, 9),
    "agents": (14, 12),
    "half_hours": (9, 8),
    "top_list": (7, 9),
    "leaderboard_head": (24, 3),
    "podium": (10, 13),
    "ranking": (14, 18),
    "team_race": (6, 7),
    "bests": (5, 6),
    "goals": (10, 4),
    "celebration": (9, 3),
    "rest_quota": (6, 8),
    "ticker": (24, 2),
    "text": (6, 4),
    "clock": (5, 4),
    "picture": (5, 5),
    "countdown": (6, 7),
    "link_lamp": (6, 3),
}
"""As large as a fresh tile is where there is room: cells of 24 × 24."""

_UNITS: Final[Mapping[str, str]] = {
    "service_level": "ratio",
    "longest_wait": "s",
    "queue_table": "ratio",
    "half_hours": "ratio",
}
"""In what the limits of a kind are that has no metric to choose."""


def kinds() -> tuple[TileKind, ...]:
    """The palette."""
    return tuple(_kind(kind) for kind in TILES)


def _kind(kind: str) -> TileKind:
    fresh = msgspec.convert({"kind": kind, "id": "a", **NEW.get(kind, {})}, TILES[kind])
    least = smallest(fresh)
    return TileKind(
        kind=kind,
        least=least,
        usual=_at_least(USUAL[kind], least),
        least_portrait=smallest(fresh, portrait=True),
        new=NEW.get(kind, {}),
        fields=tile_fields(kind),
        unit=_UNITS.get(kind, ""),
    )


def metrics(lang: str, measures: Mapping[str, MeasureSettings]) -> tuple[MetricGroup, ...]:
    """All that can stand on a wall, in groups, by name in this language. `measures`: the site's own."""
    groups: dict[str, list[Metric]] = {}
    for figure in (*REGISTRY.values(), *(needed(f"{CUSTOM}{name}", measures) for name in measures)):
        if figure.kind == "state" or (figure.kind == "since" and figure.id not in MOMENTS):
            continue
        groups.setdefault(_group(figure), []).append(_metric(figure, lang))
    return tuple(MetricGroup(name, tuple(found)) for name, found in groups.items())


def names(services: Services, actor: Actor, scope: Scope, lang: str) -> Offered:
    """What lies in the board's scope, by name; switches and pause reasons are the site's."""
    directory = services.directory
    choice = offered(directory, reader_of(actor, scope), scope, scope, lang)
    reasons = directory.reasons.listed(reader_of(actor, scope))
    return Offered(
        ids={
            "queues": choice.queues,
            "teams": choice.teams,
            "reasons": tuple(
                Option(row.reason, name_in(lang, row.entry.name_zh, row.entry.name_en, row.reason)) for row in reasons
            ),
            "switches": tuple(Option(name, name) for name in services.settings.switches),
        },
        pictures=tuple(Option(one.id, one.name) for one in services.pictures.listed(actor)),
        leaderboards=tuple(
            Option(board.removeprefix(LEADERBOARD), name_in(lang, title.zh, title.en, board))
            for board, title in services.leaderboard_boards.titles(actor).items()
        ),
    )


@cache
def zones() -> tuple[str, ...]:
    """Names of places, as a clock takes them."""
    return tuple(
        sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    )


def _at_least(usual: tuple[int, int], least: tuple[int, int]) -> tuple[int, int]:
    return max(usual[0], least[0]), max(usual[1], least[1])


def _group(figure: Figure) -> str:
    if figure.basis == "business":
        return "business"
    if figure.scope == "floor":
        return "floor"
    return f"{figure.scope}_{'now' if figure.basis == 'now' else 'window'}"


def _metric(figure: Figure, lang: str) -> Metric:
    return Metric(
        id=figure.id,
        name=figure.names[lang],
        definition=figure.definitions[lang],
        unit=figure.unit.replace(" ", "_").replace(",", ""),
        scopes=figure.scopes,
        ticks=figure.kind == "since",
        is_now=figure.basis == "now",
    )
