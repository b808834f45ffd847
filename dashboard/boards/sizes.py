"""The smallest place of each kind of tile, in cells, in which its important number is read across a room and nothing is cut.

Measured in the browser by the tests of the walls; a board with a smaller tile is refused.
"""

from __future__ import annotations

from typing import Final

from dashboard.boards.document import QueueTableTile, TileBase, kind_of

SMALLEST: Final[dict[str, tuple[int, int]]] = {
    "number": (5, 5),
    "service_level": (5, 6),
    "longest_wait": (5, 5),
    "agent_states": (7, 6),
    "queue_table": (6, 6),
    "waiting_callers": (5, 6),
    "agents": (10, 8),
    "half_hours": (6, 6),
    "top_list": (6, 7),
    "leaderboard_head": (12, 3),
    "podium": (8, 9),
    "ranking": (7, 8),
    "team_race": (5, 5),
    "bests": (4, 4),
    "goals": (8, 3),
    "celebration": (5, 3),
    "rest_quota": (5, 6),
    "ticker": (12, 2),
    "text": (3, 2),
    "clock": (3, 3),
    "picture": (2, 2),
    "countdown": (5, 6),
    "link_lamp": (4, 2),
}
"""Kind → least width and height on the grid of a screen that is wider than high (24 × 24)."""

SMALLEST_PORTRAIT: Final[dict[str, tuple[int, int]]] = {
    "number": (6, 7),
    "service_level": (6, 7),
    "longest_wait": (6, 7),
    "agent_states": (12, 6),
    "queue_table": (6, 7),
    "waiting_callers": (6, 7),
    "agents": (12, 8),
    "half_hours": (6, 7),
    "top_list": (6, 7),
    "leaderboard_head": (12, 4),
    "podium": (9, 11),
    "ranking": (7, 9),
    "team_race": (5, 6),
    "bests": (4, 5),
    "goals": (6, 4),
    "celebration": (5, 4),
    "rest_quota": (6, 6),
    "ticker": (12, 2),
    "text": (3, 2),
    "clock": (3, 3),
    "picture": (2, 2),
    "countdown": (6, 7),
    "link_lamp": (4, 2),
}
"""The same on the grid of one that is higher than wide (12 × 44): as high as numbers must be there."""

_NAME_CELLS: Final = {False: 2.0, True: 1.8}
_COLUMN_CELLS: Final = {False: 1.3, True: 1.15}
"""What a table's names and each of its columns take; on a screen that is higher than wide a cell is a little wider."""


def smallest(tile: TileBase, *, portrait: bool = False) -> tuple[int, int]:
    """The least width and height of this tile: that of its kind, and of a table's columns."""
    w, h = (SMALLEST_PORTRAIT if portrait else SMALLEST)[kind_of(tile)]
    if isinstance(tile, QueueTableTile):
        w = max(w, round(_NAME_CELLS[portrait] + _COLUMN_CELLS[portrait] * len(tile.columns)))
    return w, h
