"""How long the caller waits who has waited longest, and where."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.tile import frame, number, print_line
from layouts.widgets.view import TileView


def longest_wait(view: TileView, texts: Catalogue) -> Component:
    """A duration that ticks in the browser, and its queue."""
    return frame(view, [number(), print_line("queue", "limit")])
