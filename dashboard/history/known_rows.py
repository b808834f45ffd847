"""The rows of history that news may change: those that changed lately are remembered, so that adding to them reads nothing.

Invariant: the memory follows commits, never intentions. Who writes says what was committed (`remember`), or that somebody else may
have written (`forget`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.sql.elements import ColumnElement

from dashboard.history.recording.rows import SqlRow
from dashboard.history.tables import AGENTS, BUSINESS, KEYED, QUEUES, STATES, VISITS, Changes, Key, KeyedTable

_REMEMBERED: Final = 50_000
"""Rows of one table: the half-hours that run of 5,000 agents in eight queues each."""
_AT_ONCE: Final = 400
"""Values in one condition: SQLite takes 999, and PostgreSQL plans long lists slowly."""

_OF_AGENT = select(STATES.table).where(
    STATES.table.c.site == bindparam("of_site"), STATES.table.c.agent == bindparam("of_agent")
)
_NEWEST_STATE: Final = _OF_AGENT.order_by(STATES.table.c.start_ms.desc()).limit(1)
_STATES_FROM: Final = _OF_AGENT.where(STATES.table.c.start_ms >= bindparam("first_ms"))


class KnownRows:
    """One site's, by table and key. Calls block on the database; nothing is locked."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._known: dict[str, dict[Key, SqlRow]] = {keyed.name: {} for keyed in KEYED}
        self._newest_state: dict[str, SqlRow] = {}

    def calls(self, connection: Connection, keyed: KeyedTable, keys: Iterable[Key]) -> dict[Key, SqlRow]:
        """The rows there are with these keys (switch, boot, call, …)."""
        found, missing = self._remembered(keyed, keys)
        by_boot: dict[tuple[str, str], set[str]] = defaultdict(set)
        for switch, boot, call, _ in missing:
            by_boot[switch, boot].add(call)
        table = keyed.table.c
        for (switch, boot), calls in by_boot.items():
            of_boot = (table.site == self._site) & (table.switch == switch) & (table.boot == boot)
            found |= self._found(connection, keyed, of_boot, table.call, calls)
        return found

    def half_hours(self, connection: Connection, keyed: KeyedTable, keys: Iterable[Key]) -> dict[Key, SqlRow]:
        """The rows there are with these keys (queue or agent, beginning, …)."""
        found, missing = self._remembered(keyed, keys)
        by_start: dict[int, set[str]] = defaultdict(set)
        for one, start_ms, *_ in missing:
            by_start[start_ms].add(one)
        table = keyed.table.c
        for start_ms, ids in by_start.items():
            of_start = (table.site == self._site) & (table.start_ms == start_ms)
            found |= self._found(connection, keyed, of_start, table[keyed.key[0]], ids)
        return found

    def stretches(self, connection: Connection, agent: str, from_ms: int | None) -> list[SqlRow]:
        """The agent's newest row, and all from `from_ms` on."""
        newest = self._newest_state.get(agent)
        if newest is not None and from_ms is None:
            return [newest]
        whose = {"of_site": self._site, "of_agent": agent}
        rows = list(rows_of(connection, _NEWEST_STATE, whose))
        if from_ms is not None and rows:
            first_ms = min(from_ms, rows[0]["start_ms"])
            rows = list(rows_of(connection, _STATES_FROM, whose | {"first_ms": first_ms}))
        return rows

    def remember(self, changes: Iterable[Changes]) -> None:
        """The changes are in the database for good."""
        for one in changes:
            if one.keyed is STATES:
                self._remember_states(one)
            elif one.keyed in (VISITS, QUEUES, AGENTS, BUSINESS):
                known = self._known[one.keyed.name]
                for row in one.after():
                    key = one.keyed.key_of(row)
                    known.pop(key, None)
                    known[key] = row
                while len(known) > _REMEMBERED:
                    del known[next(iter(known))]

    def forget(self) -> None:
        """Everything is read again."""
        for known in self._known.values():
            known.clear()
        self._newest_state.clear()

    def _remembered(self, keyed: KeyedTable, keys: Iterable[Key]) -> tuple[dict[Key, SqlRow], list[Key]]:
        known = self._known[keyed.name]
        found: dict[Key, SqlRow] = {}
        missing: list[Key] = []
        for key in keys:
            row = known.get(key)
            if row is None:
                missing.append(key)
            else:
                found[key] = row
        return found, missing

    def _found(
        self,
        connection: Connection,
        keyed: KeyedTable,
        condition: ColumnElement[bool],
        column: ColumnElement[Any],
        values: set[str],
    ) -> dict[Key, SqlRow]:
        ordered = sorted(values)
        found: dict[Key, SqlRow] = {}
        for first in range(0, len(ordered), _AT_ONCE):
            some = column.in_(ordered[first : first + _AT_ONCE])
            for row in rows_of(connection, select(keyed.table).where(condition, some)):
                found[keyed.key_of(row)] = row
        return found

    def _remember_states(self, changes: Changes) -> None:
        rearranged = {row["agent"] for row in changes.deleted}
        for agent in rearranged:
            self._newest_state.pop(agent, None)
        for row in changes.after():
            if row["agent"] in rearranged:
                continue
            newest = self._newest_state.get(row["agent"])
            if newest is None or newest["start_ms"] <= row["start_ms"]:
                self._newest_state[row["agent"]] = row


def rows_of(connection: Connection, query: Any, values: dict[str, Any] | None = None) -> Iterator[SqlRow]:
    """The rows without their numbers."""
    for row in connection.execute(query, values or {}).mappings():
        found = dict(row)
        found.pop("id", None)
        yield found
