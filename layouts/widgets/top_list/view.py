"""What a top list is told before its people come."""

from __future__ import annotations

from dataclasses import dataclass

from layouts.small_print import Format
from layouts.widgets.view import TileView


@dataclass(frozen=True, slots=True)
class TopListView:
    """`format`: of the metric's value. `rows`: the most that are shown. `leaderboard`: whose first ones they are, by their score; "": the
    metric's. `has_own_heading`: as in `OfLeaderboard`."""

    tile: TileView
    format: Format
    rows: int = 5
    leaderboard: str = ""
    has_own_heading: bool = False
