"""A library on each database, two supervisors who may not see each other's boards, and what was told."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import redis
from sqlalchemy import Engine, insert

from dashboard.access import scope as scopes
from dashboard.access.actor import Actor, Grant
from dashboard.access.audit import Audit
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.boards.document import Board, NumberTile, Page, PictureTile, Place, Title
from dashboard.boards.reading import document_of
from dashboard.store.engine import writing
from dashboard.store.schema import screens
from dashboard.wallboards.library import Library
from dashboard.wallboards.pictures import Pictures
from dashboard.wallboards.published import PublishedBoards
from tests.access.ledger import Clock, lines_of

SITE = "main"
SALES = Scope(frozenset({"sales"}), frozenset({"sales-team"}))
SUPPORT = Scope(frozenset({"support"}), frozenset({"support-team"}))
NAME = Title(zh="销售大屏", en="Sales wall")


def person(role: Role, scope: Scope = EVERYTHING, name: str = "") -> Actor:
    """Somebody with one role in a scope."""
    name = name or f"{role} {sorted(scope.queues or ())}"
    return Actor("person", name, name, (Grant.of(role, scope),), account_id=name, address="10.0.0.7")


MANAGER = person(Role.MANAGER, name="陈经理")
SELLER = person(Role.SUPERVISOR, SALES, "Sally")
HELPER = person(Role.SUPERVISOR, SUPPORT, "Sam")
TRAINER = person(Role.TRAINER)


def document(title: str = "Sales wall", red: float = 9.0, **changed: Any) -> dict[str, Any]:
    """A board of one number."""
    tile = {
        "id": "waiting",
        "kind": "number",
        "metric": "waiting",
        "window": "now",
        "at": {"x": 0, "y": 0, "w": 24, "h": 24},
        "limits": {"amber": 1.0, "red": red},
    }
    return {"format": 1, "id": "any", "title": {"zh": title, "en": title}, "pages": [{"tiles": [tile | changed]}]}


def with_picture(picture_id: str, title: str = "Logo wall") -> dict[str, Any]:
    """A board that shows a picture."""
    tiles = (
        NumberTile(id="waiting", metric="waiting", window="now", at=Place(0, 0, 24, 12)),
        PictureTile(id="logo", picture=picture_id, at=Place(0, 12, 24, 12)),
    )
    return document_of(Board(id="any", title=Title(en=title), pages=(Page(tiles),)))


@dataclass
class LibraryRoom:
    """What a test of the library has."""

    engine: Engine
    redis: redis.Redis
    audit: Audit
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.published = PublishedBoards(SITE, self.redis, self.engine)
        self.library = Library(self.engine, self.audit, self.redis, SITE, self.clock, self.published)
        self.pictures = Pictures(self.engine, self.audit, self.redis, SITE, self.clock, self.published)

    def screen(self, board: str, name: str, scope: Scope = EVERYTHING) -> str:
        """A paired TV that shows a board; its id."""
        screen_id = secrets.token_hex(8)
        row = {
            "id": screen_id, "site": SITE, "name": name, "board": board, "scope": scopes.dump(scope), "lang": "en",
            "theme": "dark", "is_blank": False, "paired_by": "tests", "paired_at_ms": self.clock(),
        }  # fmt: skip
        with writing(self.engine) as connection:
            connection.execute(insert(screens).values(row))
        return screen_id

    def log(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Every line so far: action, who, details."""
        return [(line.action, line.actor_name, json.loads(line.details)) for line in lines_of(self.engine)]

    @property
    def actions(self) -> list[str]:
        """What was done so far."""
        return [action for action, _who, _details in self.log()]
