"""The state that one is in oneself: large, with its time, its reason or its queue."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.tile import NO_VALUE, Tile, part


def own_state(tile: Tile, texts: Catalogue) -> Component:
    """One strip."""
    state = html.P(
        [part("icon", html.I, class_name="icon"), part("state", html.B, NO_VALUE), part("time", html.Time)],
        className="state",
    )
    return html.Section(
        [html.H2(texts("me.state")), state, part("detail", html.P), part("halt", html.Div, class_name="halt")],
        className="tile own_state",
        **data(widget=tile.kind, tile=tile.name),
    )
