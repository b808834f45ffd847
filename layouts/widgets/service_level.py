"""Service level against its target, with the formula's name."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.tile import frame, number, part, print_line
from layouts.widgets.view import TileView


def service_level(view: TileView, texts: Catalogue) -> Component:
    """Number, meter with the target's mark, target and the last 30 minutes."""
    meter = html.Div([part("fill", html.I), html.U(hidden=True, **data(part="target_mark"))], className="meter")
    body = [number(), meter, print_line("target", "recent")]
    return frame(view, body)
