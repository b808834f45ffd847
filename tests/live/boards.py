"""Boards for tests: short to write, and one wall with every kind of tile that has a value."""

from __future__ import annotations

from dashboard.boards import FLOOR, ME, MONITOR, Board, Page, Tile, Title
from dashboard.boards.document import (
    AgentStatesTile,
    AgentsTile,
    HalfHoursTile,
    LongestWaitTile,
    NumberTile,
    QueueTableTile,
    ServiceLevelTile,
    WaitingCallersTile,
)


def board_of(
    board_id: str, *tiles: Tile, queues: tuple[str, ...] = (), teams: tuple[str, ...] = (), title: Title | None = None
) -> Board:
    """A board of one page."""
    return Board(board_id, title or Title("试", "Test"), (Page(tiles),), queues=queues, teams=teams)


def number(tile: str, metric: str, **fields: object) -> NumberTile:
    """A number without a line, unless it is asked for."""
    return NumberTile(id=tile, metric=metric, **{"trend": "none", **fields})  # type: ignore[arg-type]


WALL = board_of(
    "default",
    ServiceLevelTile(id="service_level", also=("asa",)),
    LongestWaitTile(id="longest_wait"),
    number("waiting", "waiting", window="now", also=("ringing", "estimated_wait")),
    AgentStatesTile(id="agent_states"),
    QueueTableTile(id="queue_table"),
    AgentsTile(id="agents"),
    WaitingCallersTile(id="waiting_callers", rows=30),
    number("answered", "answered", also=("offered", "abandoned", "abandon_rate", "left_otherwise", "asa", "aht")),
    HalfHoursTile(id="trend"),
)

AGENTS_WALL = board_of(
    "agents",
    AgentStatesTile(id="agent_states"),
    AgentsTile(id="agents"),
    number("waiting", "waiting", window="now", also=("ringing", "estimated_wait")),
    LongestWaitTile(id="longest_wait"),
    WaitingCallersTile(id="waiting_callers", rows=30),
)

BOARDS = {one.id: one for one in (WALL, AGENTS_WALL, FLOOR, ME, MONITOR)}
"""As a gateway has them."""
