"""The frame that every tile shares: heading with its alarm mark, a place for small print, the mark of stopped data.

A widget here and its code in assets/js/widgets/ have one name. The layout gives the places (`data-part`), empty; the code
fills them. Nothing of React changes a tile after it was drawn, so the code owns what is inside a part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts import ids
from layouts.attributes import aria, data
from layouts.widgets.view import Cells, Definition, TileView

NO_VALUE = "–"


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a page of people that shows a tile's value in a form of its own: `name` is the tile's id in the live view, `kind`
    the widget that draws it."""

    name: str
    kind: str


def part(name: str, tag: Callable[..., Component] = html.Span, text: str = "", class_name: str = "") -> Component:
    """A place that the widget's code fills."""
    return tag(text, className=class_name or None, **data(part=name))


def icon(name: str, class_name: str = "") -> Component:
    """A drawn mark in the colour of its text. Always beside a word, so it is hidden from screen readers."""
    return html.I(className=f"icon icon-{name} {class_name}".strip(), **aria(hidden="true"))


def frame(view: TileView, body: Sequence[Component], beside: Component | None = None, **options: str) -> Component:
    """A tile with its heading, and its note or something else `beside` it. `options`: what its code is told (`data-…`). Where the
    tile stands are custom properties, of which the style sheet makes a place on the grid."""
    right = part("note", html.Small, view.note) if beside is None else beside
    title = [part("mark", html.I, class_name="icon mark"), part("heading", text=view.heading), right]
    marks = [part("gap", html.Small, class_name="gap"), part("halt", html.Div, class_name="halt")]
    placed: dict[str, Any] = {"style": _place(view.at, view.portrait)} if view.at else {}
    return html.Section(
        [html.H2(title), *body, *marks, *definitions_box(view.definitions)],
        id=ids.tile(view.name),
        className=f"tile {view.kind}",
        **placed,
        **data(widget=view.kind, tile=view.name, **options),
    )


def number() -> Component:
    """The tile's important number: as large as its tile allows, never smaller than one can read across the floor."""
    return html.Div(
        html.Div([part("number", text=NO_VALUE), part("unit", html.Sup)], className="digits"), className="figure"
    )


def _place(at: Cells, portrait: Cells | None) -> dict[str, int]:
    """Custom properties: of the wide grid, and of the high one."""
    high = portrait or at
    return {
        "--x": at.x, "--y": at.y, "--w": at.w, "--h": at.h,
        "--px": high.x, "--py": high.y, "--pw": high.w, "--ph": high.h,
    }  # fmt: skip


def definitions_box(definitions: Sequence[Definition]) -> list[Component]:
    """What the numbers of a place are, over it while somebody asks (assets/js/parts/definitions.js); nothing without any."""
    if not definitions:
        return []
    first, *others = definitions
    of_value = part("of_value", html.P, class_name="of_value")
    numbers = [_definition(first, of_value), *(_definition(one) for one in others)]
    return [html.Div(numbers, className="definitions", hidden=True)]


def _definition(definition: Definition, *further: Component) -> Component:
    lines = [html.B(definition.name), html.P(definition.text)]
    small = ((definition.formula, "formula"), (definition.window, "window"), (definition.limits, "limits"))
    said = [html.P(text, className=name) for text, name in small if text]
    return html.Div([*lines, *said, *further], className="definition")
