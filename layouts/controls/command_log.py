"""How far what one asked is: asked, sent, confirmed, or why not. Its code is assets/js/widgets_controls/command_log.js."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from layouts.texts import Catalogue
from layouts.widgets.tile import part


def command_log(texts: Catalogue) -> Component:
    """A few lines over the page; read out as they change."""
    lines = part("lines", html.Div, class_name="lines")
    return html.Div(
        [lines],
        className="command_log",
        role="log",
        **data(widget="command_log", close=texts("controls.dismiss")),
        **aria(label=texts("controls.log"), live="polite"),
    )
