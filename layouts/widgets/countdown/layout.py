"""Time left, ticking; afterwards what people wrote for then."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.small_print import small_print
from layouts.texts import Catalogue
from layouts.widgets.countdown.view import CountdownView
from layouts.widgets.tile import frame, number, part


def countdown(view: CountdownView, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """The figure, when that is, and the words of afterwards in its place."""
    over = html.Div(part("over", html.P, view.over), className="over", hidden=True)
    return frame(
        view.tile, [html.Div([number(), over], className="figures"), small_print(("moment",))], until=view.until
    )
