"""Calls that joined more than one queue: which of a set's visits are a second or later one of the same call.

So a contact is counted once, however many queues it went through. Only calls with more than one visit are looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, func, literal_column, select

from dashboard.reports.period import Stretch, place_of
from dashboard.reports.room import Look
from dashboard.store.schema import visits

Call = tuple[str, str, str]


@dataclass(slots=True)
class FurtherVisits:
    """How many visits are beyond the first of their call: within a stretch (by its place) and a queue; None: of the whole period, of
    the whole set. `known_from_ms`: of earlier times single visits are not kept any more; None: there are none at all."""

    known_from_ms: int | None
    counts: Counter[tuple[int | None, str | None]] = field(default_factory=Counter)

    def within(self, stretch: Stretch, place: int | None, queue: str | None) -> int | None:
        """None: nobody knows any more."""
        if self.known_from_ms is None or self.known_from_ms > stretch.start_ms:
            return None
        return self.counts[place, queue]

    def add(self, joined: Iterable[tuple[int, str]]) -> None:
        """The visits of one call: places and queues."""
        seen: Counter[tuple[int | None, str | None]] = Counter()
        for place, queue in joined:
            seen.update(((place, queue), (place, None), (None, queue), (None, None)))
        for key, visits_of_it in seen.items():
            if visits_of_it > 1:
                self.counts[key] += visits_of_it - 1


def further_visits(look: Look, stretches: Sequence[Stretch], queues: Collection[str]) -> FurtherVisits:
    """Of the calls of these stretches, in these queues (none: all) of the scope."""
    table, again = visits.c, visits.alias("again").c
    first_ms = look.connection.execute(select(func.min(table.at_ms)).where(table.site == look.site)).scalar()
    known_from_ms = None if first_ms is None else look.calendar.containing(int(first_ms)).start_ms
    from_ms, to_ms = stretches[0].start_ms, stretches[-1].end_ms
    calls = select(again.switch, again.boot, again.call).distinct()
    calls = calls.where(
        again.site == look.site, again.visit > literal_column("1"), again.at_ms >= from_ms, again.at_ms < to_ms
    )
    of_call = calls.subquery()
    is_same = and_(table.switch == of_call.c.switch, table.boot == of_call.c.boot, table.call == of_call.c.call)
    query = select(table.switch, table.boot, table.call, table.joined_ms, table.queue).join(of_call, is_same)
    query = query.where(table.site == look.site, look.reach.of_queue(table.queue))
    if queues:
        query = query.where(table.queue.in_(sorted(queues)))
    query = query.where(table.joined_ms >= from_ms, table.joined_ms < to_ms)
    starts = [one.start_ms for one in stretches]
    joined: dict[Call, list[tuple[int, str]]] = {}
    for switch, boot, call, at_ms, queue in look.connection.execute(query):
        joined.setdefault((switch, boot, call), []).append((place_of(starts, at_ms), queue))
    found = FurtherVisits(known_from_ms)
    for places in joined.values():
        found.add(places)
    return found
