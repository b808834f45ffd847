"""Messages of supervisors to the agent, newest first, each with its mark of having been read."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.tile import Tile, part


def own_messages(tile: Tile, texts: Catalogue) -> Component:
    """The list, and what stands there without any."""
    heading = html.H2([html.Span(texts("messages.title")), part("count", html.Small)])
    return html.Section(
        [heading, html.Ul(**data(part="messages")), part("empty", html.P, class_name="empty")],
        className="tile own_messages",
        **data(widget=tile.kind, tile=tile.name),
    )
