"""What is pending, merged with the rows that are there: the changes that bring history up to date. Nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from sqlalchemy import Connection, select

from dashboard.history.known_rows import KnownRows, rows_of
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
    OFFERS,
    OWN_CALLS,
    QUEUES,
    STATES,
    VISITS,
    Changes,
    Key,
    KeyedTable,
)

_KeyT = TypeVar("_KeyT", bound=Key)
_NewsT = TypeVar("_NewsT")


class Merging:
    """For one site. `known`: the rows that are there."""

    def __init__(self, site: str, number_of: NumberOf, known: KnownRows) -> None:
        self._site = site
        self._number_of = number_of
        self._known = known

    def changes(self, connection: Connection, pending: Pending) -> list[Changes]:
        """Table by table, in the order in which they are written."""
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

    def _visits(self, connection: Connection, pending: Pending, told_again: Counter[str]) -> Changes:
        changes = Changes(VISITS)
        keys = {(*call, visit): key for key in pending.visits for call, visit in [call_key(key)]}
        known = self._known.calls(connection, VISITS, keys)
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
        found = [one for one in rows_of(connection, query) if one not in changes.deleted]
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
        known = self._known.calls(connection, OWN_CALLS, rows)
        for key, row in rows.items():
            changes.put(known.get(key), row)
        return changes

    def _states(self, connection: Connection, told: dict[str, list[Told]]) -> Changes:
        changes = Changes(STATES)
        for agent, lines in told.items():
            known = self._known.stretches(connection, agent, needed_from(lines))
            before = {row["start_ms"]: row for row in known}
            rows = apply(lines, [stretch_of(row) for row in known])
            after = {row.start_ms: stretch_row(self._site, agent, row) for row in rows}
            for start_ms in sorted(before.keys() | after.keys()):
                changes.put(before.get(start_ms), after.get(start_ms))
        return changes

    def _added(
        self,
        connection: Connection,
        keyed: KeyedTable,
        pending: Mapping[_KeyT, _NewsT],
        row_of: Callable[[str, _KeyT, _NewsT, SqlRow | None], SqlRow],
    ) -> Changes:
        """Half-hours with the news added. `row_of`: of site, key, news and the row there is."""
        changes = Changes(keyed)
        known = self._known.half_hours(connection, keyed, pending)
        for key, news in pending.items():
            old = known.get(key)
            changes.put(old, row_of(self._site, key, news, old))
        return changes

    def _gaps(self, connection: Connection, pending: Pending) -> Changes:
        changes = Changes(GAPS)
        for switch, (since_ms, gaps) in pending.gaps.items():
            table = GAPS.table.c
            query = select(GAPS.table).where(table.site == self._site, table.switch == switch, table.to_ms >= since_ms)
            before = {row["from_ms"]: row for row in rows_of(connection, query)}
            after: dict[int, SqlRow] = {}
            for from_ms, to_ms in zip(gaps[::2], gaps[1::2], strict=True):
                longest_ms = max(to_ms, after.get(from_ms, {"to_ms": to_ms})["to_ms"])
                after[from_ms] = {"site": self._site, "switch": switch, "from_ms": from_ms, "to_ms": longest_ms}
            for from_ms in sorted(before.keys() | after.keys()):
                changes.put(before.get(from_ms), after.get(from_ms))
        return changes
