"""`/queues/ID`: one queue's day; and `/queues/`: all of them."""

from __future__ import annotations

from typing import Final

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.today import parts
from layouts.today.layout import DayView, page
from layouts.widgets.tile import NO_VALUE, icon, part

FORMULAS: Final = (
    "short_abandons_removed",
    "answered_only",
    "abandons_count",
    "early_abandons_met",
    "early_abandons_ignored",
)
"""In the order in which they are shown: the default first."""

STATES: Final = (
    "available",
    "talking",
    "holding",
    "ringing",
    "wrapping_up",
    "paused",
    "unreachable",
    "busy_elsewhere",
    "monitoring",
)


def queue(view: DayView, texts: Catalogue, ways: Catalogue) -> Component:
    """One queue: its numbers, who waits, its half-hours, its service level under every formula, who answers it and how many it takes."""
    back = html.A([texts("today.title")], href="/today/", className="back")
    title = html.H1([back, html.Span(NO_VALUE, **data(widget="queue_name", part="name"))])
    left = html.Div([parts.chart(texts, view.plotly), _formulas(texts), parts.agent_table(texts)], className="left")
    right = html.Div(
        [_waiting(texts), _staffing(texts), _states(texts), parts.callbacks(texts), parts.longest_waits(texts)],
        className="right",
    )
    return page(
        view, texts, ways, title, [_no_queue(texts), parts.cards(texts, view.definitions), left, right], "queue_day"
    )


def queues(view: DayView, texts: Catalogue, ways: Catalogue) -> Component:
    """All queues, worst first."""
    back = html.A([texts("today.title")], href="/today/", className="back")
    title = html.H1([back, html.Span(texts("today.day_queues"))])
    return page(view, texts, ways, title, [parts.queue_table(texts)], "all_queues")


def _no_queue(texts: Catalogue) -> Component:
    """In place of everything else where the gateway knows no such queue."""
    ways = html.A(texts("today.all_queues"), href="/queues/")
    return html.Section(
        [icon("queues"), html.P(texts("today.no_queue")), ways], className="tile no_queue", role="alert"
    )


def _waiting(texts: Catalogue) -> Component:
    return parts.panel(
        "day_waiting",
        "waiting_callers",
        texts,
        [html.Ol(className="lines", **data(part="lines"))],
        note=texts("callers.oldest_first"),
    )


def _formulas(texts: Catalogue) -> Component:
    """Every formula with its number, side by side: which one the queue counts by is marked."""
    columns = [
        html.Div(
            [
                html.H3([texts(f"formula.{formula}"), part("chosen", html.Small)]),
                html.B([part("number", text=NO_VALUE)], className="number"),
                html.P(texts(f"formula.{formula}.whole")),
            ],
            className="formula",
            **data(widget="day_formula", tile=f"sl_{formula}", formula=formula, chosen=texts("today.formula_chosen")),
        )
        for formula in FORMULAS
    ]
    return parts.panel("day_formulas", "service_level", texts, [html.Div(columns, className="formulas")])


def _staffing(texts: Catalogue) -> Component:
    """How many agents the last half-hour's calls take, and how many are there."""
    facts = [_fact(name, texts) for name in ("needed", "staffed", "gap")]
    recent = [_fact(name, texts) for name in ("offered", "aht")]
    boxes = [
        html.Dl(facts, className="facts"),
        html.Dl(recent, className="facts", **data(widget="day_recent", tile="recent")),
        html.P(texts("today.staffing.what"), className="hint"),
    ]
    return parts.panel("day_staffing", "staffing", texts, boxes)


def _fact(name: str, texts: Catalogue) -> Component:
    return html.Div([html.Dt(texts(f"today.staffing.{name}")), html.Dd(NO_VALUE, **data(part=name))])


def _states(texts: Catalogue) -> Component:
    lines = [
        html.Li(
            [icon(state), html.Span(texts(f"state.{state}")), html.B(NO_VALUE, **data(count=state))],
            className=f"s-{state}",
        )
        for state in STATES
    ]
    return parts.panel("day_states", "agent_states", texts, [html.Ul(lines, className="states")])
