"""What a chart of the day is told before its values come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from layouts.widgets.view import TileView


@dataclass(frozen=True, slots=True)
class HalfHoursView:
    """`series`: calls that came in, or calls that were dialled."""

    tile: TileView
    series: Literal["inbound", "outbound"] = "inbound"
