"""Who waits: number (masked on the server), queue and wait, oldest first."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.tile import frame, part
from layouts.widgets.view import TileView


def waiting_callers(view: TileView, texts: Catalogue) -> Component:
    """A list as long as its tile is high; a last line counts who found no place."""
    body = [part("rows", html.Div, class_name="rows"), part("more", html.P, class_name="more")]
    empty = part("empty", html.P, class_name="empty")
    return frame(view, [*body, empty])
