"""From a floor to what a board's tiles hold, as one viewer may see it.

Pure. One table names each kind of tile: what it looks at, how its value is computed. `view` computes all of a board;
`advance` only what a sight's last move put in doubt, and says what changed.

Invariant (property test): after any sequence of moves, what `advance` kept up to date equals a fresh `view`, but for the
seconds in agents' rows that grow while nothing happens (see `dashboard.live.sight`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from dashboard.boards import STANDING, Board, TileBase, Title, kind_of
from dashboard.boards.document import AgentsTile, NumberTile
from dashboard.floor.links import links as floor_links
from dashboard.floor.metrics import needed
from dashboard.floor.state import Floor
from dashboard.live.dirty import Moved
from dashboard.live.frames import LinkLine
from dashboard.live.leaderboard_words import leaderboard_words
from dashboard.live.patches import refresh, rows_diff
from dashboard.live.reach import Aim
from dashboard.live.sight import Sight
from dashboard.live.sources import sources
from dashboard.live.tiles import (
    half_hours,
    leaderboard,
    numbers,
    own_place,
    queues,
    rest_quota,
    sessions,
    staff,
    top_list,
)
from dashboard.live.tiles.numbers import NOTHING_EARLIER
from dashboard.live.values import Patch, Rows, RowsPatch, TileValue, View


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of tile. `is_touched`: whether its value may have changed; `rows`: lists that are refreshed row by row."""

    value: Callable[[Sight, Aim, Any], TileValue]
    is_touched: Callable[[Moved, Aim], bool]
    fresh: Callable[[Sight, Aim, Any, Rows[Any]], tuple[dict[str, Any], list[str] | None]] | None = None


def _by_queues(moved: Moved, aim: Aim) -> bool:
    return moved.time or not moved.queues.isdisjoint(aim.queues)


def _by_anything(moved: Moved, _aim: Aim) -> bool:
    return moved.time or moved.waiting or bool(moved.queues or moved.agents)


def _by_waiting(moved: Moved, aim: Aim) -> bool:
    return moved.time or (moved.waiting or not moved.queues.isdisjoint(aim.queues))


def _by_agents(moved: Moved, _aim: Aim) -> bool:
    return bool(moved.agents)


def _by_agents_or_time(moved: Moved, _aim: Aim) -> bool:
    return moved.time or bool(moved.agents)


def _by_sessions(moved: Moved, _aim: Aim) -> bool:
    """Agents, too: of another name, or gone out of sight."""
    return moved.time or moved.sessions or bool(moved.agents)


def _by_leaderboards(moved: Moved, _aim: Aim) -> bool:
    """Order, too: whom the viewer may be told of is another."""
    return moved.leaderboards or moved.order


def _by_agents_time_or_leaderboards(moved: Moved, aim: Aim) -> bool:
    return _by_agents_or_time(moved, aim) or moved.leaderboards


def _by_the_second(moved: Moved, _aim: Aim) -> bool:
    """Half-hour bars need no more; and counting the waits of all queues twice is a fifth of a wall's tick."""
    return moved.time


KINDS: dict[str, Kind] = {
    "number": Kind(numbers.number, _by_anything),
    "service_level": Kind(numbers.service_level, _by_queues),
    "longest_wait": Kind(numbers.longest_wait, _by_waiting),
    "agent_states": Kind(staff.agent_states, _by_agents_or_time),
    "queue_table": Kind(queues.queue_table, _by_queues),
    "waiting_callers": Kind(queues.waiting_callers, _by_waiting),
    "agents": Kind(staff.agents, _by_agents, staff.fresh_agents),
    "half_hours": Kind(half_hours.half_hours, _by_the_second),
    "top_list": Kind(top_list.top_list, _by_agents_time_or_leaderboards),
    "leaderboard_head": Kind(leaderboard.leaderboard_head, _by_leaderboards),
    "podium": Kind(leaderboard.places, _by_leaderboards),
    "ranking": Kind(leaderboard.places, _by_leaderboards),
    "team_race": Kind(leaderboard.team_race, _by_leaderboards),
    "bests": Kind(leaderboard.bests, _by_leaderboards),
    "goals": Kind(leaderboard.goals, _by_leaderboards),
    "celebration": Kind(leaderboard.celebration, _by_leaderboards),
    "sessions": Kind(sessions.sessions, _by_sessions),
    "own": Kind(sessions.own, _by_agents_or_time),
    "messages": Kind(sessions.messages, _by_agents_or_time),
    "own_place": Kind(own_place.own_place, _by_agents_or_time),
    "rest_quota": Kind(rest_quota.rest_quota, _by_agents_or_time),
}


def view(sight: Sight, board: Board) -> View:
    """Every tile of a board."""
    return {name: _value(sight, sight.aim(board, tile), tile, kind) for name, tile, kind in _valued(board)}


@lru_cache(maxsize=4_096)
def _valued(board: Board) -> tuple[tuple[str, TileBase, Kind], ...]:
    """The tiles that have a value: id, what makes the value, kind."""
    kinds = ((tile, kind_of(tile)) for tile in board.tiles)
    return tuple((tile.id, _the_one(essence(tile)), KINDS[kind]) for tile, kind in kinds if kind not in STANDING)


@lru_cache(maxsize=16_384)
def _the_one(essence: TileBase) -> TileBase:
    """The same object for all that are equal: comparing them costs nothing then."""
    return essence


def essence(tile: TileBase) -> TileBase:
    """A tile without what changes nothing in its value: tiles of several boards that ask for the same are equal then."""
    plain: dict[str, Any] = {"id": "_", "at": None, "portrait": None, "title": Title()}
    limits = getattr(tile, "limits", None)
    if limits is not None:
        plain["limits"] = replace(limits, sound="none")
    if isinstance(tile, NumberTile) and needed(tile.metric).basis in NOTHING_EARLIER:
        plain["trend"] = "none"
    if isinstance(tile, AgentsTile):
        plain["label"] = "name"
    return replace(tile, **plain)


def _value(sight: Sight, aim: Aim, tile: TileBase, kind: Kind) -> TileValue:
    """Lists that are refreshed in place are a view's own; all else is shared by the boards of a sight."""
    return kind.value(sight, aim, tile) if kind.fresh is not None else sight.tile_value(aim, tile, kind.value)


def advance(shown: View, sight: Sight, board: Board) -> Patch:
    """Bring `shown` up to date, in place, after `sight.move`; returns what changed. Empty: nothing."""
    patch: Patch = {}
    moved = sight.moved
    for name, tile, kind in _valued(board):
        aim = sight.aim(board, tile)
        if kind.is_touched(moved, aim):
            change = _advance_tile(shown, name, sight, aim, tile, kind)
            if change is not None:
                patch[name] = change
    return patch


def _advance_tile(shown: View, name: str, sight: Sight, aim: Aim, tile: TileBase, kind: Kind) -> Any:
    old = shown[name]
    if kind.fresh is not None and not getattr(tile, "rows", 0) and isinstance(old, Rows):
        return refresh(old, *kind.fresh(sight, aim, tile, old))
    new = _value(sight, aim, tile, kind)
    if isinstance(new, Rows) and isinstance(old, Rows):
        change: RowsPatch | None = rows_diff(old, new)
        if change is not None:
            shown[name] = new
        return change
    if new == old:
        return None
    shown[name] = new
    return new


def links(floor: Floor, now_ms: int) -> list[LinkLine]:
    """Every switch link, as the heartbeat tells it."""
    return [
        LinkLine(link.switch, link.state, link.alive_ms, link.since_ms, link.reason, link.skew_ms)
        for link in floor_links(floor, now_ms)
    ]


def names(sight: Sight, board: Board) -> dict[str, Any]:
    """What ids are called, in all languages: only of queues and teams that the viewer may see. All of it is typed by people."""
    settings = sight.floor.settings
    queues, teams = sight.named_queues(), sight.named_teams()
    return {
        "site": sight.floor.site,
        "time_zone": settings.time_zone,
        "sources": sources(sight, board),
        "leaderboards": leaderboard_words(sight, board),
        "board": {"title": {"zh": board.title.zh, "en": board.title.en}},
        "queues": {
            queue: {"zh": settings.queues[queue].names.zh, "en": settings.queues[queue].names.en}
            for queue in (settings.queues if queues is None else settings.queues.keys() & queues)
        },
        "teams": {
            team: {"zh": settings.teams[team].names.zh, "en": settings.teams[team].names.en}
            for team in (settings.teams if teams is None else settings.teams.keys() & teams)
        },
        "reasons": {
            reason: {"zh": own.names.zh, "en": own.names.en, "category": own.category, "limit_s": own.limit_s}
            for reason, own in settings.pause_reasons.items()
        },
    }
