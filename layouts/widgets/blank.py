"""A TV that the desk has made black: nothing to read but that it is on purpose, and the time."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.tile import icon, part


def blank(texts: Catalogue, *, is_blank: bool, reload_at_ms: int) -> Component:
    """Over everything, while it is ordered. `reload_at_ms`: the last order to load anew that this page already follows."""
    mark = html.P([part("time", html.B), icon("blank"), html.Span(texts("blank.by_desk"))])
    return html.Div(
        mark,
        className="blank",
        hidden=not is_blank,
        **data(widget="blank", reload_at=str(reload_at_ms)),
    )
