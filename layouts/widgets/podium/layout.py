"""Three steps: the first in the middle, the second at the left, the third at the right."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.of_leaderboard import OfLeaderboard
from layouts.widgets.tile import frame, part


def podium(view: OfLeaderboard, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """A room that the code builds the steps in."""
    group = part("group", html.Small, class_name="group")
    return frame(view.tile, [part("steps", html.Div, class_name="steps")], group, leaderboard=view.leaderboard)
