"""How many callers wait now."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.tile import Tile, frame, number, print_line


def waiting(tile: Tile, texts: Catalogue) -> Component:
    """A count, how many of them ring at an agent, and the estimated wait."""
    return frame(tile, texts("tile.waiting"), [number(), print_line("ringing", "estimate")])
