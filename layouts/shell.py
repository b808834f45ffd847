"""What a page shows before its language is known, and around everything it shows later."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts import ids
from layouts.address import Address
from layouts.drawing import Drawing


def shell() -> Component:
    """The frame of a page of Dash's components. A callback puts the layout into `children` of `ids.PAGE` once the address (language,
    theme) is known."""
    return html.Div([Address(id=ids.ADDRESS), html.Div(_opening(), id=ids.PAGE)])


def drawn_shell() -> list[Component]:
    """The same for a page that is drawn as one: the layout comes into `tree` of `ids.PAGE`."""
    return [Address(id=ids.ADDRESS), Drawing(_opening(), id=ids.PAGE)]


def _opening() -> Component:
    return html.Div(html.I(className="icon icon-brand"), className="opening")
