"""A note: wrapped, as large as its size allows and its tile has room; what does not fit comes in pages."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.text.view import TextView
from layouts.widgets.tile import frame, part


def text(view: TextView, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """The whole text is an attribute too: what is shown may be a page of it."""
    note = html.Div(part("text", html.P, view.text), className="note", **data(part="box"))
    return frame(view.tile, [note], part("cue", html.Small), text=view.text, size=view.size)
