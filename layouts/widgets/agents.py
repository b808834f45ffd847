"""Everybody on the floor, one small tile a person; several hundred are drawn on a canvas."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.tile import Tile, frame, part


def agents(tile: Tile, texts: Catalogue, above: Component | None = None) -> Component:
    """The people, under the strip `above`."""
    people = html.Div(
        [part("people", html.Div, class_name="grid"), html.Canvas(**data(part="canvas"))], className="people"
    )
    body = [people, part("empty", html.P, class_name="empty")]
    return frame(
        tile, texts("tile.agents"), [*([above] if above is not None else []), *body], note=texts("agents.framed")
    )
