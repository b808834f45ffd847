"""All leaderboards that run over one floor, each evaluated once for all who look: only who changed, and in turns what only time moves.

`folded` hears what entries changed, `move` brings everything up to date. Leaderboards over the same period share its numbers, so that an
agent who changed is counted once for them. Who must be counted anew (a period began, history was read) is counted in portions, so that
nobody waits for thousands; until all are, the leaderboard is not `is_filled`. Pure but for the floor's own memory: history is read by
others (`wanted`, `know_past`).

Invariant (property test): after any sequence of moves, when nobody is due any more, standings equal those of a scoreboard made anew, but
for seconds that grow while nothing happens, which are at most `TURN_S` old.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from collectors.stream.keys import parts
from dashboard.floor import counters as c
from dashboard.floor.changes import Changes
from dashboard.floor.display import SIGNED_OUT
from dashboard.floor.state import Agent, Floor
from dashboard.floor.turns import turn_in
from dashboard.floor.windows import effective_now_ms
from dashboard.leaderboards.current import Current, Known
from dashboard.leaderboards.standings.past import NOWHERE, PastSums, Position
from dashboard.leaderboards.standings.period_numbers import PeriodNumbers, Wanted
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.leaderboards.standings.running import Running

TURN_S: Final = 120
AT_ONCE: Final = 250
"""Who is counted in one move at most, of those who must be counted anew."""

_Place = tuple[str, tuple[str, ...]]


def turn_of(agent: str) -> int:
    """The second of each `TURN_S` in which an agent is counted although nothing happened."""
    return turn_in(agent, TURN_S)


class Scoreboard:
    """The leaderboards of one floor."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.current = Current()
        self._running: dict[str, Running] = {}
        self._numbers: dict[Bounds, PeriodNumbers] = {}
        self._counting: dict[Bounds, list[Running]] = {}
        self._due: dict[Bounds, dict[str, None]] = {}
        self._journal = floor.derived.journal_end()
        self._told: set[str] = set()
        self._past_ms: int | None = None
        self._is_other = False
        self._second = -1
        self._measures = 0
        self._places: dict[str, _Place] = {}
        self._facts: dict[str, tuple[bytes, bytes]] = {}
        self._turns: list[list[str]] = []

    # -- what there is -------------------------------------------------------------------------------------------------

    def know(self, current: Current, now_ms: int) -> None:
        """What is kept of leaderboards now. One that is as it was goes on."""
        now_ms = effective_now_ms(self.floor, now_ms)
        joined_before, self.current = self.current.joined, current
        before = self._running if joined_before == current.joined else {}
        self._running = {one.id: self._kept(before.get(one.id), one) for one in current.known}
        self._look_around(now_ms)

    def running(self, leaderboard: str) -> Running | None:
        """One of them."""
        return self._running.get(leaderboard)

    def __iter__(self) -> Iterator[Running]:
        return iter(self._running.values())

    @property
    def is_due(self) -> bool:
        """Whether somebody waits to be counted."""
        return bool(self._due)

    # -- history -------------------------------------------------------------------------------------------------------

    def wanted(self) -> tuple[Wanted, ...]:
        """What of history is to be read."""
        return tuple(wanted for numbers in self._numbers.values() for wanted in numbers.wanted())

    def know_past(self, wanted: Wanted, sums: PastSums) -> bool:
        """What was read; False: it is to be read again, later."""
        is_taken = False
        for numbers in self._numbers.values():
            if numbers.know(wanted, sums):
                is_taken = True
                self._count_anew(numbers)
        return is_taken

    # -- what happens --------------------------------------------------------------------------------------------------

    def folded(self, changes: Changes) -> None:
        """What entries changed, up to the floor's position."""
        self._told |= changes.business
        self._is_other = self._is_other or changes.settings
        if changes.past_ms is not None:
            self._past_ms = min(changes.past_ms, self._past_ms if self._past_ms is not None else changes.past_ms)

    def move(self, now_ms: int) -> None:
        """Everything up to date: who changed, who is due, and once a second what only time moves."""
        now_ms = effective_now_ms(self.floor, now_ms)
        if not self._running:
            self._journal = self.floor.derived.journal_end()
            self._told.clear()
            return
        if self._past_ms is not None:
            self._hear_of_the_past(self._past_ms)
        second = now_ms // 1000
        is_second = second != self._second
        if self._is_other:
            self._begin_anew()
        if self._is_other or is_second:
            self._look_around(now_ms)
        self._is_other = False
        self._second = second
        self._hear_of_measures()
        changed = dict.fromkeys(self._changed(), False)
        if is_second:
            changed |= dict.fromkeys(self._turn(second), True)
        self._count(changed, now_ms)
        if is_second:
            for running in self._running.values():
                running.count_goals(now_ms)

    def settle(self, now_ms: int) -> None:
        """Everybody is counted, at once, where all of the period is known: for who freezes, and for who looks only once."""
        now_ms = effective_now_ms(self.floor, now_ms)
        self.move(now_ms)
        for numbers in self._numbers.values():
            self._count_anew(numbers)
        while any(self._numbers[bounds].is_there for bounds in self._due):
            self._count({}, now_ms)
        for running in self._running.values():
            running.count_goals(now_ms)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _kept(self, running: Running | None, known: Known) -> Running:
        if running is None or running.known != known or running.floor is not self.floor:
            return Running(known, self.floor, self.current)
        running.knows(self.current)
        return running

    def _begin_anew(self) -> None:
        """Other settings: teams, calendar, what counts as what."""
        self._running = {known.id: Running(known, self.floor, self.current) for known in self.current.known}
        self._numbers.clear()
        self._places.clear()
        self._facts.clear()

    def _look_around(self, now_ms: int) -> None:
        """Which periods run now, and where their numbers come from."""
        for running in self._running.values():
            wants = running.wants(now_ms)
            if wants is not None:
                bounds, before = wants
                running.begin(
                    now_ms, self._numbers_of(bounds, now_ms), self._numbers_of(before, now_ms) if before else None
                )
        self._counting = {}
        for running in self._running.values():
            if running.is_counting and running.numbers is not None:
                self._counting.setdefault(running.numbers.bounds, []).append(running)
        befores = {running.before.bounds for running in self._running.values() if running.before is not None}
        for bounds in self._numbers.keys() - self._counting.keys() - befores:
            del self._numbers[bounds]
        self._due = {bounds: due for bounds, due in self._due.items() if bounds in self._counting}
        for numbers in list(self._numbers.values()):
            counting = self._counting.get(numbers.bounds, ())
            is_new = any(running.is_known and not running.is_filled for running in counting)
            if numbers.at(now_ms) or (is_new and numbers.bounds not in self._due):
                self._count_anew(numbers)
        self._turns = _in_turns(self._everybody()) if self._second % TURN_S == 0 or not self._turns else self._turns

    def _numbers_of(self, bounds: Bounds, now_ms: int) -> PeriodNumbers:
        found = self._numbers.get(bounds)
        if found is None:
            found = self._numbers[bounds] = PeriodNumbers(self.floor, bounds, now_ms)
        return found

    def _count_anew(self, numbers: PeriodNumbers) -> None:
        """Everybody is due, as soon as all of the period is known."""
        for running in self._running.values():
            counted = running.numbers
            if running.before is numbers:
                running.forget_before()
            if counted is not None and (counted is numbers or running.before is numbers):
                running.forget_facts()
                if counted.bounds in self._counting:
                    self._due[counted.bounds] = dict.fromkeys(sorted(counted.agents()))

    def _everybody(self) -> set[str]:
        found = (self._numbers[bounds].agents() for bounds in self._counting)
        return set[str]().union(*found)

    def _hear_of_the_past(self, at_ms: int) -> None:
        position: Position = parts(self.floor.position) if self.floor.position else NOWHERE
        for numbers in self._numbers.values():
            numbers.told_late(at_ms, position)
        for running in self._running.values():
            if running.before is not None and at_ms < running.before.bounds.to_ms:
                running.forget_before()
        self._past_ms = None

    def _hear_of_measures(self) -> None:
        """What somebody told for the first time ever has a value for everybody from now on."""
        told = len(self.floor.core.business.measures)
        if told != self._measures:
            self._measures = told
            for numbers in list(self._numbers.values()):
                self._count_anew(numbers)

    def _changed(self) -> dict[str, None]:
        """Who changed since the last move, in order, each once."""
        derived = self.floor.derived
        lines = derived.changed_since(self._journal)
        self._journal = derived.journal_end()
        changed = self._everybody() if lines is None else dict.fromkeys(lines)
        told, self._told = sorted(self._told), set()
        return {agent: None for agent in changed if self._has_new_facts(agent)} | dict.fromkeys(told)

    def _has_new_facts(self, agent: str) -> bool:
        """Whether anything was counted of them: a change of state alone only makes seconds grow elsewhere, and waits for its turn. Who
        goes to other queues may take part in other leaderboards."""
        known = self.floor.agents.get(agent)
        if known is None:
            return True
        facts = known.today[: c.AGENT_EVENTS].tobytes(), known.yesterday[: c.AGENT_EVENTS].tobytes()
        place = _place_of(known)
        is_new = self._facts.get(agent) != facts
        if self._places.get(agent) != place:
            self._places[agent] = place
            is_new = True
            for running in self._running.values():
                running.has_moved(agent)
        self._facts[agent] = facts
        return is_new

    def _turn(self, second: int) -> Iterator[str]:
        """Whose seconds are counted now: who is signed out has none that grow."""
        known = self.floor.agents
        for agent in self._turns[second % TURN_S] if self._turns else ():
            if agent in known and known[agent].code != SIGNED_OUT:
                yield agent

    def _count(self, changed: dict[str, bool], now_ms: int) -> None:
        for bounds, counting in self._counting.items():
            numbers = self._numbers[bounds]
            if not numbers.is_there:
                continue
            numbers.now_is(now_ms)
            due = self._due.get(bounds)
            agents = changed if due is None else changed | dict.fromkeys(list(due)[:AT_ONCE], True)
            for agent, is_turn in agents.items():
                found = numbers.of(agent)
                for running in counting:
                    running.put(agent, found, is_turn=is_turn)
            self._are_counted(bounds, counting, agents)

    def _are_counted(self, bounds: Bounds, counting: list[Running], agents: Iterable[str]) -> None:
        due = self._due.get(bounds)
        if due is None:
            return
        for agent in agents:
            due.pop(agent, None)
        if not due:
            del self._due[bounds]
            for running in counting:
                if running.is_known:
                    running.filled()


def _place_of(agent: Agent) -> _Place:
    return agent.name, tuple(agent.memberships)


def _in_turns(agents: set[str]) -> list[list[str]]:
    turns: list[list[str]] = [[] for _ in range(TURN_S)]
    for agent in sorted(agents):
        turns[turn_of(agent)].append(agent)
    return turns
