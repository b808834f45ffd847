"""One headline number of the desk: a chip."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.tile import NO_VALUE, Tile, part


def headline(tile: Tile, texts: Catalogue) -> Component:
    """Word, alarm mark, value."""
    pieces = [
        html.Span(texts(f"desk.{tile.name}")),
        part("mark", html.I, class_name="icon mark"),
        part("value", html.B, NO_VALUE),
    ]
    return html.Span(pieces, className="chip headline", **data(widget=tile.kind, tile=tile.name))
