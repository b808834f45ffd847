"""What a tile of clocks is told."""

from __future__ import annotations

from dataclasses import dataclass

from layouts.widgets.view import TileView


@dataclass(frozen=True, slots=True)
class ClockFace:
    """`zone`: IANA name; "" for the site's. `label`: what stands over it."""

    zone: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class ClockView:
    """`seconds`, `date`: whether they are shown."""

    tile: TileView
    faces: tuple[ClockFace, ...] = (ClockFace(),)
    seconds: bool = True
    date: bool = True
