"""Tiles that the gateway sends no value for: messages, notes, clocks, pictures, countdowns, and the lamps of the switch links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dashboard.boards.document import (
    Board,
    ClockTile,
    CountdownTile,
    LinkLampTile,
    Message,
    PictureTile,
    TextTile,
    TickerTile,
)
from dashboard.pages.wall.context import Context
from layouts.widgets.clock import ClockFace, ClockView
from layouts.widgets.countdown import CountdownView
from layouts.widgets.link_lamp import LinkLampView
from layouts.widgets.picture import PictureView
from layouts.widgets.text import TextView
from layouts.widgets.ticker import TickerMessage, TickerView
from layouts.widgets.view import TileView

PICTURES: Final = "/wall/pictures/"
"""Where pictures are."""

BAR: Final = TileView("ticker-bar", "ticker", "")
"""The line at the bottom is no tile of the document."""


def ticker(tile: TickerTile, board: Board, context: Context) -> TickerView:
    """The board's messages in a tile."""
    return TickerView(
        context.tile(tile, context.texts("ticker.label")), _messages(board, context), board.ticker.seconds
    )


def ticker_bar(board: Board, context: Context) -> TickerView | None:
    """The line at the bottom; none where a tile shows the messages. It is there without messages too: announcements come in it."""
    if any(isinstance(tile, TickerTile) for tile in board.tiles):
        return None
    return TickerView(BAR, _messages(board, context), board.ticker.seconds, is_bar=True)


def _messages(board: Board, context: Context) -> tuple[TickerMessage, ...]:
    return tuple(_message(one, context) for one in board.ticker.messages)


def _message(message: Message, context: Context) -> TickerMessage:
    text = context.said(message.text)
    return TickerMessage(text, message.priority, message.from_time or "", message.until_time or "")


def text(tile: TextTile, _board: Board, context: Context) -> TextView:
    """A note; without a title it has no heading."""
    return TextView(context.tile(tile, ""), context.said(tile.text), tile.size)


def clock(tile: ClockTile, _board: Board, context: Context) -> ClockView:
    """Clocks; without a title they have no heading."""
    faces = tuple(ClockFace(one.zone, context.said(one.label)) for one in tile.clocks)
    return ClockView(context.tile(tile, ""), faces, seconds=tile.seconds, date=tile.date)


def picture(tile: PictureTile, _board: Board, context: Context) -> PictureView:
    """A picture; without a title it has no heading."""
    address = PICTURES + tile.picture if tile.picture else ""
    return PictureView(context.tile(tile, ""), address, context.said(tile.alt), tile.fit)


def countdown(tile: CountdownTile, _board: Board, context: Context) -> CountdownView:
    """Time left."""
    over = context.said(tile.over, context.texts("countdown.over"))
    return CountdownView(context.tile(tile, context.texts("tile.countdown")), tile.until, over)


def link_lamp(tile: LinkLampTile, _board: Board, context: Context) -> LinkLampView:
    """The switch links."""
    return LinkLampView(context.tile(tile, context.texts("tile.link_lamp")), tile.switches)


TILES: Final[Mapping[str, Callable[[Any, Board, Context], Any]]] = {
    "ticker": ticker,
    "text": text,
    "clock": clock,
    "picture": picture,
    "countdown": countdown,
    "link_lamp": link_lamp,
}
