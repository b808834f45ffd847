"""What the tile of the rest quotas is told; everything else is in its value."""

from __future__ import annotations

from dataclasses import dataclass

from layouts.widgets.view import TileView


@dataclass(frozen=True, slots=True)
class RestQuotaView:
    """Nothing of its own."""

    tile: TileView
