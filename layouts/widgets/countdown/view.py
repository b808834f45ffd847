"""What a countdown is told."""

from __future__ import annotations

from dataclasses import dataclass

from layouts.widgets.view import TileView


@dataclass(frozen=True, slots=True)
class CountdownView:
    """`until`: a local time of the site, of one day (`2026-12-31T18:00`) or of every day (`18:00`). `over`: what stands there
    afterwards."""

    tile: TileView
    until: str
    over: str
