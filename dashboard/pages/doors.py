"""The routes of the page server, and what each needs: a route without a need does not open.

Every page registers its routes here and nowhere else. `Doors.check` runs before every request; a test walks all rules of the
server and fails for one that is not in the table. Services ask the actor again, because a page is not the only way to them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from flask import Flask

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission

EXTENSION: Final = "floorwatch.doors"


@dataclass(frozen=True, slots=True)
class Need:
    """What opens a door: `public` (anybody), `signed_in` (any person or screen that is known), or one of `permissions`."""

    kind: Literal["public", "signed_in", "permission"]
    permissions: frozenset[Permission] = frozenset()

    def is_met_by(self, actor: Actor) -> bool:
        """Whether this actor may pass."""
        match self.kind:
            case "public":
                return True
            case "signed_in":
                return actor.kind in {"person", "screen"}
            case "permission":
                return any(actor.may(permission) for permission in self.permissions)


PUBLIC: Final = Need("public")
SIGNED_IN: Final = Need("signed_in")


def needs(*permissions: Permission) -> Need:
    """One of these permissions, in any scope; the service looks at the scope."""
    return Need("permission", frozenset(permissions))


class Doors:
    """The table of one server: endpoint → need; (page, output of a callback) → need."""

    def __init__(self, server: Flask) -> None:
        self._server = server
        self.routes: dict[str, Need] = {}
        self.callbacks: dict[tuple[str, str], Need] = {}
        server.extensions[EXTENSION] = self

    def route(
        self, rule: str, name: str, view: Callable[..., Any], need: Need, *, methods: Sequence[str] = ("GET",)
    ) -> None:
        """Adds a route and what it needs."""
        self._server.add_url_rule(rule, name, view, methods=list(methods))
        self.routes[name] = need

    def allow(self, endpoint: str, need: Need) -> None:
        """What a route needs that somebody else added (Dash's own)."""
        self.routes[endpoint] = need

    def allow_callback(self, page: str, output: str, need: Need) -> None:
        """What a callback of the Dash page needs; `output` as Dash writes it (`page.children`)."""
        self.callbacks[page, output] = need


def doors(server: Flask) -> Doors:
    """The table of this server."""
    found: Doors = server.extensions[EXTENSION]
    return found
