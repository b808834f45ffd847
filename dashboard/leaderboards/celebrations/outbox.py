"""What is celebrated, once a cause: noted together with what caused it, told to the stream by the historian.

Invariant: a cause is a row, and no cause has two, whoever calls it and however often a historian dies on the way. Screens are told a
digest of it: a cause may name people whom a screen must not know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, insert, select, update

from collectors.events import CelebrationCalled, CelebrationKind
from dashboard.store.engine import StoreError, reading, writing
from dashboard.store.schema import leaderboard_outbox
from dashboard.store.stream_cursors import position_of, set_position

_CALLED: Final = msgspec.msgpack.Decoder(CelebrationCalled)

CURSOR: Final = "celebrations"


class Call(msgspec.Struct, frozen=True):
    """Something to celebrate. `cause`: what makes it one: never called twice. `agent` or `team`: whose; `what`: the goal's metric or the
    badge's id."""

    cause: str
    leaderboard: str
    kind: CelebrationKind
    agent: str | None = None
    team: str | None = None
    what: str = ""

    @property
    def event(self) -> CelebrationCalled:
        """As the stream hears it."""
        return CelebrationCalled(id_of(self.cause), self.leaderboard, self.kind, self.agent, self.team, self.what)


class Line(msgspec.Struct, frozen=True):
    """`event` is to be told, as of `at_ms`: one that waited out an outage is as old as it is, and no screen celebrates it late."""

    id: int
    event: CelebrationCalled
    at_ms: int


def id_of(cause: str) -> str:
    """What screens know a cause by."""
    return hashlib.sha256(cause.encode()).hexdigest()[:32]


def call(connection: Connection, site: str, wanted: Call, at_ms: int) -> bool:
    """Notes that it is to be told; False if that was done before."""
    table = leaderboard_outbox.c
    if connection.execute(select(table.id).where(table.cause == wanted.cause)).first() is not None:
        return False
    event = msgspec.msgpack.encode(wanted.event)
    row = {"site": site, "cause": wanted.cause, "made_at_ms": at_ms, "event": event}
    connection.execute(insert(leaderboard_outbox).values(row))
    return True


class CelebrationOutbox:
    """One site's lines, for who tells the stream. They stay when they are told: a cause is called once. Calls block on the database and
    raise `StoreError`."""

    def __init__(self, engine: Engine, site: str, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._site = site
        self._now_ms = now_ms

    def position(self) -> str:
        """Up to where of the stream it is known what was told; "" for nowhere yet."""
        with reading(self._engine) as connection:
            return position_of(connection, self._site, CURSOR)

    def waiting(self, most: int) -> list[Line]:
        """The oldest lines that nobody has told."""
        table = leaderboard_outbox.c
        mine = (table.site == self._site) & table.told_at_ms.is_(None)
        query = select(table.id, table.event, table.made_at_ms).where(mine).order_by(table.id).limit(most)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [Line(row.id, _event(row.id, row.event), row.made_at_ms) for row in rows]

    def told(self, ids: Sequence[int], position: str) -> None:
        """These stand in the stream, the last of them at `position` or before. Without any: none does up to there."""
        table = leaderboard_outbox.c
        with writing(self._engine) as connection:
            if ids:
                are_told = (table.site == self._site) & table.id.in_(tuple(ids))
                connection.execute(update(leaderboard_outbox).where(are_told).values(told_at_ms=self._now_ms()))
            set_position(connection, self._site, CURSOR, position)


def _event(line_id: int, packed: bytes) -> CelebrationCalled:
    try:
        return _CALLED.decode(packed)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise StoreError(f"Line {line_id} of leaderboard_outbox is damaged ({error}): delete it.") from error
