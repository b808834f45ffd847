"""The page's own address, for the callback that lays it out. In place of `dcc.Location`, which brings a library of half a megabyte
along; nothing here changes an address without loading the page anew. Its code: assets/js/base/address.js."""

from __future__ import annotations

from dash.development.base_component import Component


class Address(Component):
    """`search`: what follows the path (`?board=…`), and `path` itself, both set once the page is there."""

    _namespace = "floorwatch"
    _type = "Address"
    _prop_names = ["id", "search", "path"]  # noqa: RUF012 — Dash's own form
    _children_props = []  # noqa: RUF012 — Dash's own form
    _base_nodes = ["children"]  # noqa: RUF012 — Dash's own form
    _valid_wildcard_attributes = []  # noqa: RUF012 — Dash's own form
    available_properties = ["id", "search", "path"]  # noqa: RUF012 — Dash's own form
    available_wildcard_properties = []  # noqa: RUF012 — Dash's own form

    def __init__(self, id: str) -> None:  # noqa: A002 — Dash's name
        super().__init__(id=id)  # type: ignore[no-untyped-call]
