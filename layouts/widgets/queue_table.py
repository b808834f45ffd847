"""All queues, worst first."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.tile import frame, part
from layouts.widgets.view import TileView

COLUMNS = ("waiting", "longest", "service_level", "available")


def queue_table(view: TileView, texts: Catalogue) -> Component:
    """A table as long as its tile is high; a last line counts the queues that found no place."""
    head = html.Div(
        [html.Span(texts("queue.name")), *(html.Span(texts(f"queue.{column}")) for column in COLUMNS)],
        className="row head",
    )
    body = [head, part("rows", html.Div, class_name="rows"), part("more", html.P, class_name="more")]
    return frame(view, [*body, part("empty", html.P, class_name="empty")])
