"""The sentence that says why the numbers are not live, and since when. Hidden while they are."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.widgets.tile import icon, part


def halt_banner() -> Component:
    """One line across the page."""
    words = [icon("broken"), part("reason", html.B), part("frozen")]
    return html.Div(words, className="halt_banner", role="alert", hidden=True, **data(widget="halt_banner"))
