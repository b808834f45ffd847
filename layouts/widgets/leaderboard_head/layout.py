"""The head of a leaderboard: period and state, the time that is left, and in turns what it takes to be on it, prizes, rules."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria
from layouts.texts import Catalogue
from layouts.widgets.of_leaderboard import OfLeaderboard
from layouts.widgets.tile import frame, part


def leaderboard_head(view: OfLeaderboard, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """Places that the code fills. The heading is the leaderboard's own title, unless somebody wrote another."""
    what = html.Div([part("period", html.B, class_name="period"), part("state", class_name="state")], className="what")
    left = html.Div([part("left_word", html.Small), part("left", html.B)], className="left")
    about = html.I(className="icon about", **aria(hidden="true"))
    turn = html.Div([about, part("turn", html.P)], className="turn_of")
    return frame(
        view.tile,
        [html.Div([what, left, turn], className="line")],
        leaderboard=view.leaderboard,
        heading="own" if view.has_own_heading else "",
    )
