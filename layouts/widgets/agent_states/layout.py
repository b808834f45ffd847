"""Who could take a call in large, all states as a stacked bar, and each with its number."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets import tile
from layouts.widgets.view import TileView

STATES = (
    "talking",
    "holding",
    "ringing",
    "wrapping_up",
    "available",
    "paused",
    "unreachable",
    "busy_elsewhere",
    "monitoring",
    "signed_out",
)
"""Display states, in the order of the bar: work first, then who could take a call, then who cannot."""

RARE = frozenset({"busy_elsewhere", "monitoring"})
"""Shown only while somebody is in them."""


def agent_states(view: TileView, texts: Catalogue) -> Component:
    """Who is available is the large number; the code chooses how the states stand beside or under it."""
    bar = html.Div(
        [html.I(className=f"s-{state}", hidden=True, **data(bar=state)) for state in STATES[:-1]], className="bar"
    )
    legend = html.Ul([_line(state, texts) for state in STATES if state != "available"], className="legend")
    word = html.P([tile.icon("available"), html.Span(texts("agents.available"))], className="word")
    ready = html.Div([word, tile.number()], className="ready s-available")
    strip = html.Div([ready, html.Div([bar, legend], className="split")], className="strip")
    return tile.frame(view, [strip])


def _line(state: str, texts: Catalogue) -> Component:
    return html.Li(
        [tile.icon(state), html.Span(texts(f"state.{state}")), html.B(tile.NO_VALUE, **data(count=state))],
        className=f"s-{state}" + (" rare" if state in RARE else ""),
        hidden=state in RARE,
    )
