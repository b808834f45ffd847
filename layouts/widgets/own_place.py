"""One's own place on leaderboards: a card each, made by its code; nothing at all for who takes part in none."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.tile import Tile

APPEARANCE = "/me/appearance/"


def own_place(tile: Tile, texts: Catalogue) -> Component:
    """Hidden until there is a place to show."""
    heading = html.H2([html.Span(texts("place.title")), html.A(texts("place.appearance"), href=APPEARANCE)])
    return html.Section(
        [heading, html.Ul(**data(part="places"))],
        className="tile own_place",
        hidden=True,
        **data(widget=tile.kind, tile=tile.name),
    )
