"""The ticker: messages in pages, never a crawl; in a tile, or as a line at the bottom, which is hidden while nobody has to say anything."""

from __future__ import annotations

import json

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.ticker.view import TickerMessage, TickerView
from layouts.widgets.tile import frame, icon, part


def ticker(view: TickerView, texts: Catalogue) -> Component:
    """A place for one page, and which page of how many it is."""
    page = html.Div(part("text", html.P), className="message", **data(part="box"))
    options = {"messages": _written(view.messages), "seconds": str(view.seconds)}
    if not view.is_bar:
        return frame(view.tile, [page, part("empty", html.P, class_name="empty")], part("cue", html.Small), **options)
    label = html.B([icon("level-amber", "urgent"), html.Span(texts("ticker.label"))])
    return html.Div(
        [label, page, part("cue", html.Small)], className="ticker bar", hidden=True, **data(widget="ticker", **options)
    )


def _written(messages: tuple[TickerMessage, ...]) -> str:
    rows = [
        {"text": one.text, "priority": one.priority, "from": one.from_moment, "until": one.until_moment}
        for one in messages
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
