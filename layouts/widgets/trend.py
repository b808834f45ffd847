"""The business day in half-hours: answered and abandoned as bars, service level and its target as lines."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.tile import frame, part
from layouts.widgets.view import TileView


def trend(view: TileView, texts: Catalogue) -> Component:
    """An empty place that the code fills with inline SVG, and the key of its colours."""
    key = html.Ul(
        [html.Li(texts(f"trend.{name}"), className=name) for name in ("answered", "abandoned", "service_level")],
        className="key",
    )
    chart = part("chart", html.Div, class_name="chart")
    return frame(view, [chart, part("empty", html.P, class_name="empty")], beside=key)
