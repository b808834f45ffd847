"""What the tile of the switch links is told."""

from __future__ import annotations

from dataclasses import dataclass

from layouts.widgets.view import TileView


@dataclass(frozen=True, slots=True)
class LinkLampView:
    """`switches`: those that are shown; none: all that the gateway speaks of."""

    tile: TileView
    switches: tuple[str, ...] = ()
