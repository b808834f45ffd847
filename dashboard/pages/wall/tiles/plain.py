"""Tiles that are no more than their frame to the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dashboard.boards.document import TILES as KINDS
from dashboard.boards.document import Board, TileBase, kind_of
from dashboard.pages.wall.context import Context
from layouts.widgets.view import TileView


def plain(tile: TileBase, _board: Board, context: Context) -> TileView:
    """Any kind, with the product's own heading."""
    kind, texts = kind_of(tile), context.texts
    known = f"tile.{kind}"
    heading = texts(known) if known in texts.words else ""
    return context.tile(tile, heading)


TILES: Final[Mapping[str, Callable[[Any, Board, Context], Any]]] = dict.fromkeys(KINDS, plain)
