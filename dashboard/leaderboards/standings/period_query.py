"""The question for a metric, about agents over a period of a leaderboard: sums of the floor and of half-hours, already put together.

The registry's own formulas are asked, so that a leaderboard has no figure of its own: over a day it is what every screen and the API say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from collectors.events import MeasureSettings, QueueSettings
from dashboard.floor import counters as c
from dashboard.floor.agent_sums import booked, running, running_ms
from dashboard.floor.display import PARTS, SIGNED_OUT
from dashboard.floor.metric import Answer, Metric
from dashboard.floor.query import Query
from dashboard.floor.state import Agent, Floor, Row
from dashboard.floor.windows import Span


class PeriodQuery(Query):
    """`counts`: of the agents, by counter; `amounts`: what business systems told of them; `told`: of which measures anybody ever told.
    Only numbers are asked (`figure`): how much of the period is known, and how long it is, `PeriodNumbers` says."""

    __slots__ = ("_amounts", "_counts", "_floor", "_told", "agent_ids")

    def __init__(self, floor: Floor, counts: Sequence[int], amounts: Mapping[str, int], told: Collection[str]) -> None:
        super().__init__(None, None)
        self.agent_ids = ()
        self._floor = floor
        self._counts = counts
        self._amounts = amounts
        self._told = told

    def figure(self, metric: Metric) -> float | None:
        """A metric's number; None: no value, or none that is a number."""
        result = metric.evaluate(self)
        if isinstance(result, Answer):
            result = result.value
        return None if result is None or isinstance(result, str) else result

    def gap_s(self) -> float:
        """Not asked."""
        return 0

    def window_s(self) -> float:
        """Not asked."""
        return 0

    def rows(self) -> Sequence[tuple[str, tuple[Row, ...]]]:
        """None: the question is about agents."""
        return ()

    def queue_settings(self, queue: str) -> QueueSettings:
        """As they are now."""
        return self._floor.queue_settings(queue)

    def longest_wait_s(self) -> int:
        """Nobody's: the question is about agents."""
        return 0

    def overdue(self, queue: str, threshold_s: int) -> int:  # noqa: ARG002 (the question is about agents)
        """None."""
        return 0

    def further_visits(self) -> int | None:
        """Not known of agents."""
        return None

    def are_refusals_reported(self) -> bool:
        """Not of agents."""
        return False

    def time(self, counter: int) -> int:
        """Of all the agents together."""
        return self._counts[counter]

    def last_call_ms(self) -> int:
        """Of the period."""
        return self._counts[c.A_LAST_CALL_MS]

    def business(self, measure: str) -> int | None:
        """What was told of the agents; None: nobody has ever told of it."""
        return self._amounts.get(measure, 0) if measure in self._told else None

    def measure(self, name: str) -> MeasureSettings | None:
        """As the settings have it now."""
        return self._floor.settings.measures.get(name)


def counted(floor: Floor, agent: Agent, spans: Iterable[Span]) -> list[int]:
    """The agent's counters over stretches of the floor that do not overlap, the state that runs included."""
    counts: list[int] | None = None
    for span in spans:
        more = _of_span(floor, agent, span)
        counts = more if counts is None else added(counts, more)
    return counts if counts is not None else [0] * c.AGENT_COUNTERS


def added(counts: Sequence[int], more: Sequence[int]) -> list[int]:
    """Both together: the highest of those that keep the highest."""
    total = [a + b for a, b in zip(counts, more, strict=True)]
    for counter in c.A_HIGHEST:
        total[counter] = max(counts[counter], more[counter])
    return total


def without(counts: Sequence[int], less: Sequence[int]) -> list[int]:
    """The first without the second, which lies in it. What keeps the highest stays: nobody knows whether it was before."""
    rest = [a - b for a, b in zip(counts, less, strict=True)]
    for counter in c.A_HIGHEST:
        rest[counter] = counts[counter]
    return rest


def _of_span(floor: Floor, agent: Agent, span: Span) -> list[int]:
    if span.kind == "day":
        counts = booked(floor, agent, span, is_time=True).tolist()
    else:
        so_far = Span(span.kind, span.start_ms, span.end_ms + 1)  # what happened in this very millisecond, too
        counts = booked(floor, agent, so_far, is_time=False).tolist()[: c.AGENT_EVENTS]
        counts += booked(floor, agent, span, is_time=True).tolist()[c.AGENT_EVENTS :]
    for code, span_ms in running_ms(running(agent, span), span.end_ms):
        if code != SIGNED_OUT and span_ms:
            counts[PARTS[code]] += span_ms
            counts[c.SIGNED_IN_MS] += span_ms
    return counts
