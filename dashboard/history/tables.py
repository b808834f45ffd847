"""The tables of history as a writer sees them: rows by key, each change with what was there before.

A change is (key, old row, new row): None before is an insertion, None after a removal. Done in one transaction; the same list read
backwards takes it back (`undo`).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Table, bindparam

from dashboard.history.recording.rows import SqlRow
from dashboard.store.schema.history import (
    agent_intervals,
    agent_states,
    business_intervals,
    interval_gaps,
    offers,
    own_calls,
    queue_intervals,
    visits,
)

Key = tuple[Any, ...]

Shape = Callable[[str, SqlRow], SqlRow]
"""Table's name and a row → the row as it is to be written; its key stays."""


class KeyedTable:
    """One table whose rows are known by `key` (besides the site)."""

    def __init__(self, table: Table, *key: str) -> None:
        self.table = table
        self.name = table.name
        self.key = key
        self.columns = tuple(column.name for column in table.columns if column.name != "id")
        self._where = [table.c[name] == bindparam(f"key_{name}") for name in ("site", *key)]
        self._changing = tuple(name for name in self.columns if name not in {"site", *key})
        self._insert = table.insert()
        self._update = table.update().where(*self._where)
        self._delete = table.delete().where(*self._where)

    def key_of(self, row: SqlRow) -> Key:
        """The row's key."""
        return tuple(row[name] for name in self.key)

    def insert(self, connection: Connection, rows: list[SqlRow]) -> None:
        """Adds the rows."""
        if rows:
            connection.execute(self._insert, rows)

    def update(self, connection: Connection, rows: list[SqlRow]) -> None:
        """Sets every column of the rows with these keys."""
        if rows and self._changing:
            connection.execute(
                self._update, [self._named(row) | {name: row[name] for name in self._changing} for row in rows]
            )

    def delete(self, connection: Connection, rows: list[SqlRow]) -> None:
        """Removes the rows with these keys."""
        if rows:
            connection.execute(self._delete, [self._named(row) for row in rows])

    def _named(self, row: SqlRow) -> SqlRow:
        return {f"key_{name}": row[name] for name in ("site", *self.key)}


VISITS: Final = KeyedTable(visits, "switch", "boot", "call", "visit")
OFFERS: Final = KeyedTable(offers, "switch", "boot", "call", "visit", "agent", "ended_ms")
OWN_CALLS: Final = KeyedTable(own_calls, "switch", "boot", "call", "agent")
STATES: Final = KeyedTable(agent_states, "agent", "start_ms")
QUEUES: Final = KeyedTable(queue_intervals, "queue", "start_ms")
AGENTS: Final = KeyedTable(agent_intervals, "agent", "start_ms", "queue", "team")
BUSINESS: Final = KeyedTable(business_intervals, "agent", "start_ms", "queue", "team", "measure")
GAPS: Final = KeyedTable(interval_gaps, "switch", "from_ms")

KEYED: Final = (VISITS, OFFERS, OWN_CALLS, STATES, QUEUES, AGENTS, GAPS, BUSINESS)
"""In the order of their numbers in `history_undo`: only appended to."""


@dataclass(slots=True)
class Changes:
    """The changes of one table."""

    keyed: KeyedTable
    inserted: list[SqlRow] = field(default_factory=list)
    updated: list[tuple[SqlRow, SqlRow]] = field(default_factory=list)
    deleted: list[SqlRow] = field(default_factory=list)

    def put(self, old: SqlRow | None, new: SqlRow | None) -> None:
        """Note a change of one row, whose key stays."""
        if old is None:
            if new is not None:
                self.inserted.append(new)
        elif new is None:
            self.deleted.append(old)
        elif new != old:
            self.updated.append((old, new))

    def shape(self, shaped: Shape) -> None:
        """Let `shaped` have the last word on each row that is written."""
        self.inserted = [shaped(self.keyed.name, row) for row in self.inserted]
        self.updated = [(old, shaped(self.keyed.name, new)) for old, new in self.updated]

    def __len__(self) -> int:
        return len(self.inserted) + len(self.updated) + len(self.deleted)

    def do(self, connection: Connection) -> None:
        """Make the changes: removals first, since a key may come back."""
        self.keyed.delete(connection, self.deleted)
        self.keyed.update(connection, [new for _, new in self.updated])
        self.keyed.insert(connection, self.inserted)

    def after(self) -> Iterator[SqlRow]:
        """The rows that were written."""
        yield from self.inserted
        yield from (new for _, new in self.updated)


# -- undo --------------------------------------------------------------------------------------------------------------


class _Images(msgspec.Struct, array_like=True):
    """Of one table: keys of rows that were added; rows, whole, as they were before they were changed or removed."""

    table: int
    added: list[list[Any]]
    changed: list[list[Any]]
    removed: list[list[Any]]


class _Before(msgspec.Struct, array_like=True):
    """What a writing found: the time of its beginning, and what it changed."""

    at_ms: int
    images: list[_Images]


_PACK: Final = msgspec.msgpack.Encoder()
_UNPACK: Final = msgspec.msgpack.Decoder(_Before)
_LEVEL: Final = 1


def images_of(at_ms: int, changes: Iterable[Changes]) -> bytes:
    """What takes the changes back. `at_ms`: stream time before them."""
    images = [
        _Images(
            KEYED.index(one.keyed),
            [list(one.keyed.key_of(row)) for row in one.inserted],
            [[old[name] for name in one.keyed.columns] for old, _ in one.updated],
            [[old[name] for name in one.keyed.columns] for old in one.deleted],
        )
        for one in changes
        if len(one)
    ]
    return zlib.compress(_PACK.encode(_Before(at_ms, images)), _LEVEL)


def undo(connection: Connection, site: str, images: bytes) -> int:
    """Take changes back. Returns stream time before them."""
    before = _UNPACK.decode(zlib.decompress(images))
    for one in before.images:
        keyed = KEYED[one.table]
        keyed.delete(connection, [{"site": site, **dict(zip(keyed.key, key, strict=True))} for key in one.added])
        keyed.update(connection, [dict(zip(keyed.columns, row, strict=True)) for row in one.changed])
        keyed.insert(connection, [dict(zip(keyed.columns, row, strict=True)) for row in one.removed])
    return before.at_ms
