"""What a service level's tile is told before its value comes."""

from __future__ import annotations

from dataclasses import dataclass

from layouts.small_print import Figure
from layouts.widgets.view import TileView


@dataclass(frozen=True, slots=True)
class ServiceLevelView:
    """`window`: in words, stands before the formula's name. `has_own_heading`: the board names the tile; else the heading is the
    product's, with the threshold. `has_recent`: the last 30 minutes are told beside it: not where they are the window.
    `sound`: once, when it becomes red."""

    tile: TileView
    window: str
    also: tuple[Figure, ...] = ()
    has_own_heading: bool = False
    has_recent: bool = True
    sound: str = "none"
