"""Everybody on the floor, a cell each, on one canvas."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from layouts.texts import Catalogue
from layouts.widgets.agents.view import AgentsView
from layouts.widgets.tile import frame, part


def agents(view: AgentsView, texts: Catalogue) -> Component:
    """A canvas; what is drawn on it is told to screen readers as what it is. The desk's list has everybody in words."""
    canvas = html.Canvas(role="img", **data(part="canvas"), **aria(label=view.tile.heading or texts("tile.agents")))
    people = html.Div([canvas], className="people", **data(part="people"))
    return frame(view.tile, [people, part("empty", html.P, class_name="empty")], label=view.label)
