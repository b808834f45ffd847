"""Agents over their limit, the longest first."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from layouts.texts import Catalogue
from layouts.widgets.tile import Tile, part


def attention(tile: Tile, texts: Catalogue) -> Component:
    """A row of cards; the last place counts the others."""
    return html.Section(
        [part("cards", html.Div, class_name="cards"), part("more", html.Span, class_name="rest")],
        className="attention",
        hidden=True,
        **data(widget=tile.kind, tile=tile.name),
        **aria(label=texts("desk.attention")),
    )
