"""One headline number of the desk: a chip."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.small_print import Format
from layouts.texts import Catalogue
from layouts.widgets.tile import NO_VALUE, Tile, definitions_box, part
from layouts.widgets.view import Definition


def headline(tile: Tile, texts: Catalogue, how: Format = "count", definitions: Sequence[Definition] = ()) -> Component:
    """Word, alarm mark, value; `how` its target is written; what it is."""
    pieces = [
        html.Span(texts(f"desk.{tile.name}")),
        part("mark", html.I, class_name="icon mark"),
        part("value", html.B, NO_VALUE),
        *definitions_box(definitions),
    ]
    return html.Span(pieces, className="chip headline", **data(widget=tile.kind, tile=tile.name, format=how))
