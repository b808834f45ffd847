"""One leaderboard as it runs over a floor: who takes part, what each one did, where each one stands.

The same class for gateways, which show it, and the historian, which freezes it: the same facts give the same order everywhere. Only who
changed costs anything. Everybody who takes part is scored, also who does not want to be shown: readers leave those out (`without`).
"""

from __future__ import annotations

from operator import itemgetter
from typing import Final, Literal

from dashboard.floor.counters import AGENT_EVENTS
from dashboard.floor.metrics import needed
from dashboard.floor.scoring.ranks import Ranks, ranks_of
from dashboard.floor.scoring.scheme import Scheme
from dashboard.floor.scoring.standing import Did
from dashboard.floor.state import Floor
from dashboard.leaderboards.current import Current, Ended, Known
from dashboard.leaderboards.document import Leaderboard
from dashboard.leaderboards.standings import periods
from dashboard.leaderboards.standings.goals import GoalNow, GoalSums, goals_now
from dashboard.leaderboards.standings.past import counters_of, metrics_of
from dashboard.leaderboards.standings.period_numbers import CALLS, Numbers, PeriodNumbers
from dashboard.leaderboards.standings.periods import Bounds, clock_of, day_of
from dashboard.leaderboards.standings.taking_part import TakingPart

State = Literal["to_come", "running", "over", "final"]
"""over: it has ended, and nobody has frozen it yet. final: as it was frozen."""

NO_BOUNDS: Final = Bounds(0, 0)


class Running:
    """`numbers`: of its period, `before`: of the time that progress is measured against; both shared with others, and given by `begin`.
    `is_filled`: everybody was counted once since the period began for it; before that nothing of it may be shown. `touched`: whose
    numbers are others than when its reader emptied it."""

    def __init__(self, known: Known, floor: Floor, current: Current) -> None:
        self.known = known
        self.floor = floor
        self.metrics = metrics_of(known.document.scheme)
        self.version = 0
        self.state: State = "to_come"
        self.bounds = NO_BOUNDS
        self.counted: Bounds | None = None
        self.ranks = Ranks(known.document.scheme, floor.settings.measures)
        self.goals: tuple[GoalNow, ...] = ()
        self.is_filled = False
        self._numbers: PeriodNumbers | None = None
        self._before: PeriodNumbers | None = None
        self._befores: dict[str, Did] = {}
        self._sums = GoalSums() if known.document.goals else None
        self._current = current
        self._taking_part: TakingPart | None = None
        self._places: dict[str, tuple[str, str] | None] = {}
        asked = counters_of((*self.metrics, *CALLS, *_of_goals(known.document)))
        self._facts_of = itemgetter(*sorted(counter for counter in asked if counter < AGENT_EVENTS))
        self._grows = _grows(known.document.scheme)
        self._facts: dict[str, tuple[object, ...]] = {}
        self.touched: set[str] = set()
        self._ended: Ended | None = None

    def knows(self, current: Current) -> None:
        """What is kept of it is another; its document is not."""
        self._current = current

    # -- time ----------------------------------------------------------------------------------------------------------

    def wants(self, now_ms: int) -> tuple[Bounds, Bounds | None] | None:
        """What it counts from now on, and what against, where that is another period than before; None: all is as it was."""
        period, clock = self.known.document.period, clock_of(self.floor.settings)
        bounds = periods.shown(period, now_ms, clock)
        state: State = "to_come" if now_ms < bounds.from_ms else "running" if bounds.has(now_ms) else "over"
        ended = self._current.ended.get(self.known.id) if state == "over" else None
        if ended is not None and ended.from_ms == bounds.from_ms:
            state = "final"
        if state != self.state:
            self.version += 1
        is_same = bounds == self.bounds and (self.state == "to_come") == (state == "to_come")
        was, self.state = self.state, state
        if state == "final" and (ended is not self._ended or was != "final") and ended is not None:
            self._show_ended(ended, bounds)
        if is_same or state in {"to_come", "final"}:
            self.bounds = bounds
            return None
        return self.known.counts(bounds), (
            periods.before(period, bounds, clock) if self.known.document.scheme.compares == "progress" else None
        )

    def begin(self, now_ms: int, numbers: PeriodNumbers, before: PeriodNumbers | None) -> None:
        """Another period is counted from now on: nobody has done anything in it yet."""
        settings = self.floor.settings
        self.bounds = periods.shown(self.known.document.period, now_ms, clock_of(settings))
        self.counted = numbers.bounds
        self.ranks = Ranks(self.known.document.scheme, settings.measures)
        self.is_filled = False
        self.version += 1
        self._numbers, self._before = numbers, before
        numbers.needs((*self.metrics, *_of_goals(self.known.document)), with_queues=_asks_for_queues(self.known))
        if before is not None:
            before.needs(self.metrics, with_queues=False)
        if self._sums is not None:
            self._sums = GoalSums()
        today = day_of(now_ms, clock_of(settings))
        known = self.known
        self._taking_part = TakingPart(known.document, known.scope, self.floor, self._current.joined, today)
        self.forget_before()
        self._places.clear()
        self._facts.clear()

    def forget_before(self) -> None:
        """The time before is known otherwise."""
        self._befores.clear()
        self.forget_facts()

    def forget_facts(self) -> None:
        """What was counted of everybody may be another: the next `put` of each counts."""
        self._facts.clear()

    def _show_ended(self, ended: Ended, bounds: Bounds) -> None:
        self._ended = ended
        self.bounds = self.counted = bounds
        self.ranks = ranks_of(ended.document.scheme, ended.evidence, self.floor.settings.measures)
        self.is_filled = True
        self._numbers = self._before = None
        self.version += 1

    # -- who did what --------------------------------------------------------------------------------------------------

    @property
    def is_counting(self) -> bool:
        """Whether what people do still changes it."""
        return self._numbers is not None and self.state in {"running", "over"}

    @property
    def numbers(self) -> PeriodNumbers | None:
        """Of its period; None: it has not begun, or is final."""
        return self._numbers

    @property
    def is_loading(self) -> bool:
        """Whether something of the period is not known yet."""
        return self.is_counting and not (self.is_filled and self.is_known)

    @property
    def is_known(self) -> bool:
        """Whether all of the period is, and of the time before it."""
        if self._numbers is None:
            return True
        return self._numbers.is_there and (self._before is None or self._before.is_there)

    @property
    def before(self) -> PeriodNumbers | None:
        """Of the time that progress is measured against."""
        return self._before

    def has_moved(self, agent: str) -> None:
        """They are in other queues, or in another team."""
        self._places.pop(agent, None)

    def put(self, agent: str, numbers: Numbers, *, is_turn: bool) -> None:
        """What somebody did, as it is now. `is_turn`: what grew by itself counts too; else only what was counted of them."""
        place = self._places[agent] if agent in self._places else self._place_of(agent)
        if place is None:
            return
        facts = *self._facts_of(numbers.counts), numbers.amounts, place
        is_new = self._facts.get(agent) != facts
        if is_new and self._sums is not None:
            self._sums.put(agent, numbers.counts, numbers.amounts)
        if not is_new and not (is_turn and self._grows):
            return
        self._facts[agent] = facts
        self.touched.add(agent)
        if self.ranks.put(numbers.did(agent, self.metrics, *place, before=self._before_of(agent, *place))):
            self.version += 1

    def filled(self) -> None:
        """Everybody was counted."""
        if not self.is_filled:
            self.is_filled = True
            self.version += 1

    def count_goals(self, now_ms: int) -> None:
        """How far the goals are now."""
        if self._sums is None or self._numbers is None:
            return
        known = self.known
        goals = goals_now(self.floor, known.document, known.scope, self._numbers, self._sums, now_ms)
        if goals != self.goals:
            self.goals = goals
            self.version += 1

    def dids(self) -> tuple[Did, ...]:
        """What everybody did who takes part: the evidence."""
        return self.ranks.dids()

    def _place_of(self, agent: str) -> tuple[str, str] | None:
        taking, numbers = self._taking_part, self._numbers
        if taking is None or numbers is None:
            return None
        worked = numbers.worked(agent)
        place = (taking.team(agent), taking.group(agent, worked)) if taking.has(agent, worked) else None
        if place is None:
            self._leave(agent)
        self._places[agent] = place
        return place

    def _leave(self, agent: str) -> None:
        self._facts.pop(agent, None)
        self.touched.add(agent)
        if self.ranks.did(agent) is not None:
            self.ranks.drop(agent)
            self.version += 1
            if self._sums is not None:
                self._sums.drop(agent)

    def _before_of(self, agent: str, team: str, group: str) -> Did | None:
        if self._before is None:
            return None
        did = self._befores.get(agent)
        if did is None or (did.team, did.group) != (team, group):
            did = self._befores[agent] = self._before.of(agent).did(agent, self.metrics, team, group)
        return did


def _of_goals(document: Leaderboard) -> tuple[str, ...]:
    """What goals ask of agents."""
    return tuple(goal.metric for goal in document.goals if goal.of == "agents")


def _grows(scheme: Scheme) -> bool:
    """Whether anybody's score changes while nothing happens: by time in state, or by how long they are there."""
    metrics = (needed(metric) for metric in metrics_of(scheme))
    is_asked = bool(scheme.least.calls or scheme.least.minutes or any(part.per_hour for part in scheme.parts))
    return is_asked or any(metric.basis == "C" for metric in metrics)


def _asks_for_queues(known: Known) -> bool:
    """Whether it matters for which queues somebody worked who is not in them today."""
    document = known.document
    return bool(document.who.queues or known.scope.queues or document.scheme.groups == "queue")
