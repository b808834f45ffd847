"""On what one is called, and whether that works now. Its code is assets/js/widgets_controls/phone_chip.js."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.tile import icon, part

PHONE = "/account/phone/"
"""Where one chooses it."""


def phone_chip(texts: Catalogue) -> Component:
    """A link to where the phone is chosen; its text says how it stands."""
    children = [icon("phone"), html.Span(texts("controls.phone")), part("device", html.B), part("state")]
    return html.A(children, href=PHONE, className="chip phone_chip", **data(widget="phone_chip"))
