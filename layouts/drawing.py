"""A page's layout as one component. Dash keeps books about every component it draws, so that callbacks may change it: of a wall's
thousand elements none is ever changed by one, and the books took longer than all the rest of the page.

Layouts are written with `dash.html` all the same. Code: assets/js/base/page_drawing.js.
"""

from __future__ import annotations

from typing import ClassVar

from dash.development.base_component import Component


class Drawing(Component):
    """Draws `tree`, which holds elements of `dash.html` and nothing else. Callbacks may set all of it, nothing in it."""

    _namespace = "floorwatch"
    _type = "Drawing"
    _prop_names: ClassVar[list[str]] = ["id", "tree"]
    _children_props: ClassVar[list[str]] = []
    _base_nodes: ClassVar[list[str]] = ["children", "tree"]
    _valid_wildcard_attributes: ClassVar[list[str]] = []
    available_properties: ClassVar[list[str]] = ["id", "tree"]
    available_wildcard_properties: ClassVar[list[str]] = []

    def __init__(self, tree: Component, id: str) -> None:  # noqa: A002 — Dash's name
        super().__init__(id=id, tree=tree)  # type: ignore[no-untyped-call]
