"""Badges of a site's leaderboards, as the historian sees to them: won in the middle of a day where that is sure, judged when a day is over.

In the middle of a day everybody is looked at once a minute, by turns; the numbers of a day that is over come from history, when it is
known to be past the end. What is won is noted before it is taken over: what could not be noted is found again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from dashboard.floor.scoring.scheme import Part, Scheme
from dashboard.floor.scoring.standing import Did
from dashboard.floor.state import Floor
from dashboard.leaderboards.celebrations import marks
from dashboard.leaderboards.celebrations.badges import NOTHING, Won, newly, over, so_far, without_gone
from dashboard.leaderboards.celebrations.marks import Honours, Mark
from dashboard.leaderboards.celebrations.outbox import Call
from dashboard.leaderboards.current import Current, Known
from dashboard.leaderboards.document import Leaderboard, Period
from dashboard.leaderboards.standings.period_numbers import PeriodNumbers
from dashboard.leaderboards.standings.periods import Bounds, Clock, clock_of, day_of, last
from dashboard.leaderboards.standings.scoreboard import TURN_S, turn_of
from dashboard.leaderboards.standings.taking_part import TakingPart

MOST_DAYS: Final = 14
"""Of a historian that was away: days before them are judged no more."""


@dataclass(slots=True)
class Found:
    """What is to be noted and called. `won`: by leaderboard and agent, to be taken over when that is done."""

    marks: list[Mark] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    won: dict[str, dict[str, Won]] = field(default_factory=dict)


class BadgeWatch:
    """Of one floor's day. `honours`: by leaderboard and agent, what is held when the watch begins."""

    def __init__(self, floor: Floor, honours: Mapping[str, Mapping[str, Honours]]) -> None:
        self._floor = floor
        self._held = {leaderboard: {agent: one.won for agent, one in of.items()} for leaderboard, of in honours.items()}
        self._numbers: PeriodNumbers | None = None
        self._turns: list[list[str]] = []
        self._second = -1

    def look(self, current: Current, hidden: Collection[str], quiet: Collection[str], now_ms: int) -> Found:
        """Who won something today, among those whose turn it is. `quiet`: leaderboards of which nothing is called now."""
        found = Found()
        mine = [known for known in current.known if known.document.badges]
        second = now_ms // 1000
        if not mine or second == self._second:
            return found
        numbers, today = self._day(mine, now_ms), self._today(now_ms)
        seconds = range(max(self._second + 1, second - TURN_S + 1), second + 1)
        agents = [agent for one in seconds for agent in self._turns[one % TURN_S]]
        self._second = second
        taking = {
            known.id: TakingPart(known.document, known.scope, self._floor, current.joined, today) for known in mine
        }
        for agent in agents:
            did = numbers.of(agent).did(agent, numbers.metrics)
            for known in mine:
                if taking[known.id].has(agent):
                    before = self._held.get(known.id, {}).get(agent, NOTHING)
                    badges, measures = known.document.badges, self._floor.settings.measures
                    after = so_far(before, badges, did, numbers.bounds.from_ms, measures)
                    _note(found, known, agent, before, after, hidden, quiet, numbers.bounds, now_ms)
        return found

    def day_over(
        self,
        known: Known,
        dids: Iterable[Did],
        bounds: Bounds,
        hidden: Collection[str],
        quiet: Collection[str],
        now_ms: int,
    ) -> Found:
        """What came of a day."""
        found = Found()
        held = self._held.get(known.id, {})
        badges, measures = known.document.badges, self._floor.settings.measures
        done = {did.id: did for did in dids}
        for agent in sorted(done.keys() | held.keys()):
            before = held.get(agent, NOTHING)
            after = without_gone(before, badges)
            if agent in done:
                after = over(after, badges, done[agent], bounds.from_ms, measures)
            _note(found, known, agent, before, after, hidden, quiet, bounds, now_ms)
        found.marks.append(Mark(known.id, "days", "", marks.OF_NO_PERIOD, bounds.to_ms))
        return found

    def keep(self, found: Found) -> None:
        """It is noted."""
        for leaderboard, changed in found.won.items():
            self._held.setdefault(leaderboard, {}).update(changed)

    def _day(self, mine: Sequence[Known], now_ms: int) -> PeriodNumbers:
        core = self._floor.core
        today = Bounds(core.today.start_ms, core.today.end_ms)
        numbers = self._numbers
        metrics = {badge.metric for known in mine for badge in known.document.badges}
        if numbers is None or numbers.bounds != today or not metrics <= numbers.metrics:
            numbers = self._numbers = PeriodNumbers(self._floor, today, now_ms)
            numbers.needs(metrics)
            self._turns = []
        numbers.at(now_ms)
        if not self._turns or (now_ms // 1000) % TURN_S == 0:
            self._turns = [[] for _ in range(TURN_S)]
            for agent in sorted(numbers.agents()):
                self._turns[turn_of(agent)].append(agent)
        return numbers

    def _today(self, now_ms: int) -> date:
        return day_of(now_ms, clock_of(self._floor.settings))


def days_since(judged_ms: int | None, past_ms: int, clock: Clock) -> list[Bounds]:
    """Days that are to be judged, oldest first: over before `past_ms`, after the last one that was judged; never judged: yesterday."""
    found: list[Bounds] = []
    day = last(Period("day"), past_ms, clock)
    while day is not None and len(found) < (1 if judged_ms is None else MOST_DAYS) and day.to_ms > (judged_ms or 0):
        found.insert(0, day)
        day = last(Period("day"), day.from_ms, clock)
    return found


def of_a_day(known: Known) -> Known:
    """The same leaderboard over a day, counting what its badges look at."""
    metrics = dict.fromkeys(badge.metric for badge in known.document.badges)
    scheme = Scheme(tuple(Part(metric, target=1) for metric in metrics))
    document = Leaderboard(known.document.title, scheme, Period("day"), known.document.who)
    return Known(known.id, document, known.scope, known.version, 0, known.queues, known.teams)


def _note(
    found: Found,
    known: Known,
    agent: str,
    before: Won,
    after: Won,
    hidden: Collection[str],
    quiet: Collection[str],
    day: Bounds,
    now_ms: int,
) -> None:
    if after == before:
        return
    found.won.setdefault(known.id, {})[agent] = after
    found.marks += marks.of_won(known.id, {agent: after}, now_ms)
    if known.document.celebrations.badges and agent not in hidden and known.id not in quiet:
        found.calls += [
            Call(f"badge:{known.id}:{badge}:{agent}:{day.from_ms}", known.id, "badge", agent, what=badge)
            for badge in newly(before, after)
        ]
