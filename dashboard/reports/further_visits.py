"""Calls that joined more than one queue: which of a set's visits are a second or later one of the same call.

So a contact is counted once, however many queues it went through. Only calls with more than one visit are looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, literal_column, select

from dashboard.reports.period import Stretch
from dashboard.reports.room import Look
from dashboard.store.schema import visits

Call = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class FurtherVisits:
    """`known_from_ms`: of earlier times single visits are not kept any more; None: there are none at all. `joined`: (when, queue) of each
    visible visit of these calls."""

    known_from_ms: int | None
    joined: dict[Call, list[tuple[int, str]]]

    def within(self, stretch: Stretch, queues: Collection[str] | None) -> int | None:
        """Visits beyond the first of their call within the stretch and the set; None: nobody knows any more."""
        if self.known_from_ms is None or self.known_from_ms > stretch.start_ms:
            return None
        again = 0
        for joined in self.joined.values():
            mine = sum(
                1
                for at_ms, queue in joined
                if stretch.start_ms <= at_ms < stretch.end_ms and (queues is None or queue in queues)
            )
            again += max(mine - 1, 0)
        return again


def further_visits(look: Look, stretches: Sequence[Stretch]) -> FurtherVisits:
    """Of the calls of these stretches, in queues of the scope."""
    table, again = visits.c, visits.alias("again").c
    first_ms = look.connection.execute(select(func.min(table.at_ms)).where(table.site == look.site)).scalar()
    known_from_ms = None if first_ms is None else look.calendar.containing(int(first_ms)).start_ms
    from_ms, to_ms = stretches[0].start_ms, stretches[-1].end_ms
    calls = select(again.switch, again.boot, again.call).distinct()
    calls = calls.where(again.site == look.site, again.visit > literal_column("1"), again.at_ms >= from_ms, again.at_ms < to_ms)
    of_call = calls.subquery()
    is_same = and_(table.switch == of_call.c.switch, table.boot == of_call.c.boot, table.call == of_call.c.call)
    query = select(table.switch, table.boot, table.call, table.joined_ms, table.queue).join(of_call, is_same)
    query = query.where(table.site == look.site, table.joined_ms.is_not(None), look.reach.of_queue(table.queue))
    joined: dict[Call, list[tuple[int, str]]] = {}
    for switch, boot, call, at_ms, queue in look.connection.execute(query):
        joined.setdefault((switch, boot, call), []).append((int(at_ms), queue))
    return FurtherVisits(known_from_ms, joined)
