"""How many rest for which reason, of how many who may at once: a line and a bar for each reason."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.rest_quota.view import RestQuotaView
from layouts.widgets.tile import frame, part


def rest_quota(view: RestQuotaView, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """An empty list that the code fills; a last line counts the reasons that found no place."""
    body = [part("reasons", html.Div, class_name="reasons"), part("more", html.P, class_name="more")]
    return frame(view.tile, [*body, part("empty", html.P, class_name="empty")])
