"""The business day interval by interval: what was answered and what was lost as bars, the rate and its target as lines."""

from __future__ import annotations

from typing import Final

from dash import html
from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets import tile
from layouts.widgets.half_hours.view import HalfHoursView

KEY: Final = {
    "inbound": (("low", "answered"), ("high", "abandoned"), ("open", "offered"), ("rate", "service_level")),
    "outbound": (("low", "connected"), ("open", "dialled"), ("rate", "connect_rate")),
}
"""Series → what its shapes mean: class of the shape, word."""


def half_hours(view: HalfHoursView, texts: Catalogue) -> Component:
    """An empty place that the code fills with inline SVG, and the key of its shapes."""
    words = KEY[view.series]
    key = html.Ul([html.Li(texts(f"half_hours.{word}"), className=shape) for shape, word in words], className="key")
    chart = tile.part("chart", html.Div, class_name="chart")
    empty = tile.part("empty", html.P, class_name="empty")
    return tile.frame(view.tile, [chart, empty], beside=key, series=view.series)
