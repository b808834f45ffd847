"""Tiles of queues and of the day: the table, who waits, and the chart of intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dashboard.boards.document import Board, HalfHoursTile, QueueTableTile, WaitingCallersTile
from dashboard.pages.wall.context import Context
from dashboard.pages.wall.tiles.figures import figures, limits_in_words
from layouts.widgets.half_hours import HalfHoursView
from layouts.widgets.queue_table import QueueTableView
from layouts.widgets.view import TileView

_DRAWN: Final = {
    "inbound": ("offered", "answered", "abandoned", "service_level"),
    "outbound": ("calls_dialled", "calls_connected", "connect_rate"),
}
"""Series of the chart → the metrics that it draws."""


def queue_table(tile: QueueTableTile, _board: Board, context: Context) -> QueueTableView:
    """Queues with a figure a column."""
    limits = limits_in_words("service_level", tile.limits, context)
    definitions = [
        context.definition(metric, window=tile.window, limits=limits if metric == "service_level" else "")
        for metric in tile.columns
    ]
    note = "" if tile.window in {"now", "day"} else context.window(tile.window)
    return QueueTableView(
        context.tile(tile, context.texts("tile.queue_table"), note=note, definitions=definitions),
        figures(tile.columns, context),
    )


def waiting_callers(tile: WaitingCallersTile, _board: Board, context: Context) -> TileView:
    """Who waits."""
    note = context.texts("callers.oldest_first")
    own = (context.definition("waiting"),)
    return context.tile(tile, context.texts("tile.waiting_callers"), note=note, definitions=own)


def half_hours(tile: HalfHoursTile, _board: Board, context: Context) -> HalfHoursView:
    """The day, interval by interval."""
    rate = "connect_rate" if tile.series == "outbound" else "service_level"
    definitions = [
        context.definition(
            metric, window="interval", limits=limits_in_words(metric, tile.limits, context) if metric == rate else ""
        )
        for metric in _DRAWN[tile.series]
    ]
    heading = context.texts(f"tile.half_hours.{tile.series}")
    return HalfHoursView(context.tile(tile, heading, definitions=definitions), tile.series)


TILES: Final[Mapping[str, Callable[[Any, Board, Context], Any]]] = {
    "queue_table": queue_table,
    "waiting_callers": waiting_callers,
    "half_hours": half_hours,
}
