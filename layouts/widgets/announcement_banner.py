"""A message of the desk across the wall, under the header: the page below makes room for it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.tile import icon, part


def announcement_banner(texts: Catalogue) -> Component:
    """Empty until there is one. `texts`: with the room `wall`."""
    words = {"normal": texts("announcement"), "high": texts("announcement.high")}
    return html.Div(
        [icon("announce"), part("label", html.B), part("text", html.P), part("count", html.Small)],
        className="announcement_banner",
        hidden=True,
        role="status",
        **data(widget="announcement_banner", **words),
    )
