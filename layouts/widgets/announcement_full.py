"""A message of the desk over the whole wall, for its seconds: as large as its text allows, and a bar of the time left."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.tile import icon, part


def announcement_full(texts: Catalogue) -> Component:
    """Empty until there is one. `texts`: with the room `wall`."""
    words = {"normal": texts("announcement"), "high": texts("announcement.high")}
    return html.Div(
        [
            html.Header([icon("announce"), part("label", html.B)]),
            html.Div(part("text", html.P), className="room"),
            html.Div(part("left", html.I), className="left"),
        ],
        className="announcement_full",
        hidden=True,
        role="alert",
        **data(widget="announcement_full", **words),
    )
