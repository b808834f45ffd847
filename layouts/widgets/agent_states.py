"""How many agents are in which state: what is free in large, the rest as a bar with its numbers."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.tile import frame, icon, number
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
"""Shown only while somebody is in them. The strip keeps its height: a third pair would be a fifth column."""


def agent_states(view: TileView, texts: Catalogue) -> Component:
    """Who is available is the large number."""
    bar = html.Div(
        [html.I(className=f"s-{state}", hidden=True, **data(bar=state)) for state in STATES[:-1]], className="bar"
    )
    legend = html.Ul([_line(state, texts) for state in STATES if state != "available"], className="legend")
    ready = html.Div([html.P([icon("available"), texts("agents.available")]), number()], className="ready s-available")
    return frame(view, [html.Div([ready, html.Div([bar, legend], className="split")], className="strip")])


def _line(state: str, texts: Catalogue) -> Component:
    return html.Li(
        [icon(state), html.Span(texts(f"state.{state}")), html.B("–", **data(count=state))],
        className=f"s-{state}" + (" rare" if state in RARE else ""),
        hidden=state in RARE,
    )
