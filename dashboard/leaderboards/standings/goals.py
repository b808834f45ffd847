"""What all who take part want to reach together, and how far they are: one metric of all of them, by the registry's own formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.access.scope import Scope
from dashboard.floor import counters as c
from dashboard.floor.directions import worse_side
from dashboard.floor.metrics import needed, value
from dashboard.floor.state import Floor
from dashboard.leaderboards.document import Goal, Leaderboard
from dashboard.leaderboards.standings.period_numbers import PeriodNumbers


@dataclass(frozen=True, slots=True)
class GoalNow:
    """`value` None: nobody knows."""

    goal: Goal
    value: float | None
    is_reached: bool


class GoalSums:
    """What all together did, kept up to date one by one."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[Sequence[int], Mapping[str, int]]] = {}
        self._counts = [0] * c.AGENT_COUNTERS
        self._most = dict.fromkeys(c.A_HIGHEST, 0)
        self.amounts: dict[str, int] = {}

    def put(self, agent: str, counts: Sequence[int], amounts: Mapping[str, int]) -> None:
        """Somebody, as they are now."""
        old = self._of.get(agent)
        if old is None:
            self._of[agent] = counts, amounts
            self._counts = [a + b for a, b in zip(self._counts, counts, strict=True)]
        elif old != (counts, amounts):
            self._of[agent] = counts, amounts
            self._counts = [a + b - was for a, b, was in zip(self._counts, counts, old[0], strict=True)]
        self._highest(counts)
        self._add(amounts, old[1] if old is not None else {})

    def drop(self, agent: str) -> None:
        """Somebody takes part no longer."""
        counts, amounts = self._of.pop(agent)
        self._counts = [a - b for a, b in zip(self._counts, counts, strict=True)]
        self._counts = [self._most.get(counter, count) for counter, count in enumerate(self._counts)]
        self._add({}, amounts)

    @property
    def agents(self) -> tuple[str, ...]:
        """Who takes part."""
        return tuple(self._of)

    @property
    def counts(self) -> list[int]:
        """Of all together."""
        return self._counts

    def _highest(self, counts: Sequence[int]) -> None:
        """What keeps the highest is not added up; it never falls within a period."""
        for counter in c.A_HIGHEST:
            self._most[counter] = self._counts[counter] = max(self._most[counter], counts[counter])

    def _add(self, amounts: Mapping[str, int], less: Mapping[str, int]) -> None:
        for measure in amounts.keys() | less.keys():
            self.amounts[measure] = self.amounts.get(measure, 0) + amounts.get(measure, 0) - less.get(measure, 0)


def goals_now(
    floor: Floor, document: Leaderboard, scope: Scope, numbers: PeriodNumbers, sums: GoalSums, now_ms: int
) -> tuple[GoalNow, ...]:
    """Each goal of a leaderboard. `scope`: the leaderboard's own: of queues outside it nothing is told."""
    return tuple(_goal_now(floor, document, goal, scope, numbers, sums, now_ms) for goal in document.goals)


def _goal_now(
    floor: Floor,
    document: Leaderboard,
    goal: Goal,
    scope: Scope,
    numbers: PeriodNumbers,
    sums: GoalSums,
    now_ms: int,
) -> GoalNow:
    found: float | str | None
    if goal.of == "queues":
        queues = _queues(document, scope)
        if queues is not None and not queues:
            return GoalNow(goal, None, is_reached=False)
        found = value(floor, goal.metric, queues=queues, window=goal.window or "day", now_ms=now_ms).value
    elif goal.window is not None:
        found = value(floor, goal.metric, agents=sums.agents, window=goal.window, now_ms=now_ms).value
    else:
        metric = needed(goal.metric, floor.settings.measures)
        found = numbers.query(sums.counts, sums.amounts).figure(metric)
    number = float(found) if isinstance(found, int | float) else None
    return GoalNow(goal, number, number is not None and _is_reached(floor, goal, number))


def _queues(document: Leaderboard, scope: Scope) -> tuple[str, ...] | None:
    """Those that are named, else all of the scope; None: every queue."""
    if document.who.queues:
        return tuple(queue for queue in document.who.queues if scope.has_queue(queue))
    return None if scope.queues is None else tuple(sorted(scope.queues))


def _is_reached(floor: Floor, goal: Goal, number: float) -> bool:
    is_less_better = worse_side(goal.metric, floor.settings.measures) == "above"
    return number <= goal.target if is_less_better else number >= goal.target
