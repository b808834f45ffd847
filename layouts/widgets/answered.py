"""Calls answered and abandoned today."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.tile import Tile, frame, number, print_line


def answered(tile: Tile, texts: Catalogue) -> Component:
    """Two counts, and the small print of how fast it went."""
    body = [number("pair"), print_line("abandon_rate", "asa", "aht")]
    return frame(tile, texts("tile.answered"), body, note=texts("today"))
