"""What a table of queues is told before its rows come."""

from __future__ import annotations

from dataclasses import dataclass

from layouts.small_print import Figure
from layouts.widgets.view import TileView


@dataclass(frozen=True, slots=True)
class QueueTableView:
    """`columns`: in the order of a row's values."""

    tile: TileView
    columns: tuple[Figure, ...]
