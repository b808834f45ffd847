"""What the tile of the agents is told before its people come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from layouts.widgets.view import TileView


@dataclass(frozen=True, slots=True)
class AgentsView:
    """`label`: what stands on a person's cell."""

    tile: TileView
    label: Literal["name", "staff_number"] = "name"
