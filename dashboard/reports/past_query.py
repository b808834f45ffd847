"""The question for a metric, answered by half-hours that were kept. Nobody waits in the past: what is now has no value there, and neither
has what is made of counters that the rows' source does not know (`dashboard.store.coverage`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import add
from typing import Final

from collectors.events import MeasureSettings, QueueSettings, SlFormula
from dashboard.floor import counters as c
from dashboard.floor.arrays import Longs
from dashboard.floor.metrics import Metric, Value, figure, needed
from dashboard.floor.query import Query
from dashboard.floor.state import Row
from dashboard.store.coverage import QUEUE_LOG, lacking
from dashboard.store.schema import agent_intervals, queue_intervals

_QUEUES_LACK: Final = frozenset(map(c.QUEUE_NAMES.index, lacking(QUEUE_LOG, queue_intervals)))
_AGENTS_LACK: Final = frozenset(map(c.AGENT_NAMES.index, lacking(QUEUE_LOG, agent_intervals)))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a stretch besides its sums. `further`: visits of a call beyond its first; None: nobody knows any more.
    `is_lacking`: no row of it was made from live events. `business`: what business systems told, by measure; a measure of which
    nobody told in the period asked for is not in it. `measures`: the site's own, as they are now."""

    gap_s: float = 0
    window_s: float = 0
    further: int | None = None
    refusals: bool = False
    is_lacking: bool = False
    business: Mapping[str, int] = field(default_factory=dict)
    measures: Mapping[str, MeasureSettings] = field(default_factory=dict)


class PastQuery(Query):
    """`rows`: of queues; `times`: the counters of agents, None where the question is about queues alone."""

    __slots__ = ("_known", "_rows", "_settings", "_times", "agent_ids", "asked_in_vain")

    def __init__(
        self,
        settings: Callable[[str], QueueSettings],
        rows: Sequence[tuple[str, tuple[Row, ...]]],
        times: Longs | None,
        known: Known,
        formula: SlFormula | None = None,
        threshold_s: int | None = None,
    ) -> None:
        super().__init__(formula, threshold_s)
        self.agent_ids = None if times is None else ()
        self._settings = settings
        self._rows = rows
        self._times = times
        self._known = known
        self.asked_in_vain = False

    def answer(self, metric: str) -> Value:
        """A metric of the registry; None where it rests on what nobody knows."""
        return self.figure(needed(metric))

    def figure(self, metric: Metric) -> Value:
        """The same of a metric that was looked up."""
        self.asked_in_vain = False
        value = figure(metric, self)
        return Value(None, value.gap_s, value.window_s) if self.asked_in_vain else value

    def gap_s(self) -> float:
        """Of the stretch."""
        return self._known.gap_s

    def window_s(self) -> float:
        """Of the stretch, as far as it has passed."""
        return self._known.window_s

    def rows(self) -> Sequence[tuple[str, tuple[Row, ...]]]:
        """As they were added up."""
        return self._rows

    def queue_settings(self, queue: str) -> QueueSettings:
        """As they are now."""
        return self._settings(queue)

    def longest_wait_s(self) -> int:
        """Kept beside the histograms, exactly."""
        return max((row.max_wait_s for _, rows in self._rows for row in rows), default=0)

    def overdue(self, queue: str, threshold_s: int) -> int:  # noqa: ARG002 (nobody waits in the past)
        """None."""
        return 0

    def further_visits(self) -> int | None:
        """As it was counted, if it was."""
        return self._known.further

    def are_refusals_reported(self) -> bool:
        """Whether any was, within what was asked for."""
        return self._known.refusals

    def business(self, measure: str) -> int | None:
        """As it was kept."""
        return self._known.business.get(measure)

    def measure(self, name: str) -> MeasureSettings | None:
        """As the site declares it now."""
        return self._known.measures.get(name)

    def count(self, counter: int) -> int:
        """Of all the queues together."""
        if self._known.is_lacking and counter in _QUEUES_LACK:
            self.asked_in_vain = True
        return super().count(counter)

    def time(self, counter: int) -> int:
        """Of all the agents together."""
        if self._known.is_lacking and counter in _AGENTS_LACK:
            self.asked_in_vain = True
        return 0 if self._times is None else self._times[counter]

    def last_call_ms(self) -> int:
        """Of the stretch."""
        return self.time(c.A_LAST_CALL_MS)


def add_times(to: Longs, more: Sequence[int]) -> None:
    """Adds counters of agents: the highest of those that keep the highest."""
    highest = [(counter, max(to[counter], more[counter])) for counter in c.A_HIGHEST]
    to[:] = Longs("q", map(add, to, more))
    for counter, amount in highest:
        to[counter] = amount
