"""The routes of the page server, and what each needs: a route without a need does not open.

Every page registers its routes here and nowhere else. `dashboard.pages.guard` asks it before every request; a test walks all rules of the
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
    """What opens a door: `file` (anybody, and nobody is asked who they are: styles, scripts, signs of life), `public` (anybody),
    `setting_up` (a known person, even one who has to do something first), `signed_in` (any person or screen that is known), or
    one of `permissions`."""

    kind: Literal["file", "public", "setting_up", "signed_in", "permission"]
    permissions: frozenset[Permission] = frozenset()

    def is_met_by(self, actor: Actor) -> bool:
        """Whether this actor may pass."""
        match self.kind:
            case "file" | "public":
                return True
            case "setting_up":
                return actor.kind == "person"
            case "signed_in":
                return actor.kind in {"person", "screen"} and not actor.must_set_up
            case "permission":
                return any(actor.may(permission) for permission in self.permissions)


FILE: Final = Need("file")
PUBLIC: Final = Need("public")
SETTING_UP: Final = Need("setting_up")
SIGNED_IN: Final = Need("signed_in")


def needs(*permissions: Permission) -> Need:
    """One of these permissions, in any scope; the service looks at the scope."""
    return Need("permission", frozenset(permissions))


class Doors:
    """The table of one server: endpoint → need; (page, output of a callback) → need. `uploads`: endpoints that take files.
    `documents`: endpoints of routes that are no Dash page's. `frames`: endpoints of pages that show another page of ours in a frame."""

    def __init__(self, server: Flask) -> None:
        self.server = server
        self.routes: dict[str, Need] = {}
        self.callbacks: dict[tuple[str, str], Need] = {}
        self.uploads: set[str] = set()
        self.files_of_people: set[str] = set()
        self.documents: set[str] = set()
        self.frames: set[str] = set()
        server.extensions[EXTENSION] = self

    def route(
        self,
        rule: str,
        name: str,
        view: Callable[..., Any],
        need: Need,
        *,
        methods: Sequence[str] = ("GET",),
        takes_files: bool = False,
        gives_files: bool = False,
    ) -> None:
        """Adds a route and what it needs. `takes_files`: its forms may be as large as a file. `gives_files`: its answers are
        files that people uploaded: they may run nothing, and browsers keep them as the answer says."""
        self.server.add_url_rule(rule, name, view, methods=list(methods))
        self.routes[name] = need
        self.documents.add(name)
        if takes_files:
            self.uploads.add(name)
        if gives_files:
            self.files_of_people.add(name)

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
