"""One deed for several agents or callers: what is asked, a preview of whom it is for and for whom it is not and why, then the result
of each. Its code is assets/js/widgets_controls/selection.js."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts import ids
from layouts.attributes import aria, data
from layouts.controls.row_menu import close_button
from layouts.texts import Catalogue
from layouts.widgets.tile import part


def selection(texts: Catalogue) -> Component:
    """Closed until somebody asks for it."""
    heading = html.H2([part("title"), part("count", html.Small)], id=ids.SELECTION_TITLE)
    form = html.Div(
        [
            html.Div(className="fields", **data(part="fields")),
            part("warning", html.P, class_name="warning"),
            html.Ul(className="items", **data(part="items"), **aria(label=texts("controls.preview"))),
            html.P(id=ids.SELECTION_TROUBLE, className="trouble", role="alert", **data(part="trouble")),
        ],
        className="scroll",
        tabIndex="0",
        role="region",
        **aria(label=texts("controls.preview")),
    )
    buttons = html.Div(
        [
            html.Button(texts("controls.cancel"), type="button", className="plain", **data(part="cancel")),
            html.Button(type="button", className="act", **data(part="act")),
        ],
        className="buttons",
    )
    return html.Dialog(
        [heading, close_button(texts), form, buttons],
        className="selection",
        **data(widget="selection"),
        **aria(labelledby=ids.SELECTION_TITLE),
    )
