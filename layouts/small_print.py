"""Small print of a tile: further numbers in one line, each with its short name. The code of the tile fills the values and hides what
finds no room, the last one first (assets/js/parts/small_print.js)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.widgets.tile import part

Format = Literal["count", "seconds", "ratio", "amount", "per_10k", "time"]
"""How a value is written: assets/js/base/formats.js has one function for each."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric on a tile: its short name in the screen's language, and how its value is written."""

    metric: str
    name: str
    format: Format


def small_print(parts: Sequence[str], also: Sequence[Figure] = (), last: Sequence[str] = ()) -> Component:
    """The line: `parts` that the widget words itself, one place for each further number, and the parts that go first of all
    when there is too little room."""
    pieces = [*map(part, parts), *map(_number, also), *map(part, last)]
    return html.P(pieces, className="sub")


def _number(figure: Figure) -> Component:
    return html.Span(**data(also=figure.metric, name=figure.name, format=figure.format))
