"""A number of one's own day, with further ones below it, each with its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.tile import NO_VALUE, frame, number
from layouts.widgets.view import TileView

Format = Literal["number", "duration", "percent"]


@dataclass(frozen=True, slots=True)
class Also:
    """A further metric, and how it is written."""

    metric: str
    how: Format


def own_number(view: TileView, how: str, also: Sequence[Also], texts: Catalogue) -> Component:
    """A tile; `how` its own number is written."""
    lines = html.Dl(
        [
            html.Div([html.Dt(texts(f"me.{one.metric}")), html.Dd(NO_VALUE, **data(also=one.metric, format=one.how))])
            for one in also
        ]
    )
    beside = html.Small(texts("today"))
    found = frame(view, [number(), lines], beside=beside)
    return html.Div(found, className="own", **data(format=how))
