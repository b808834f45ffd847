"""What a note's tile is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from layouts.widgets.view import TileView


@dataclass(frozen=True, slots=True)
class TextView:
    """`size`: how large it may be; it is smaller where it does not fit."""

    tile: TileView
    text: str
    size: Literal["small", "normal", "large"] = "normal"
