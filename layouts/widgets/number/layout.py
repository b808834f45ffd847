"""A number as large as its tile allows, how it went today, and one line of small print."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.small_print import small_print
from layouts.texts import Catalogue
from layouts.widgets import tile
from layouts.widgets.number.view import NumberView


def number(view: NumberView, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """The line is left out where the board wants none: nothing keeps its place free."""
    line = [tile.part("line", html.Div, class_name="line")] if view.has_line else []
    row = html.Div([tile.number(), *line], className="figures")
    body = [row, small_print(("target",), view.also, ("trend",))]
    return tile.frame(view.tile, body, format=view.format, sound=view.sound)
