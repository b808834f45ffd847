"""What a number's tile is told before its value comes."""

from __future__ import annotations

from dataclasses import dataclass

from layouts.small_print import Figure, Format
from layouts.widgets.view import TileView


@dataclass(frozen=True, slots=True)
class NumberView:
    """`format`: of its own number. `also`: the small print. `has_line`: how it went today is drawn. `sound`: once, when it becomes red."""

    tile: TileView
    format: Format
    also: tuple[Figure, ...] = ()
    has_line: bool = False
    sound: str = "none"
