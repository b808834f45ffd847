"""Who has most of a metric: rank, name, value, and a bar behind them; the first three on a podium of their own colours."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.tile import frame, part
from layouts.widgets.top_list.view import TopListView


def top_list(view: TopListView, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """An empty list that the code fills with as many as can be read."""
    body = [part("ranks", html.Div, class_name="ranks"), part("empty", html.P, class_name="empty")]
    heading = "own" if view.has_own_heading else ""
    return frame(
        view.tile, body, format=view.format, rows=str(view.rows), leaderboard=view.leaderboard, heading=heading
    )
