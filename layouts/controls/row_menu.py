"""What can be done with one agent or one waiting caller: each verb with its word, and why it is off. Its code is
assets/js/widgets_controls/row_menu.js; which verbs there are is assets/js/controls/verbs.js.

A dialog and no popup menu, because a reason is typed in it: the browser keeps the focus inside, Escape closes it.
"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts import ids
from layouts.attributes import aria, data
from layouts.texts import Catalogue
from layouts.widgets.tile import icon, part


def row_menu(texts: Catalogue) -> Component:
    """Closed until somebody asks for it."""
    heading = html.H2([part("who"), part("about", html.Small)], id=ids.MENU_TITLE)
    purpose = html.Div(
        [
            html.Label(texts("controls.purpose"), htmlFor=ids.MENU_PURPOSE),
            html.Span(className="box", **data(part="purpose")),
            html.Div(className="recent", role="group", **data(part="recent"), **aria(label=texts("controls.recent"))),
            html.P(id=ids.MENU_TROUBLE, className="trouble", role="alert", **data(part="trouble")),
        ],
        className="purpose",
        **data(part="asking"),
    )
    stepping, further = (_verbs(name, texts(f"controls.{name}")) for name in ("stepping", "further"))
    return html.Dialog(
        [heading, close_button(texts), ways(texts), purpose, stepping, further, _day(texts)],
        className="row_menu",
        **data(widget="row_menu"),
        **aria(labelledby=ids.MENU_TITLE),
    )


def _day(texts: Catalogue) -> Component:
    """To the agent's day, for who may see what happened."""
    return html.P(html.A(texts("controls.day"), target="_blank", **data(part="day")), className="day")


def _verbs(name: str, label: str) -> Component:
    """A group of verbs; when all of them are off for one reason, it is said once, above."""
    why = html.P(id=ids.why_all(name), className="why_all", **data(part=f"why_{name}"))
    return html.Div([why], className="verbs", role="group", **data(part=name), **aria(label=label))


def close_button(texts: Catalogue) -> Component:
    """The cross of a dialog."""
    return html.Button(
        "×", type="button", className="close", **data(part="close"), **aria(label=texts("controls.close"))
    )


def ways(texts: Catalogue) -> Component:
    """By phone or in the browser; each says why it is off."""
    choices = [
        html.Button(
            [icon(name), html.Span(texts(f"controls.via.{via}")), html.Small(**data(way=via))],
            type="button",
            **data(via=via),
            **aria(pressed="false"),
        )
        for via, name in (("phone", "phone"), ("browser", "headset"))
    ]
    return html.Div(choices, className="ways", role="group", **data(part="ways"), **aria(label=texts("controls.via")))
