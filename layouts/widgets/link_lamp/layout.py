"""The link to each switch: its lamp, its state in a word, and since when or how old its last sign of life is."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.link_lamp.view import LinkLampView
from layouts.widgets.tile import frame, part


def link_lamp(view: LinkLampView, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """An empty list that the code fills with the links of each beat."""
    body = [part("links", html.Div, class_name="links"), part("more", html.P, class_name="more")]
    return frame(view.tile, body, switches=" ".join(view.switches))
