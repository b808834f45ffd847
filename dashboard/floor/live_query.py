"""The question for a metric, answered by the floor as it is: which queues or agents, over which window, at which moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from collectors.events import MeasureSettings, QueueSettings, SlFormula
from dashboard.floor import counters as c
from dashboard.floor.agent_sums import GroupSums, agent_sum, group_sums
from dashboard.floor.business_sums import amounts_of
from dashboard.floor.crew import CrewState, crew_counts
from dashboard.floor.query import Query, Result
from dashboard.floor.queue_sums import longest_wait_s, rows_of
from dashboard.floor.state import Agent, Floor, Queue, Row
from dashboard.floor.windows import Span, effective_now_ms, gap_s, span_of, watched_s

_FEW = 8


class LiveQuery(Query):
    """Sums of a floor. `queues` None: all queues; `agents` None: the crew of the queues."""

    __slots__ = (
        "_business",
        "_gap_s",
        "_groups",
        "_rows",
        "agent_ids",
        "floor",
        "now_ms",
        "queue_ids",
        "span",
        "window",
    )

    def __init__(
        self,
        floor: Floor,
        queues: Iterable[str] | None,
        agents: Iterable[str] | None,
        window: str,
        now_ms: int,
        formula: SlFormula | None = None,
        threshold_s: int | None = None,
    ) -> None:
        super().__init__(formula, threshold_s)
        self.floor = floor
        self.queue_ids = None if queues is None else tuple(dict.fromkeys(queues))
        self.agent_ids = None if agents is None else tuple(dict.fromkeys(agents))
        self.window = window
        self.now_ms = effective_now_ms(floor, now_ms)
        self.span: Span = span_of(floor, window, self.now_ms)
        self._rows: list[tuple[str, tuple[Row, ...]]] | None = None
        self._groups: dict[bool, GroupSums] = {}
        self._gap_s: float | None = None
        self._business: Mapping[str, int] | None = None

    def gap_s(self) -> float:
        """Seconds of the window of which something is unknown."""
        if self._gap_s is None:
            self._gap_s = gap_s(self.floor, self.span, self.now_ms)
        return self._gap_s

    def window_s(self) -> float:
        """How long the window is so far."""
        return watched_s(self.floor, self.span)

    def over(self, window: str) -> LiveQuery:
        """The same question over another window."""
        return LiveQuery(
            self.floor, self.queue_ids, self.agent_ids, window, self.now_ms, self.formula, self.threshold_s
        )

    # -- queues

    def queues(self) -> list[Queue]:
        """The queues asked for, as far as they are known."""
        known = self.floor.queues
        if self.queue_ids is None:
            return list(known.values())
        return [known[queue_id] for queue_id in self.queue_ids if queue_id in known]

    def rows(self) -> list[tuple[str, tuple[Row, ...]]]:
        """Each queue's id with the rows of the window."""
        if self._rows is None:
            self._rows = [(queue.id, rows_of(self.floor, queue, self.span)) for queue in self.queues()]
        return self._rows

    def queue_settings(self, queue: str) -> QueueSettings:
        """The settings of one queue."""
        return self.floor.queue_settings(queue)

    def longest_wait_s(self) -> int:
        """Of any visit that has left."""
        known = self.floor.queues
        return max((longest_wait_s(known[queue], rows, self.span) for queue, rows in self.rows()), default=0)

    def overdue(self, queue: str, threshold_s: int) -> int:
        """Visits of the window that still wait and are beyond the threshold already."""
        limit_ms = self.now_ms - (threshold_s + 1) * 1000
        visits, start_ms = self.floor.visits, self.span.start_ms
        return sum(
            1
            for key, since_ms in self.floor.queues[queue].waiting.items()
            if start_ms <= since_ms <= limit_ms and visits[key].joined_ms is not None
        )

    def further_visits(self) -> int:
        """Visits of a call beyond its first within the set."""
        queue_ids = {queue.id for queue in self.queues()}
        start_ms, end_ms = self.span.start_ms, self.span.end_ms
        again = 0
        for visits in self.floor.core.reentries.values():
            mine = sum(1 for joined_ms, queue in visits if queue in queue_ids and start_ms <= joined_ms <= end_ms)
            again += max(mine - 1, 0)
        return again

    def are_refusals_reported(self) -> bool:
        """Whether a dialplan of the site tells."""
        return self.floor.core.refusals_reported

    def business(self, measure: str) -> int | None:
        """A sum of the window. Facts without a queue, or without an agent, count only where all queues are asked for."""
        if measure not in self.floor.core.business.measures:
            return None
        if self._business is None:
            self._business = amounts_of(self.floor, self.queue_ids, self.agent_ids, self.window, self.span)
        return self._business.get(measure, 0)

    def measure(self, name: str) -> MeasureSettings | None:
        """As the settings have it."""
        return self.floor.settings.measures.get(name)

    def crew(self) -> dict[CrewState, int]:
        """The agents of the queues, by what they do now."""
        return crew_counts(self.floor, self.queue_ids, self.now_ms)

    # -- agents

    def agents(self) -> list[Agent]:
        """The agents asked for, or the queues' crew of the day."""
        known = self.floor.agents
        if self.agent_ids is not None:
            return [known[agent_id] for agent_id in self.agent_ids if agent_id in known]
        if self.queue_ids is None:
            return list(known.values())
        return [known[agent_id] for agent_id in self._crew_ids() if agent_id in known]

    def _crew_ids(self) -> Sequence[str]:
        return tuple(dict.fromkeys(agent_id for queue in self.queues() for agent_id in queue.crew))

    def _belonging(self) -> Callable[[Agent], bool]:
        if self.agent_ids is not None:
            asked = frozenset(self.agent_ids)
            return lambda agent: agent.id in asked
        if self.queue_ids is None:
            return lambda agent: bool(agent.id)
        crews = [queue.id for queue in self.queues()]
        queues = self.floor.queues
        return lambda agent: any(queues[queue_id].has_in_crew(agent.id) for queue_id in crews)

    def time(self, counter: int) -> int:
        """One counter of all the agents (times in milliseconds)."""
        if self.agent_ids is not None and len(self.agent_ids) <= _FEW:
            sums = [agent_sum(self.floor, agent, counter, self.span) for agent in self.agents()]
            return max(sums, default=0) if counter in c.A_HIGHEST else sum(sums)
        is_time = counter >= c.AGENT_EVENTS
        if is_time not in self._groups:
            key: tuple[str, ...] = ("crew",) if self.queue_ids is None else ("crew of", *self.queue_ids)
            if self.agent_ids is not None:
                key = ("agents", *self.agent_ids)
            self._groups[is_time] = group_sums(
                self.floor, key, self.window, self.span, self._belonging(), self.agents, is_time=is_time
            )
        return self._groups[is_time].sum(counter)

    def last_call_ms(self) -> int:
        """Of the day, whatever the window."""
        return self.over("day").time(c.A_LAST_CALL_MS)


def of_now(of: Callable[[LiveQuery], Result]) -> Callable[[Query], Result]:
    """A metric of what is now. It has no past: there is no value of it."""
    return lambda query: of(query) if isinstance(query, LiveQuery) else None
