"""A page's layout as one component. Dash keeps books about every component it draws, so that callbacks may change it: of a wall's
thousand elements none is ever changed by one, and the books took longer than all the rest of the page.

Layouts are written with `dash.html` all the same. Code: assets/js/base/page_drawing.js.
"""

from __future__ import annotations

from dash.development.base_component import Component


class Drawing(Component):
    """Draws `tree`, which holds elements of `dash.html` and nothing else. Callbacks may set all of it, nothing in it."""

    _namespace = "floorwatch"
    _type = "Drawing"
    _prop_names = ["id", "tree"]  # noqa: RUF012 — Dash's own form
    _children_props = []  # noqa: RUF012 — Dash's own form
    _base_nodes = ["children", "tree"]  # noqa: RUF012 — Dash's own form
    _valid_wildcard_attributes = []  # noqa: RUF012 — Dash's own form
    available_properties = ["id", "tree"]  # noqa: RUF012 — Dash's own form
    available_wildcard_properties = []  # noqa: RUF012 — Dash's own form

    def __init__(self, tree: Component, id: str) -> None:  # noqa: A002 — Dash's name
        super().__init__(id=id, tree=tree)  # type: ignore[no-untyped-call]
