"""The newest good news in its tile; and, over the whole screen while it is celebrated, the same with a canvas of confetti."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.of_leaderboard import OfLeaderboard
from layouts.widgets.tile import frame, part


def celebration(view: OfLeaderboard, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """The overlay is made when there is something to celebrate, and gone after it."""
    news = html.Div([part("face", class_name="face"), part("news", html.P), part("at", html.Small)], className="news")
    empty = part("empty", html.P, class_name="none")
    return frame(view.tile, [news, empty], leaderboard=view.leaderboard)
