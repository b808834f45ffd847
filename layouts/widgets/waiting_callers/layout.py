"""Who waits: number (masked on the server), queue and wait, oldest first."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets import tile
from layouts.widgets.view import TileView


def waiting_callers(view: TileView, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """A list as long as its tile is high; a last line counts who found no place."""
    rows, more = tile.part("rows", html.Div, class_name="rows"), tile.part("more", html.P, class_name="more")
    return tile.frame(view, [rows, more, tile.part("empty", html.P, class_name="empty")])
