"""Tiles that are no more than their frame to the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dashboard.boards.document import TILES as KINDS
from dashboard.boards.document import Board, NumberTile, TileBase, kind_of
from dashboard.pages.wall.context import Context
from layouts.widgets.view import TileView

_NOTES = {"agents": "agents.framed", "waiting_callers": "callers.oldest_first"}


def plain(tile: TileBase, _board: Board, context: Context) -> TileView:
    """Any kind, with the product's own heading."""
    kind, texts = kind_of(tile), context.texts
    note = texts(_NOTES[kind]) if kind in _NOTES else ""
    known = f"tile.{kind}"
    heading = texts(known) if known in texts.words else ""
    return context.tile(tile, heading, note=note)


def trend(tile: TileBase, _board: Board, context: Context) -> TileView:
    """The day in half-hours."""
    return context.tile(tile, context.texts("tile.trend"), kind="trend")


def number(tile: NumberTile, _board: Board, context: Context) -> TileView:
    """Any metric."""
    own = tile.metric if tile.metric in {"waiting", "answered"} else "waiting"
    definitions = [context.definition(name, window=tile.window) for name in (tile.metric, *tile.also)]
    note = "" if tile.window == "now" else context.window(tile.window)
    return context.tile(tile, context.metric(tile.metric), note=note, definitions=definitions, kind=own)


TILES: Final[Mapping[str, Callable[[Any, Board, Context], Any]]] = {
    **dict.fromkeys(KINDS, plain),
    "half_hours": trend,
    "number": number,
}
