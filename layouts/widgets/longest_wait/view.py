"""What the longest wait's tile is told before its value comes."""

from __future__ import annotations

from dataclasses import dataclass

from layouts.widgets.view import TileView


@dataclass(frozen=True, slots=True)
class LongestWaitView:
    """`sound`: once, when it becomes red."""

    tile: TileView
    sound: str = "none"
