"""The desk's dialog for a caller's whole number: why, then the number for half a minute. Its code is assets/js/widgets_desk/reveal.js."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts import ids
from layouts.attributes import aria, data
from layouts.texts import Catalogue
from layouts.widgets.tile import part


def reveal(texts: Catalogue) -> Component:
    """Closed until somebody asks; the code puts its input where `reason` is."""
    question = html.Div(
        [
            html.Label(texts("reveal.reason"), htmlFor=ids.REVEAL_REASON),
            html.Span(className="box", **data(part="reason")),
            html.P(texts("reveal.recorded"), className="hint"),
            html.P(id=ids.REVEAL_TROUBLE, className="trouble", role="alert", **data(part="trouble")),
            html.Button(texts("reveal.ask"), type="button", className="ask", **data(part="ask")),
        ],
        className="question",
        **data(part="question"),
    )
    answer = html.Div(
        [part("number", html.Output, class_name="whole"), part("left", html.P, class_name="hint")],
        className="answer",
        hidden=True,
        **data(part="answer"),
    )
    close = html.Button(
        "×",
        type="button",
        className="close",
        **data(part="close"),
        **aria(label=texts("reveal.close")),
    )
    heading = html.H2([texts("reveal.title"), part("who", html.Small)], id=ids.REVEAL_TITLE)
    return html.Dialog(
        [heading, close, question, answer],
        className="reveal",
        **data(widget="reveal"),
        **aria(labelledby=ids.REVEAL_TITLE),
    )
