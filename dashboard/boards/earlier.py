"""Boards: which tiles a screen shows, as data.

A board is a document. It says what to show of which queues and teams, never how it looks: the layout is the screen's.
The shipped boards are documents like any other and pass the same checks. Boards are frozen and hashable: two screens with
equal boards share one view.

Invariants: tile ids are unique in a board; a tile holds only fields that its kind understands; thresholds lie on one side.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import msgspec

from collectors.events import SlFormula
from dashboard.floor.metrics import REGISTRY

Kind = Literal[
    "metric", "service_level", "longest_wait", "agent_states", "queue_table", "waiting_callers", "agents", "trend"
]
Window = Literal["now", "day", "interval", "last_5_min", "last_15_min", "last_30_min", "last_60_min"]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9_-]*$")]
SwitchId = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]

MOST_TILES = 40
MOST_ROWS = 10_000


class BoardError(Exception):
    """A board document is wrong. The text is one sentence that names board, tile and field."""


class Title(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people read, in the languages that we ship."""

    zh: str = ""
    en: str = ""


class Tile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One tile. Empty `queues`/`teams`: those of the board. `amber`/`red` are in the metric's own unit; `worse` says on
    which side of them it gets worse. `rows`: most rows of a list, 0 for all. `signed_out`: agents that are signed out
    too. Where a tile leaves out target, threshold or formula, each queue's own settings apply."""

    id: Id
    kind: Kind
    metric: str | None = None
    also: tuple[str, ...] = ()
    window: Window = "day"
    queues: tuple[SwitchId, ...] = ()
    teams: tuple[SwitchId, ...] = ()
    formula: SlFormula | None = None
    threshold_s: Annotated[int, msgspec.Meta(ge=1, le=3600)] | None = None
    target: float | None = None
    amber: float | None = None
    red: float | None = None
    worse: Literal["above", "below"] = "above"
    rows: Annotated[int, msgspec.Meta(ge=0, le=MOST_ROWS)] = 0
    signed_out: bool = False


class Board(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A board; empty `queues`/`teams` mean all that the viewer may see."""

    id: Id
    title: Title
    tiles: tuple[Tile, ...]
    queues: tuple[SwitchId, ...] = ()
    teams: tuple[SwitchId, ...] = ()


_ALWAYS = frozenset({"id", "kind", "queues", "teams"})
_LEVELS = frozenset({"target", "amber", "red", "worse"})
FIELDS_OF_KIND: dict[str, frozenset[str]] = {
    "metric": _ALWAYS | _LEVELS | {"metric", "also", "window", "formula", "threshold_s"},
    "service_level": _ALWAYS | _LEVELS | {"window", "formula", "threshold_s", "also"},
    "longest_wait": _ALWAYS | _LEVELS,
    "agent_states": _ALWAYS,
    "queue_table": _ALWAYS | {"window", "formula", "threshold_s", "target", "amber", "red", "rows"},
    "waiting_callers": _ALWAYS | {"rows"},
    "agents": _ALWAYS | {"rows", "signed_out"},
    "trend": _ALWAYS | {"target"},
}


def board_from(document: bytes | str | dict[str, Any]) -> Board:
    """A checked board from JSON (or an object read from JSON). Raises `BoardError`."""
    try:
        found = document if isinstance(document, dict) else msgspec.json.decode(document)
    except msgspec.DecodeError as error:
        raise BoardError(f"Board: this is not valid JSON: {error}.") from None
    try:
        board = msgspec.convert(found, Board)
    except msgspec.ValidationError as error:
        raise BoardError(f"{_place_in(found, str(error))}.") from None
    check(board)
    return board


def check(board: Board) -> None:
    """Raises `BoardError` where the document is well formed but makes no sense."""
    if not 1 <= len(board.tiles) <= MOST_TILES:
        raise BoardError(f"Board {board.id!r}, tiles: it has {len(board.tiles)}; give it 1 to {MOST_TILES}.")
    seen: set[str] = set()
    for tile in board.tiles:
        if tile.id in seen:
            raise _wrong(board, tile, "id", "another tile has the same id; give each its own")
        seen.add(tile.id)
        _check_tile(board, tile)


def _check_tile(board: Board, tile: Tile) -> None:
    allowed = FIELDS_OF_KIND[tile.kind]
    for field, default in zip(Tile.__struct_fields__[2:], Tile.__struct_defaults__, strict=True):
        if field not in allowed and getattr(tile, field) != default:
            raise _wrong(board, tile, field, f"a tile of kind {tile.kind!r} has no such field; leave it out")
    if tile.kind == "metric" and tile.metric is None:
        raise _wrong(board, tile, "metric", "say which metric it shows")
    for field, metric in (("metric", tile.metric), *(("also", metric) for metric in tile.also)):
        if metric is not None and (what := _not_a_number(metric)):
            raise _wrong(board, tile, field, what)
    if tile.amber is not None and tile.red is not None and (tile.red > tile.amber) != (_worse(tile) == "above"):
        raise _wrong(board, tile, "red", f"it must lie {_worse(tile)} amber ({tile.amber}), where it gets worse")


def _not_a_number(metric: str) -> str:
    """Why a tile cannot show this metric; "" if it can."""
    known = REGISTRY.get(metric)
    if known is None:
        return f"there is no metric {metric!r}; docs/metrics.md lists them"
    if known.kind in {"since", "state"}:
        return f"{metric!r} is a moment or a word, not a number; choose another"
    return ""


def _worse(tile: Tile) -> str:
    return "below" if tile.kind in {"service_level", "queue_table"} else tile.worse


def _wrong(board: Board, tile: Tile, field: str, what: str) -> BoardError:
    return BoardError(f"Board {board.id!r}, tile {tile.id!r}, {field}: {what}.")


_PATH = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_TILE = re.compile(r"^\.tiles\[(?P<place>\d+)\]\.?(?P<field>.*)$")


def _place_in(found: object, error: str) -> str:
    """`$.tiles[2].kind` in words: which board, which tile, which field, as far as the broken document tells."""
    if not isinstance(found, dict):
        return f"Board: {error}"
    parts = _PATH.match(error)
    what, path = (parts["what"], parts["path"] or "") if parts else (error, "")
    words = [f"Board {found.get('id', '?')!r}"]
    tile = _TILE.match(path)
    if tile:
        document_of_tile = found["tiles"][int(tile["place"])]
        name = document_of_tile.get("id") if isinstance(document_of_tile, dict) else None
        words.append(f"tile {name!r}" if name else f"tile {int(tile['place']) + 1}")
    field = tile["field"] if tile else path.lstrip(".")
    return f"{', '.join([*words, *([field] if field else [])])}: {what}"


DEFAULT = Board(
    id="default",
    title=Title(zh="现场大屏", en="Floor wall"),
    tiles=(
        Tile("service_level", "service_level", also=("asa",)),
        Tile("longest_wait", "longest_wait"),
        Tile("waiting", "metric", metric="waiting", window="now", also=("ringing", "estimated_wait")),
        Tile("agent_states", "agent_states"),
        Tile("queue_table", "queue_table"),
        Tile("agents", "agents"),
        Tile("waiting_callers", "waiting_callers", rows=30),
        Tile(
            "answered",
            "metric",
            metric="answered",
            also=("offered", "abandoned", "abandon_rate", "left_otherwise", "asa", "aht"),
        ),
        Tile("trend", "trend"),
    ),
)
"""The shipped wall."""

FLOOR = Board(
    id="floor",
    title=Title(zh="现场坐席", en="The floor"),
    tiles=(
        Tile("service_level", "service_level", also=("asa",)),
        Tile("longest_wait", "longest_wait"),
        Tile("waiting", "metric", metric="waiting", window="now", also=("ringing", "estimated_wait")),
        Tile("agent_states", "agent_states"),
        Tile("queue_table", "queue_table"),
        Tile("agents", "agents", signed_out=True),
        Tile("waiting_callers", "waiting_callers", rows=200),
        Tile(
            "answered",
            "metric",
            metric="answered",
            also=("offered", "abandoned", "abandon_rate", "left_otherwise", "asa", "aht"),
        ),
    ),
)
"""The desk's list of all agents, with the wall's headline numbers."""

AGENTS = Board(
    id="agents",
    title=Title(zh="坐席墙", en="Agents wall"),
    tiles=(
        Tile("agent_states", "agent_states"),
        Tile("agents", "agents"),
        Tile("waiting", "metric", metric="waiting", window="now", also=("ringing", "estimated_wait")),
        Tile("longest_wait", "longest_wait"),
        Tile("waiting_callers", "waiting_callers", rows=30),
    ),
)
"""A wall for the room in which the agents sit: who is in which state, and who waits for them."""

ME = Board(
    id="me",
    title=Title(zh="我的状态", en="My shift"),
    tiles=(
        Tile("agents", "agents", signed_out=True),
        Tile("handled", "metric", metric="calls_handled", also=("calls_missed", "call_count", "talk_total")),
        Tile("aht", "metric", metric="aht", also=("avg_talk", "avg_hold", "avg_wrap_up")),
        Tile("occupancy", "metric", metric="occupancy", also=("utilisation",)),
        Tile("signed_in", "metric", metric="signed_in", also=("available", "paused", "wrap_up")),
    ),
)
"""An agent's own page: their state and the numbers of their day."""

SHIPPED: dict[str, Board] = {board.id: board for board in (DEFAULT, AGENTS, FLOOR, ME)}

WALLS: tuple[str, ...] = (DEFAULT.id, AGENTS.id)
"""The boards that a TV may show; the others are pages of people."""
