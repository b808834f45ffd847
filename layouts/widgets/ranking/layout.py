"""Ranks: rows that move to their new place, the score as a bar of its parts, and what the colours mean."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.of_leaderboard import OfLeaderboard
from layouts.widgets.tile import frame, part


def ranking(view: OfLeaderboard, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """An empty list; what stands there while nobody has a rank; the legend."""
    beside = html.Small([part("group", class_name="group"), part("cue", class_name="cue")], className="beside")
    welcome = html.Div(
        [part("welcome_words", html.P), part("needed", html.P, class_name="needed"), part("prizes", html.Ol)],
        className="welcome",
        hidden=True,
        **data(part="welcome"),
    )
    body = [part("legend", html.P, class_name="legend"), part("lines", html.Div, class_name="lines"), welcome]
    return frame(
        view.tile,
        body,
        beside,
        leaderboard=view.leaderboard,
        beside_podium="yes" if view.is_beside_podium else "no",
    )
