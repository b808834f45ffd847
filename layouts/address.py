"""The page's own address, for the callback that lays it out. In place of `dcc.Location`, which brings a library of half a megabyte
along; nothing here changes an address without loading the page anew. Its code: assets/js/base/address.js."""

from __future__ import annotations

from typing import ClassVar

from dash.development.base_component import Component


class Address(Component):
    """`search`: what follows the path (`?board=…`), set once the page is there."""

    _namespace = "floorwatch"
    _type = "Address"
    _prop_names: ClassVar[list[str]] = ["id", "search"]
    _children_props: ClassVar[list[str]] = []
    _base_nodes: ClassVar[list[str]] = ["children"]
    _valid_wildcard_attributes: ClassVar[list[str]] = []
    available_properties: ClassVar[list[str]] = ["id", "search"]
    available_wildcard_properties: ClassVar[list[str]] = []

    def __init__(self, id: str) -> None:  # noqa: A002 — Dash's name
        super().__init__(id=id)  # type: ignore[no-untyped-call]
