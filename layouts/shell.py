"""What a page shows before its language is known, and around everything it shows later."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts import ids
from layouts.address import Address


def shell() -> Component:
    """The frame of a page. A callback puts the layout into `ids.PAGE` once the address (language, theme) is known."""
    return html.Div(
        [
            Address(id=ids.ADDRESS),
            html.Div(html.Div(html.I(className="icon icon-brand"), className="opening"), id=ids.PAGE),
        ],
    )
