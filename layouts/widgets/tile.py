"""The frame that every tile shares: heading with its alarm mark, a place for small print, the mark of stopped data.

A widget here and its code in assets/js/widgets/ have one name. The layout gives the places (`data-part`), empty; the code
fills them. Nothing of React changes a tile after it was drawn, so the code owns what is inside a part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts import ids
from layouts.attributes import aria, data

NO_VALUE = "–"


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of a board: `name` is its id in the live view, `kind` the widget that draws it."""

    name: str
    kind: str


def part(name: str, tag: Callable[..., Component] = html.Span, text: str = "", class_name: str = "") -> Component:
    """A place that the widget's code fills."""
    return tag(text, className=class_name or None, **data(part=name))


def icon(name: str, class_name: str = "") -> Component:
    """A drawn mark in the colour of its text. Always beside a word, so it is hidden from screen readers."""
    return html.I(className=f"icon icon-{name} {class_name}".strip(), **aria(hidden="true"))


def frame(
    tile: Tile, heading: str, body: Sequence[Component], note: str = "", beside: Component | None = None
) -> Component:
    """A tile with its heading, and small print or something else `beside` it."""
    right = part("note", html.Small, note) if beside is None else beside
    title = [part("mark", html.I, class_name="icon mark"), part("heading", text=heading), right]
    return html.Section(
        [html.H2(title), *body, part("gap", html.Small, class_name="gap"), part("halt", html.Div, class_name="halt")],
        id=ids.tile(tile.name),
        className=f"tile {tile.kind}",
        **data(widget=tile.kind, tile=tile.name),
    )


def number(class_name: str = "", unit: str = "") -> Component:
    """The tile's important number: as large as its tile allows, never smaller than one can read across the floor."""
    return html.Div(
        html.Div([part("number", text=NO_VALUE), part("unit", html.Sup, unit)], className="digits"),
        className=f"number {class_name}".strip(),
    )


def print_line(*parts: str) -> Component:
    """A line of small print under a number."""
    return html.P([part(name) for name in parts], className="sub")
