"""Writing history: what was recorded between two positions of the stream, in one transaction with the position.

Invariants:

* **Exactly once.** A writing begins where the cursor in the database stands and moves it to its end, in the same transaction. If
  the cursor is at the end already (the answer to a commit was lost), nothing is written again; if it is anywhere else, somebody
  else writes: `HistoryMoved`.
* **What was there before is kept for a while** (`UNDO_MS`), so that a Redis that lost its newest entries can be followed back.
* Rows that changed lately are remembered, so that adding to them reads nothing. The memory follows commits, never intentions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, Row, bindparam, delete, select, update
from sqlalchemy.sql.elements import ColumnElement

from collectors.stream.keys import parts
from dashboard.history.recording.pending import Offer, Pending
from dashboard.history.recording.rows import (
    NumberOf,
    SqlRow,
    agent_row,
    business_row,
    call_key,
    offer_row,
    own_call_row,
    queue_row,
    stretch_of,
    stretch_row,
    visit_row,
)
from dashboard.history.recording.stretches import Told, apply, needed_from
from dashboard.history.tables import (
    AGENTS,
    BUSINESS,
    GAPS,
    KEYED,
    OFFERS,
    OWN_CALLS,
    QUEUES,
    STATES,
    VISITS,
    Changes,
    Key,
    KeyedTable,
    Shape,
    images_of,
    undo,
)
from dashboard.store import StoreError
from dashboard.store.engine import reading, writing
from dashboard.store.schema.history import history_cursors, history_undo

_KeyT = TypeVar("_KeyT", bound=Key)
_NewsT = TypeVar("_NewsT")

UNDO_MS: Final = 600_000
_REMEMBERED: Final = 50_000
"""Rows of one table: the half-hours that run of 5,000 agents in eight queues each."""
_AT_ONCE: Final = 400
"""Values in one condition: SQLite takes 999, and PostgreSQL plans long lists slowly."""


_OF_AGENT = select(STATES.table).where(
    STATES.table.c.site == bindparam("of_site"), STATES.table.c.agent == bindparam("of_agent")
)
_NEWEST_STATE: Final = _OF_AGENT.order_by(STATES.table.c.start_ms.desc()).limit(1)
_STATES_FROM: Final = _OF_AGENT.where(STATES.table.c.start_ms >= bindparam("first_ms"))


class HistoryMoved(Exception):  # noqa: N818 (what happened, not what is wrong)
    """Somebody else wrote history meanwhile."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was recorded after `from_id` up to `to_id`; `at_ms`: stream time there."""

    from_id: str
    to_id: str
    at_ms: int
    pending: Pending


class HistoryTables:
    """The history of one site. Calls block on the database: keep them off the event loop; one thread at a time.

    `shaped`: has the last word on each row before it is written (of which table, the row).
    """

    def __init__(self, engine: Engine, site: str, number_of: NumberOf, *, shaped: Shape | None = None) -> None:
        self.rows_written: Counter[str] = Counter()
        self._engine = engine
        self._site = site
        self._number_of = number_of
        self._shaped = shaped
        self._known: dict[str, dict[Key, SqlRow]] = {keyed.name: {} for keyed in KEYED}
        self._newest_state: dict[str, SqlRow] = {}

    # -- where it stands -----------------------------------------------------------------------------------------------

    def cursor(self) -> str | None:
        """The position up to which everything is written; None before the first writing. Raises `StoreError`."""
        with reading(self._engine) as connection:
            found = self._cursor(connection)
        return None if found is None else f"{found.stream_ms}-{found.stream_n}"

    def marks(self) -> list[str]:
        """The positions that the tables can be taken back to, newest first. Raises `StoreError`."""
        table = history_undo.c
        query = select(table.from_ms, table.from_n).where(table.site == self._site).order_by(table.id.desc())
        with reading(self._engine) as connection:
            return [f"{row.from_ms}-{row.from_n}" for row in connection.execute(query)]

    def go_back(self, to_id: str) -> None:
        """Takes back every writing after `to_id`, one of `marks`. Raises `StoreError`."""
        table = history_undo.c
        goal = parts(to_id)
        query = select(history_undo).where(table.site == self._site).order_by(table.id.desc())
        with writing(self._engine) as connection:
            self._forget()
            for row in connection.execute(query).all():
                if (row.from_ms, row.from_n) < goal:
                    break
                at_ms = undo(connection, self._site, row.images)
                connection.execute(delete(history_undo).where(table.id == row.id))
                self._put_cursor(connection, (row.from_ms, row.from_n), at_ms)

    def begin_at(self, stream_id: str) -> None:
        """Says that everything after `stream_id` is still to be written: the stream is another one. Raises `StoreError`."""
        with writing(self._engine) as connection:
            found = self._cursor(connection)
            self._put_cursor(connection, parts(stream_id), 0 if found is None else found.at_ms)

    def _cursor(self, connection: Connection, *, is_locked: bool = False) -> Row[Any] | None:
        query = select(history_cursors).where(history_cursors.c.site == self._site)
        return connection.execute(query.with_for_update() if is_locked else query).one_or_none()

    def _put_cursor(self, connection: Connection, position: tuple[int, int], at_ms: int) -> None:
        values = {"stream_ms": position[0], "stream_n": position[1], "at_ms": at_ms}
        moved = connection.execute(update(history_cursors).where(history_cursors.c.site == self._site).values(values))
        if not moved.rowcount:
            connection.execute(history_cursors.insert().values(site=self._site, **values))

    # -- writing -------------------------------------------------------------------------------------------------------

    def write(self, batch: Batch) -> None:
        """All of the batch, once. Raises `StoreError` (nothing is written; try again) or `HistoryMoved`."""
        with writing(self._engine) as connection:
            found = self._cursor(connection, is_locked=True)
            stands = (0, 0) if found is None else (found.stream_ms, found.stream_n)
            if stands == parts(batch.to_id):
                self._forget()
                return
            if stands != parts(batch.from_id):
                raise HistoryMoved(f"History stands at {stands[0]}-{stands[1]}, not at {batch.from_id}.")
            changes = self.put(connection, batch.pending)
            self._keep_images(connection, batch, images_of(0 if found is None else found.at_ms, changes))
            self._put_cursor(connection, parts(batch.to_id), batch.at_ms)
        self.remember(changes)

    def put(self, connection: Connection, pending: Pending) -> list[Changes]:
        """Writes what was recorded in the caller's own transaction, and nothing else: no cursor, nothing to go back by. Give the
        answer to `remember` once that is committed."""
        changes = self._changes(connection, pending)
        for one in changes:
            if self._shaped is not None:
                one.shape(self._shaped)
            one.do(connection)
        return changes

    def _changes(self, connection: Connection, pending: Pending) -> list[Changes]:
        offers, told_again = self._offers(connection, pending.offers)
        return [
            offers,
            self._visits(connection, pending, told_again),
            self._own_calls(connection, pending),
            self._states(connection, pending.states),
            self._added(connection, QUEUES, pending.queues, queue_row),
            self._added(connection, AGENTS, pending.agents, agent_row),
            self._added(connection, BUSINESS, pending.business, business_row),
            self._gaps(connection, pending),
        ]

    def _keep_images(self, connection: Connection, batch: Batch, images: bytes) -> None:
        (from_ms, from_n), (to_ms, to_n) = parts(batch.from_id), parts(batch.to_id)
        connection.execute(
            history_undo.insert().values(
                site=self._site, from_ms=from_ms, from_n=from_n, to_ms=to_ms, to_n=to_n, images=images
            )
        )
        old = (history_undo.c.site == self._site) & (history_undo.c.to_ms < to_ms - UNDO_MS)
        connection.execute(delete(history_undo).where(old))

    def _visits(self, connection: Connection, pending: Pending, told_again: Counter[str]) -> Changes:
        changes = Changes(VISITS)
        keys = {(*call, visit): key for key in pending.visits for call, visit in [call_key(key)]}
        known = self._calls(connection, VISITS, keys)
        for key, name in keys.items():
            old, news = known.get(key), pending.visits[name]
            row = visit_row(self._site, name, news, old, self._number_of)
            if row is not None:
                row["offers"] -= told_again[name]
                changes.put(old, row)
        return changes

    def _offers(self, connection: Connection, offers: Iterable[Offer]) -> tuple[Changes, Counter[str]]:
        """The changes, and the visits of which an offer was told again."""
        changes = Changes(OFFERS)
        told_again: Counter[str] = Counter()
        for offer in offers:
            row = offer_row(self._site, offer)
            if offer.revised_ms is not None:
                unknown = self._unknown_offer(connection, row, changes)
                if unknown is not None:
                    row["started_ms"] = row["started_ms"] or unknown["started_ms"]
                    told_again[offer.key] += 1
            changes.put(None, row)
        return changes, told_again

    def _unknown_offer(self, connection: Connection, row: SqlRow, changes: Changes) -> SqlRow | None:
        """Takes out the offer that a snapshot had to end without knowing how, which `row` now tells."""
        table = OFFERS.table.c
        same = ("site", "switch", "boot", "call", "visit", "agent")
        query = select(OFFERS.table).where(
            *(table[name] == row[name] for name in same),
            table.outcome == "unknown",
            table.ended_ms >= row["ended_ms"],
        )
        found = [one for one in _rows(connection, query) if one not in changes.deleted]
        found += [
            one
            for one in changes.inserted
            if one["outcome"] == "unknown"
            and one["ended_ms"] >= row["ended_ms"]
            and all(one[name] == row[name] for name in same)
        ]
        if not found:
            return None
        found.sort(key=lambda one: int(one["ended_ms"]))
        if found[0] in changes.inserted:
            changes.inserted.remove(found[0])
        else:
            changes.put(found[0], None)
        return found[0]

    def _own_calls(self, connection: Connection, pending: Pending) -> Changes:
        changes = Changes(OWN_CALLS)
        told = (own_call_row(self._site, own, self._number_of) for own in pending.own_calls)
        rows = {OWN_CALLS.key_of(row): row for row in told}
        known = self._calls(connection, OWN_CALLS, rows)
        for key, row in rows.items():
            changes.put(known.get(key), row)
        return changes

    def _states(self, connection: Connection, told: dict[str, list[Told]]) -> Changes:
        changes = Changes(STATES)
        for agent, lines in told.items():
            known = self._stretches(connection, agent, needed_from(lines))
            before = {row["start_ms"]: row for row in known}
            rows = apply(lines, [stretch_of(row) for row in known])
            after = {row.start_ms: stretch_row(self._site, agent, row) for row in rows}
            for start_ms in sorted(before.keys() | after.keys()):
                changes.put(before.get(start_ms), after.get(start_ms))
        return changes

    def _stretches(self, connection: Connection, agent: str, from_ms: int | None) -> list[SqlRow]:
        """The agent's newest row, and all from `from_ms` on."""
        newest = self._newest_state.get(agent)
        if newest is not None and from_ms is None:
            return [newest]
        whose = {"of_site": self._site, "of_agent": agent}
        rows = list(_rows(connection, _NEWEST_STATE, whose))
        if from_ms is not None and rows:
            first_ms = min(from_ms, rows[0]["start_ms"])
            rows = list(_rows(connection, _STATES_FROM, whose | {"first_ms": first_ms}))
        return rows

    def _added(
        self,
        connection: Connection,
        keyed: KeyedTable,
        pending: Mapping[_KeyT, _NewsT],
        row_of: Callable[[str, _KeyT, _NewsT, SqlRow | None], SqlRow],
    ) -> Changes:
        """Half-hours with the news added. `row_of`: of site, key, news and the row there is."""
        changes = Changes(keyed)
        known = self._half_hours(connection, keyed, pending)
        for key, news in pending.items():
            old = known.get(key)
            changes.put(old, row_of(self._site, key, news, old))
        return changes

    def _gaps(self, connection: Connection, pending: Pending) -> Changes:
        changes = Changes(GAPS)
        for switch, (since_ms, gaps) in pending.gaps.items():
            table = GAPS.table.c
            query = select(GAPS.table).where(table.site == self._site, table.switch == switch, table.to_ms >= since_ms)
            before = {row["from_ms"]: row for row in _rows(connection, query)}
            after: dict[int, SqlRow] = {}
            for from_ms, to_ms in zip(gaps[::2], gaps[1::2], strict=True):
                longest_ms = max(to_ms, after.get(from_ms, {"to_ms": to_ms})["to_ms"])
                after[from_ms] = {"site": self._site, "switch": switch, "from_ms": from_ms, "to_ms": longest_ms}
            for from_ms in sorted(before.keys() | after.keys()):
                changes.put(before.get(from_ms), after.get(from_ms))
        return changes

    # -- rows that are there -------------------------------------------------------------------------------------------

    def _calls(self, connection: Connection, keyed: KeyedTable, keys: Iterable[Key]) -> dict[Key, SqlRow]:
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

    def _half_hours(self, connection: Connection, keyed: KeyedTable, keys: Iterable[Key]) -> dict[Key, SqlRow]:
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
            for row in _rows(connection, select(keyed.table).where(condition, some)):
                found[keyed.key_of(row)] = row
        return found

    def remember(self, changes: Iterable[Changes]) -> None:
        """The changes are in the database for good."""
        for one in changes:
            self.rows_written[one.keyed.name] += len(one)
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

    def _forget(self) -> None:
        for known in self._known.values():
            known.clear()
        self._newest_state.clear()


def _rows(connection: Connection, query: Any, values: dict[str, Any] | None = None) -> Iterator[SqlRow]:
    """The rows without their numbers."""
    for row in connection.execute(query, values or {}).mappings():
        found = dict(row)
        found.pop("id", None)
        yield found


__all__ = ["Batch", "HistoryMoved", "HistoryTables", "StoreError"]
