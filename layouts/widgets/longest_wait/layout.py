"""How long the caller waits who has waited longest, and where."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.small_print import small_print
from layouts.texts import Catalogue
from layouts.widgets import tile
from layouts.widgets.longest_wait.view import LongestWaitView


def longest_wait(view: LongestWaitView, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """A duration that ticks in the browser; the limit, and the queue's name."""
    row = html.Div(tile.number(), className="figures")
    return tile.frame(view.tile, [row, small_print(("limit", "queue"))], format="seconds", sound=view.sound)
