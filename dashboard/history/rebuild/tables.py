"""Writing what a rebuild folds: the historian's own tables, with rows that say what they were made from.

Invariants: a row outside the rebuild's time is neither written nor changed; what the source cannot know is empty; rows and the place up
to which they are made are one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, delete, func, select, update

from dashboard.history.recording import Pending
from dashboard.history.recording.rows import NumberOf, SqlRow
from dashboard.history.tables import (
    AGENTS,
    BUSINESS,
    GAPS,
    OFFERS,
    OWN_CALLS,
    QUEUES,
    STATES,
    VISITS,
    Changes,
    KeyedTable,
)
from dashboard.history.writing import HistoryTables
from dashboard.store.coverage import LIVE, QUEUE_LOG, STATES_OF_LOG, lacking
from dashboard.store.engine import reading, writing
from dashboard.store.schema.history import agent_states, history_rebuilds, history_undo, queue_intervals

_TIMES: Final[dict[KeyedTable, str]] = {
    VISITS: "at_ms", OFFERS: "ended_ms", OWN_CALLS: "ended_ms", STATES: "start_ms", QUEUES: "start_ms", AGENTS: "start_ms",
    BUSINESS: "start_ms", GAPS: "from_ms",
}  # fmt: skip
"""Which moment of a row decides whether it is within the rebuild's time."""
_EMPTY: Final[dict[type, Any]] = {int: 0, str: "", bool: False, bytes: b"\x80"}
_ROWS_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A rebuild as the database has it."""

    wish: str
    from_ms: int
    until_ms: int
    is_cleared: bool
    position: str
    state: bytes


class RebuiltTables(HistoryTables):
    """The history of one site, made anew from `from_ms` to before `until_ms`; every row says `coverage`."""

    def __init__(
        self, engine: Engine, site: str, number_of: NumberOf, *, coverage: str, from_ms: int, until_ms: int
    ) -> None:
        super().__init__(engine, site, number_of)
        self._database = engine
        self._of = site
        self._coverage = coverage
        self._from_ms = from_ms
        self._until_ms = until_ms
        self._empty = {keyed: _empty_of(keyed.table, coverage) for keyed in _TIMES}

    def clear(self) -> int:
        """Removes the rows of the time that this coverage may replace: a log's its own, the stream's all. Some at a time."""
        count = 0
        for keyed, time in _TIMES.items():
            table = keyed.table
            old = [table.c.site == self._of, table.c[time] >= self._from_ms, table.c[time] < self._until_ms]
            if "coverage" in table.c and self._coverage == QUEUE_LOG:
                old.append(table.c.coverage == QUEUE_LOG)
            elif self._coverage == QUEUE_LOG:
                continue
            count += self._clear(table, old)
        return count

    def _clear(self, table: Table, old: list[Any]) -> int:
        if "id" not in table.c:
            with writing(self._database) as connection:
                return connection.execute(delete(table).where(*old)).rowcount
        count = 0
        some = select(table.c.id).where(*old).limit(_ROWS_AT_ONCE).scalar_subquery()
        while True:
            with writing(self._database) as connection:
                gone = connection.execute(delete(table).where(table.c.id.in_(some))).rowcount
            if not gone:
                return count
            count += gone

    def write_up_to(self, pending: Pending, kept: Kept) -> None:
        """Writes what was recorded, and how far that is. Raises `StoreError`; then nothing is written."""
        with writing(self._database) as connection:
            changes = self.put(connection, pending)
            _keep(connection, self._of, kept)
        self.remember(changes)

    def _changes(self, connection: Connection, pending: Pending) -> list[Changes]:
        return [self._turned(one) for one in super()._changes(connection, pending)]

    def finish(self, last_ms: int, cursor: str = "") -> None:
        """All is written: what still goes on ends where the source ended. `cursor`: where the historian goes on."""
        with writing(self._database) as connection:
            if self._coverage == QUEUE_LOG:
                table = agent_states.c
                connection.execute(
                    update(agent_states)
                    .where(table.site == self._of, table.coverage == QUEUE_LOG, table.end_ms.is_(None))
                    .values(end_ms=last_ms)
                )
            connection.execute(delete(history_rebuilds).where(history_rebuilds.c.site == self._of))
            if cursor:
                connection.execute(delete(history_undo).where(history_undo.c.site == self._of))
        if cursor:
            self.begin_at(cursor)

    def _turned(self, changes: Changes) -> Changes:
        turned = Changes(changes.keyed)
        turned.inserted = list(self._rows(changes.keyed, changes.inserted))
        for old, new in changes.updated:
            if changes.keyed is STATES and old["end_ms"] is None:
                # Whatever began before ends with what comes after it, whoever wrote it.
                turned.updated.append((old, new | {"coverage": old["coverage"]}))
            else:
                turned.updated += [(old, row) for row in self._rows(changes.keyed, [new])]
        turned.deleted = [row for row in changes.deleted if self._is_within(changes.keyed, row)]
        return turned

    def _rows(self, keyed: KeyedTable, rows: Iterable[SqlRow]) -> Iterable[SqlRow]:
        return [self._shape(keyed, row) for row in rows if self._is_within(keyed, row) and self._is_known(keyed, row)]

    def _shape(self, keyed: KeyedTable, row: SqlRow) -> SqlRow:
        if "coverage" not in row:
            return row
        empty = self._empty[keyed]
        if keyed is VISITS and "hold_s" in empty and row["talk_s"] is not None:
            row["talk_s"] += row["hold_s"] or 0
        elif "rejected" in empty:
            row["missed"] += row["rejected"]
        elif keyed is OFFERS and self._coverage == QUEUE_LOG and row["outcome"] == "rejected":
            row["outcome"] = "missed"
        return row | empty | {"coverage": self._coverage}

    def _is_within(self, keyed: KeyedTable, row: SqlRow) -> bool:
        return bool(self._from_ms <= row[_TIMES[keyed]] < self._until_ms)

    def _is_known(self, keyed: KeyedTable, row: SqlRow) -> bool:
        if self._coverage == LIVE:
            return True
        if keyed is STATES:
            return row["state"] in STATES_OF_LOG
        if keyed is AGENTS and not row["queue"]:
            return bool(row["paused_ms"])
        return keyed not in {OWN_CALLS, BUSINESS, GAPS}


def _empty_of(table: Table, coverage: str) -> SqlRow:
    found = {}
    for name in sorted(lacking(coverage, table)):
        column = table.c[name]
        found[name] = None if column.nullable else _EMPTY[column.type.python_type]
    return found


def _keep(connection: Connection, site: str, kept: Kept) -> None:
    values = {name: getattr(kept, name) for name in kept.__slots__}
    changed = connection.execute(update(history_rebuilds).where(history_rebuilds.c.site == site).values(values))
    if not changed.rowcount:
        connection.execute(history_rebuilds.insert().values(site=site, **values))


def begin(engine: Engine, site: str, kept: Kept) -> None:
    """Notes a rebuild that begins, or how far it is without rows. Raises `StoreError`."""
    with writing(engine) as connection:
        _keep(connection, site, kept)


def kept_of(engine: Engine, site: str) -> Kept | None:
    """The site's rebuild that is not done. Raises `StoreError`."""
    with reading(engine) as connection:
        row = connection.execute(select(history_rebuilds).where(history_rebuilds.c.site == site)).one_or_none()
    return None if row is None else Kept(*(getattr(row, name) for name in Kept.__slots__))


def forget(engine: Engine, site: str) -> None:
    """Gives up a rebuild that is not done; its rows stay until the next one. Raises `StoreError`."""
    with writing(engine) as connection:
        connection.execute(delete(history_rebuilds).where(history_rebuilds.c.site == site))


def known_since(engine: Engine, site: str, *coverages: str) -> int | None:
    """The beginning of the site's first half-hour that was made in one of these ways. Raises `StoreError`."""
    table = queue_intervals.c
    with reading(engine) as connection:
        found: int | None = connection.execute(
            select(func.min(table.start_ms)).where(table.site == site, table.coverage.in_(coverages))
        ).scalar()
    return found
