"""What the stream is still to hear: lines written in the transaction of what they tell, told in order, gone once they stand there.

One writer at a time (`one_at_a_time`), so that lines are committed in the order of their ids, and two corrections of one thing never
both replace the same fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, delete, select, text

from collectors.events import BusinessTold
from dashboard.store import StoreError
from dashboard.store.engine import reading, writing
from dashboard.store.schema import business_outbox
from dashboard.store.stream_cursors import position_of, set_position

_TOLD: Final = msgspec.msgpack.Decoder(BusinessTold)

CURSOR: Final = "outbox"
_LOCK: Final = 7_203_411_907
"""Any number, the same in every release: the key of PostgreSQL's advisory lock."""


class Line(msgspec.Struct, frozen=True):
    """`event` is to be told, as of `at_ms` (None: of when it is told)."""

    id: int
    event: BusinessTold
    at_ms: int | None = None


def one_at_a_time(connection: Connection) -> None:
    """Until the end of the transaction nobody else writes business events. SQLite's transactions that write are so by themselves."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def put(connection: Connection, site: str, events: Sequence[BusinessTold], at_ms: int) -> None:
    """Adds lines, in order. Call `one_at_a_time` first."""
    rows = [{"site": site, "made_at_ms": at_ms, "event": msgspec.msgpack.encode(event)} for event in events]
    if rows:
        connection.execute(business_outbox.insert(), rows)


class BusinessOutbox:
    """One site's lines, for who tells the stream. Calls block on the database and raise `StoreError`."""

    def __init__(self, engine: Engine, site: str) -> None:
        self._engine = engine
        self._site = site

    def position(self) -> str:
        """Up to where of the stream it is known what was told; "" for nowhere yet."""
        with reading(self._engine) as connection:
            return position_of(connection, self._site, CURSOR)

    def waiting(self, most: int) -> list[Line]:
        """The oldest lines."""
        mine = select(business_outbox.c.id, business_outbox.c.event).where(business_outbox.c.site == self._site)
        with reading(self._engine) as connection:
            rows = connection.execute(mine.order_by(business_outbox.c.id).limit(most)).all()
        return [Line(row.id, _event(row.id, row.event)) for row in rows]

    def told(self, ids: Sequence[int], position: str) -> None:
        """These lines stand in the stream, the last of them at `position` or before. Without any: none does up to there."""
        with writing(self._engine) as connection:
            if ids:
                is_told = business_outbox.c.id.between(ids[0], ids[-1]) & (business_outbox.c.site == self._site)
                connection.execute(delete(business_outbox).where(is_told))
            set_position(connection, self._site, CURSOR, position)


def _event(line_id: int, packed: bytes) -> BusinessTold:
    try:
        return _TOLD.decode(packed)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise StoreError(f"Line {line_id} of business_outbox is damaged ({error}): delete it.") from error
