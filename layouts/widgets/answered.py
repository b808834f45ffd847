"""Calls answered and abandoned today."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.tile import frame, number, print_line
from layouts.widgets.view import TileView


def answered(view: TileView, texts: Catalogue) -> Component:
    """Two counts, and the small print of how fast it went."""
    body = [number("pair"), print_line("abandon_rate", "asa", "aht")]
    return frame(view, body)
