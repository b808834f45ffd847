"""How many callers wait now."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.tile import frame, number, print_line
from layouts.widgets.view import TileView


def waiting(view: TileView, texts: Catalogue) -> Component:
    """A count, how many of them ring at an agent, and the estimated wait."""
    return frame(view, [number(), print_line("ringing", "estimate")])
