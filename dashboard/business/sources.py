"""Systems that tell business events without an account of their own: by signed requests, or into our Redis.

Who makes one lets it speak about a part of the floor, so it needs `business.sources` there. The secret is made here, shown once, sealed,
and never shown again. Every change has its line in the audit log. A system that is removed tells nothing from then on; what it told
stays.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from sqlalchemy import Connection, Engine, func, select

from dashboard.access import scope as scopes
from dashboard.access import team_tree
from dashboard.access.actor import Actor, Denied, Grant
from dashboard.access.asking import asking
from dashboard.access.audit import Audit, Target
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.access.seal import Seal
from dashboard.business.signing import new_secret
from dashboard.refusal import Refused
from dashboard.store.engine import reading
from dashboard.store.schema import business_events, business_sources
from dashboard.typed_text import in_one_line

Way = Literal["hmac", "stream"]
WAYS: Final[tuple[Way, ...]] = get_args(Way)
LONGEST_NAME: Final = 60
MOST: Final = 100
_NEED: Final = Permission.BUSINESS_SOURCES


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One of the list. `told`: how many things it has told; `last_ms`: when last."""

    id: str
    name: str
    way: Way
    scope: Scope
    made_by: str
    made_at_ms: int
    told: int
    last_ms: int | None


@dataclass(frozen=True, slots=True)
class Source:
    """One that tells. `secret`: sealed."""

    actor: Actor
    way: Way
    secret: bytes

    @property
    def name(self) -> str:
        """Whose ids its items have (`business_events.source`)."""
        return name_of(self.actor.id)


def name_of(source_id: str) -> str:
    """The source's name in what it told."""
    return f"source:{source_id}"


class Sources:
    """The systems of one site. Calls block on the database."""

    def __init__(self, engine: Engine, audit: Audit, site: str, now_ms: Callable[[], int], seal: Seal) -> None:
        self._engine = engine
        self._audit = audit
        self._site = site
        self._now_ms = now_ms
        self._seal = seal

    def listed(self, actor: Actor) -> list[SourceLine]:
        """Theirs, by name."""
        scope = actor.require(_NEED)
        told = select(
            business_events.c.source, func.count().label("n"), func.max(business_events.c.told_at_ms).label("last")
        )
        told = told.where(business_events.c.site == self._site, business_events.c.source.startswith(name_of("")))
        with reading(self._engine) as connection:
            tree = team_tree.parents(connection)
            rows = [row for row in self._rows(connection) if scope.covers(_scope(row), tree)]
            counts = {row.source: row for row in connection.execute(told.group_by(business_events.c.source))}
        return [_line(row, counts.get(name_of(row.id))) for row in rows]

    def make(self, actor: Actor, name: str, way: str, scope: Scope) -> tuple[str, str]:
        """A new one: its id, and its secret, to be shown this once ("" for one that has none). Raises `Refused`, `Denied`."""
        within, name = actor.require(_NEED), in_one_line(name)
        if not 1 <= len(name) <= LONGEST_NAME:
            raise Refused("business.refused.source_name", "name", most=LONGEST_NAME)
        if way not in WAYS:
            raise Refused("business.refused.way", "way")
        if scope.is_nothing:
            raise Refused("business.refused.scope", "scope")
        secret, source_id = new_secret() if way == "hmac" else "", secrets.token_hex(8)
        row = {
            "id": source_id,
            "site": self._site,
            "name": name,
            "way": way,
            "scope": scopes.dump(scope),
            "secret": self._seal.close(secret) if secret else b"",
            "made_by": (actor.name or actor.id)[:100],
            "made_at_ms": self._now_ms(),
        }
        with self._audit.writing() as connection:
            if not within.covers(scope, team_tree.parents(connection)):
                raise Denied(_NEED, "business source's scope")
            there = self._rows(connection)
            if any(other.name == name for other in there):
                raise Refused("business.refused.source_twice", "name")
            if len(there) >= MOST:
                raise Refused("business.refused.too_many_sources", "", most=MOST)
            connection.execute(business_sources.insert().values(row))
            details = {"way": way, "scope": row["scope"]}
            target = Target("business_source", source_id, name)
            self._audit.append(connection, actor, "business.source_made", target, details=details)
        return source_id, secret

    def remove(self, actor: Actor, source_id: str) -> None:
        """It tells nothing from now on. Raises `Denied` for another's as for none."""
        scope = actor.require(_NEED)
        with self._audit.writing() as connection:
            row = connection.execute(select(business_sources).where(self._is(source_id))).one_or_none()
            if row is None or not scope.covers(_scope(row), team_tree.parents(connection)):
                raise Denied(_NEED, f"business source {source_id[:64]}")
            gone = {"removed_at_ms": self._now_ms(), "secret": b""}
            connection.execute(business_sources.update().where(self._is(source_id)).values(gone))
            self._audit.append(
                connection, actor, "business.source_removed", Target("business_source", row.id, row.name)
            )

    def find(self, source_id: str, way: Way, address: str = "") -> Source | None:
        """Who tells in this way; see `find_source`."""
        return find_source(self._engine, self._site, source_id, way, address)

    def secret_of(self, source: Source) -> str:
        """What it signs with. Raises `SealBroken`."""
        return self._seal.open(source.secret)

    def _is(self, source_id: str) -> Any:
        return self._mine() & (business_sources.c.id == source_id)

    def _mine(self) -> Any:
        return (business_sources.c.site == self._site) & business_sources.c.removed_at_ms.is_(None)

    def _rows(self, connection: Connection) -> list[Any]:
        query = select(business_sources).where(self._mine()).order_by(business_sources.c.name)
        return list(connection.execute(query).all())


def find_source(engine: Engine, site: str, source_id: str, way: Way, address: str = "") -> Source | None:
    """Who tells, as an actor who may tell of its part of the floor, and nothing else. None: there is no such source, or no more.
    Raises `StoreError`."""
    if not source_id.isascii() or not source_id.isalnum() or len(source_id) > 32:
        return None
    table = business_sources.c
    is_it = (table.site == site) & (table.id == source_id) & (table.way == way) & table.removed_at_ms.is_(None)
    with asking(engine) as connection:
        row = connection.execute(select(business_sources).where(is_it)).one_or_none()
    if row is None:
        return None
    grant = Grant("", scopes.load_or_nothing(row.scope), frozenset({Permission.BUSINESS_TELL}))
    return Source(Actor("token", row.id, row.name, (grant,), address=address), way, row.secret)


def _scope(row: Any) -> Scope:
    return scopes.load_or_everything(row.scope)


def _line(row: Any, told: Any) -> SourceLine:
    return SourceLine(
        row.id,
        row.name,
        row.way,
        _scope(row),
        row.made_by,
        row.made_at_ms,
        told.n if told is not None else 0,
        told.last if told is not None else None,
    )
