"""A row a queue, a figure a column; pages that take turns when the rows do not fit."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.small_print import Figure
from layouts.texts import Catalogue
from layouts.widgets import tile
from layouts.widgets.queue_table.view import QueueTableView


def queue_table(view: QueueTableView, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """The code reads from the head what its columns are."""
    head = html.Div(
        [html.Span(), *(_head(column) for column in view.columns)],
        className="row head",
        **data(part="head"),
    )
    words = [tile.part("note", html.Small, view.tile.note), tile.part("cue", class_name="cue")]
    rows = html.Div(head, className="rows", **data(part="rows"))
    body = [rows, tile.part("empty", html.P, class_name="empty")]
    return tile.frame(view.tile, body, beside=html.Span(words, className="beside"))


def _head(column: Figure) -> Component:
    return html.Span(column.name, **data(column=column.metric, format=column.format))
