"""Half-hours of what business systems would have told of a past, as the historian would have written them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from collectors.events import BusinessFact
from collectors.simulator.staff import Staff
from dashboard.floor.business import amounts
from dashboard.past_floor.customers import Customers
from dashboard.past_floor.frames import DayFrames, Slots

BUSINESS_COLUMNS: Final = ("site", "start_ms", "end_ms", "agent", "queue", "team", "measure", "amount")


class BusinessHalfHours:
    """Give it one day's frames after the other; `rows` at the end. Sums of all days are kept meanwhile."""

    def __init__(self, customers: Customers, staff: Staff) -> None:
        self._customers = customers
        self._staff = staff
        self._sums: Counter[tuple[int, int, str, str, str, str]] = Counter()

    def add(self, day: DayFrames, slots: Slots) -> None:
        """Counts in what came of a day's answered calls."""
        answered = day.visits[day.visits["agent"] >= 0]
        columns = ("contact", "first_ms", "visit", "queue", "agent", "ended_ms")
        facts: list[BusinessFact] = []
        for contact, first_ms, visit, queue, agent, ended_ms in zip(
            *(answered[name].tolist() for name in columns), strict=True
        ):
            who, where = self._staff.agents[agent], self._staff.queues[queue]
            call = f"{first_ms}.{contact}.{visit}"
            facts += self._customers.after(call, who.interface, where.id, ended_ms, who.team)
        if not facts:
            return
        moments = np.array([fact.occurred_ms for fact in facts], dtype=np.int64)
        starts = slots.bounds[np.searchsorted(slots.bounds, moments, side="right") - 1]
        for fact, start, end in zip(facts, starts.tolist(), slots.end_of(starts).tolist(), strict=True):
            for measure, amount in amounts(fact).items():
                if amount:
                    self._sums[start, end, fact.agent or "", fact.queue or "", fact.team or "", measure] += amount

    def rows(self, site: str, before_ms: int) -> Iterator[tuple[Any, ...]]:
        """Rows of `BUSINESS_COLUMNS`, of the half-hours that begin before that moment."""
        for (start, end, agent, queue, team, measure), amount in self._sums.items():
            if start < before_ms:
                yield site, start, end, agent, queue, team, measure, amount
