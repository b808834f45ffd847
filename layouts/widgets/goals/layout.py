"""Each goal with its meter: how far it is, or that it is reached."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.of_leaderboard import OfLeaderboard
from layouts.widgets.tile import frame, part


def goals(view: OfLeaderboard, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """An empty list that the code fills with as many as can be read."""
    body = [part("list", html.Div, class_name="list"), part("empty", html.P, class_name="empty")]
    return frame(view.tile, body, leaderboard=view.leaderboard)
