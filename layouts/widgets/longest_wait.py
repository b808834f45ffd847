"""How long the caller waits who has waited longest, and where."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.tile import Tile, frame, number, print_line


def longest_wait(tile: Tile, texts: Catalogue) -> Component:
    """A duration that ticks in the browser, and its queue."""
    return frame(tile, texts("tile.longest_wait"), [number(), print_line("queue", "limit")])
