"""One question for a metric: which queues or agents, over which window, at which moment; and the sums that answer it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from collectors.events import SlFormula
from dashboard.floor.agent_sums import GroupSums, agent_sum, group_sums
from dashboard.floor.counters import A_HIGHEST, AGENT_EVENTS
from dashboard.floor.crew import CrewState, crew_counts
from dashboard.floor.queue_sums import rows_of
from dashboard.floor.state import Agent, Floor, Queue, Row
from dashboard.floor.windows import Span, effective_now_ms, gap_s, span_of, watched_s

_FEW = 8


class Query:
    """Sums for one metric. `queues` None: all queues; `agents` None: the crew of the queues."""

    __slots__ = (
        "_gap_s",
        "_groups",
        "_rows",
        "agent_ids",
        "floor",
        "formula",
        "now_ms",
        "queue_ids",
        "span",
        "threshold_s",
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
        self.floor = floor
        self.queue_ids = None if queues is None else tuple(dict.fromkeys(queues))
        self.agent_ids = None if agents is None else tuple(dict.fromkeys(agents))
        self.window = window
        self.now_ms = effective_now_ms(floor, now_ms)
        self.span: Span = span_of(floor, window, self.now_ms)
        self.formula = formula
        self.threshold_s = threshold_s
        self._rows: list[tuple[Queue, tuple[Row, ...]]] | None = None
        self._groups: dict[bool, GroupSums] = {}
        self._gap_s: float | None = None

    def gap_s(self) -> float:
        """Seconds of the window of which something is unknown."""
        if self._gap_s is None:
            self._gap_s = gap_s(self.floor, self.span, self.now_ms)
        return self._gap_s

    def window_s(self) -> float:
        """How long the window is so far."""
        return watched_s(self.floor, self.span)

    def over(self, window: str) -> Query:
        """The same question over another window."""
        return Query(self.floor, self.queue_ids, self.agent_ids, window, self.now_ms, self.formula, self.threshold_s)

    # -- queues

    def queues(self) -> list[Queue]:
        """The queues asked for, as far as they are known."""
        known = self.floor.queues
        if self.queue_ids is None:
            return list(known.values())
        return [known[queue_id] for queue_id in self.queue_ids if queue_id in known]

    def rows(self) -> list[tuple[Queue, tuple[Row, ...]]]:
        """Each queue with the rows of the window."""
        if self._rows is None:
            self._rows = [(queue, rows_of(self.floor, queue, self.span)) for queue in self.queues()]
        return self._rows

    def count(self, counter: int) -> int:
        """One counter of all the queues."""
        total = 0
        for _, rows in self.rows():
            for row in rows:
                total += row.counts[counter]
        return total

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
            return max(sums, default=0) if counter in A_HIGHEST else sum(sums)
        is_time = counter >= AGENT_EVENTS
        if is_time not in self._groups:
            key: tuple[str, ...] = ("crew",) if self.queue_ids is None else ("crew of", *self.queue_ids)
            if self.agent_ids is not None:
                key = ("agents", *self.agent_ids)
            self._groups[is_time] = group_sums(
                self.floor, key, self.window, self.span, self._belonging(), self.agents, is_time=is_time
            )
        return self._groups[is_time].sum(counter)

    def either(self, queue_counter: int, agent_counter: int) -> int:
        """One counter that queues and agents both have: the agents' if agents were asked for."""
        return self.count(queue_counter) if self.agent_ids is None else self.time(agent_counter)
