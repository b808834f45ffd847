"""One question for a metric, and the sums that answer it: of the floor as it is (`live_query`), or of half-hours that were kept.

Metrics of a window ask this and nothing else, so that the past is evaluated by the same formulas as the present.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import msgspec

from collectors.events import MeasureSettings, QueueSettings, SlFormula
from dashboard.floor.state import Row


class Answer(msgspec.Struct, frozen=True):
    """A value that is a moment: the screen ticks from `since_ms`."""

    value: float | str | None
    since_ms: int | None


Result = float | int | str | Answer | None


class Query(ABC):
    """Sums for one metric over a set of queues or agents. `formula`, `threshold_s`: instead of each queue's own."""

    __slots__ = ("formula", "threshold_s")

    agent_ids: Sequence[str] | None
    """The agents asked for; None: the question is about queues, or their crew."""

    def __init__(self, formula: SlFormula | None, threshold_s: int | None) -> None:
        self.formula = formula
        self.threshold_s = threshold_s

    @abstractmethod
    def gap_s(self) -> float:
        """Seconds of the window of which something is unknown."""

    @abstractmethod
    def window_s(self) -> float:
        """How long the window is so far."""

    @abstractmethod
    def rows(self) -> Sequence[tuple[str, tuple[Row, ...]]]:
        """Each queue's id with the rows of the window, to be added."""

    @abstractmethod
    def queue_settings(self, queue: str) -> QueueSettings:
        """The settings of one queue, as they are now."""

    @abstractmethod
    def longest_wait_s(self) -> int:
        """Of any visit of the window that has left its queue."""

    @abstractmethod
    def overdue(self, queue: str, threshold_s: int) -> int:
        """Visits of the window that still wait and are beyond the threshold already."""

    @abstractmethod
    def further_visits(self) -> int | None:
        """Visits of a call beyond its first within the set; None: nobody knows any more."""

    @abstractmethod
    def are_refusals_reported(self) -> bool:
        """Whether anybody tells of callers who were turned away."""

    @abstractmethod
    def time(self, counter: int) -> int:
        """One counter of all the agents (times in milliseconds)."""

    @abstractmethod
    def last_call_ms(self) -> int:
        """When the agents' last external call ended; 0 for none."""

    @abstractmethod
    def business(self, measure: str) -> int | None:
        """What business systems told of the agents if agents were asked for, else of the queues: one measure's sum
        (`dashboard.floor.business`). None: nobody has ever told of it."""

    @abstractmethod
    def measure(self, name: str) -> MeasureSettings | None:
        """What the site declares of a custom measure, as it is now; None: no such measure."""

    def count(self, counter: int) -> int:
        """One counter of all the queues."""
        total = 0
        for _, rows in self.rows():
            for row in rows:
                total += row.counts[counter]
        return total

    def either(self, queue_counter: int, agent_counter: int) -> int:
        """One counter that queues and agents both have: the agents' if agents were asked for."""
        return self.count(queue_counter) if self.agent_ids is None else self.time(agent_counter)
