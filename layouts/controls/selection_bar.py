"""What can be done with all agents that are selected in the desk's list. Its code is assets/js/widgets_desk/selection_bar.js."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from layouts.texts import Catalogue
from layouts.widgets.tile import part

VERBS = ("message", "pause", "resume", "add", "remove", "penalty", "sign_out")
"""In the order of the menu; stepping into a call is for one."""


def selection_bar(texts: Catalogue) -> Component:
    """Hidden while nobody, or one, is selected."""
    verbs = [html.Button(texts(f"verb.{verb}"), type="button", **data(verb=verb)) for verb in VERBS]
    clear = html.Button(texts("controls.clear"), type="button", className="plain", **data(part="clear"))
    return html.Div(
        [part("count", html.B), *verbs, clear],
        className="selection_bar",
        role="toolbar",
        hidden=True,
        **data(widget="selection_bar"),
        **aria(label=texts("controls.bar")),
    )
