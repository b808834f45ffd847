"""Boards: what a wall, a desk or an agent's page shows, as data.

`document` has the types, `reading` turns JSON into a checked board or into sentences, `templates` has what we ship.
"""

from dashboard.boards.earlier import (
    AGENTS,
    DEFAULT,
    FIELDS_OF_KIND,
    FLOOR,
    ME,
    SHIPPED,
    WALLS,
    Board,
    BoardError,
    Tile,
    Title,
    board_from,
    check,
)

__all__ = [
    "AGENTS",
    "DEFAULT",
    "FIELDS_OF_KIND",
    "FLOOR",
    "ME",
    "SHIPPED",
    "WALLS",
    "Board",
    "BoardError",
    "Tile",
    "Title",
    "board_from",
    "check",
]
