"""From a tile of the document to what its layout is told, by kind: `(tile, board, context) -> view`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dashboard.boards.document import Board, Tile, kind_of
from dashboard.pages.wall.context import Context
from dashboard.pages.wall.tiles import leaderboards, lists, numbers, people, plain, standing

Mapped = Callable[[Any, Board, Context], Any]

TILES: Final[Mapping[str, Mapped]] = {
    **plain.TILES,
    **people.TILES,
    **standing.TILES,
    **numbers.TILES,
    **lists.TILES,
    **leaderboards.TILES,
}
"""Kind of the document → its mapping."""


def view_of(tile: Tile, board: Board, context: Context) -> Any:
    """The view of one tile."""
    return TILES[kind_of(tile)](tile, board, context)
