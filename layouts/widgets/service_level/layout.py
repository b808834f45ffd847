"""Number, meter with the target's mark, target and the last 30 minutes; the formula's name beside the heading."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.small_print import small_print
from layouts.texts import Catalogue
from layouts.widgets import tile
from layouts.widgets.service_level.view import ServiceLevelView


def service_level(view: ServiceLevelView, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """Which formula and threshold count is told with the value: a queue's setting may change."""
    meter = html.Div([tile.part("fill", html.I), html.U(hidden=True, **data(part="target_mark"))], className="meter")
    parts = ("target", "formula", "recent") if view.has_recent else ("target", "formula")
    return tile.frame(
        view.tile,
        [html.Div(tile.number(), className="figures"), meter, small_print(parts, view.also)],
        format="ratio",
        window=view.window,
        heading="own" if view.has_own_heading else "product",
        sound=view.sound,
    )
