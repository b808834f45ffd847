"""Agents' counters over a window: of one agent at once, of thousands by looking only at those that changed.

A sum consists of what is booked (states that ended, facts) and of the states that run: for these the number of agents and the
sum of their beginnings are enough to know the time at any `now`. `GroupSums` keeps both for a set of agents and brings itself
up to date from the floor's journal.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable

from dashboard.floor import counters as c
from dashboard.floor.arrays import Longs, zeros
from dashboard.floor.display import CODES, PARTS, PAUSED, SIGNED_OUT, WRAP_UP, WRAPPING_UP
from dashboard.floor.ledger import facts_from, unpack_fact
from dashboard.floor.state import Agent, Floor
from dashboard.floor.windows import Span


def after_wrap_up(agent: Agent) -> int:
    """The state that follows when the running wrap-up ends by itself."""
    return CODES[agent.presence | (agent.activity & ~WRAP_UP)]


def code_at(agent: Agent, now_ms: int) -> int:
    """The agent's state at `now`: the one folded, unless its wrap-up has ended since."""
    if agent.code == WRAPPING_UP and 0 < agent.wrap_until_ms <= now_ms:
        return after_wrap_up(agent)
    return agent.code


def booked(floor: Floor, agent: Agent, span: Span, *, is_time: bool) -> Longs:
    """The counters of the window without the state that runs: those of time in state, or those of facts; the others may be 0.
    Not to be changed."""
    if span.kind == "day":
        if span.start_ms == floor.core.today.start_ms:
            return agent.today
        return agent.yesterday if span.start_ms == floor.core.yesterday.start_ms else zeros(c.AGENT_COUNTERS)
    return _times(agent, span) if is_time else _facts(agent, span)


def _times(agent: Agent, span: Span) -> Longs:
    sums = zeros(c.AGENT_COUNTERS)
    start_ms, end_ms, log = span.start_ms, span.end_ms, agent.log
    for i in range(max(bisect_right(log, start_ms << 8 | 255) - 1, 0), len(log) - 1):
        code = log[i] & 255
        span_ms = min(log[i + 1] >> 8, end_ms) - max(log[i] >> 8, start_ms)
        if span_ms > 0 and code != SIGNED_OUT:
            sums[PARTS[code]] += span_ms
            sums[c.SIGNED_IN_MS] += span_ms
    return sums


def _facts(agent: Agent, span: Span) -> Longs:
    sums = zeros(c.AGENT_COUNTERS)
    facts = agent.facts
    for i in range(facts_from(facts, span.start_ms), facts_from(facts, span.end_ms + 9_999)):
        counter, amount = unpack_fact(facts[i])
        sums[counter] = max(sums[counter], amount) if counter in c.A_HIGHEST else sums[counter] + amount
    return sums


def running(agent: Agent, span: Span) -> tuple[int, int, int, int]:
    """The state that runs: its code, its beginning within the window (its end, where the window was over before), when wrap-up ends
    (0: not by itself), what follows."""
    if not agent.log:
        return SIGNED_OUT, span.start_ms, 0, SIGNED_OUT
    start_ms = min(max(agent.log[-1] >> 8, span.start_ms), span.end_ms)
    until_ms = agent.wrap_until_ms if agent.code == WRAPPING_UP else 0
    return agent.code, start_ms, until_ms, after_wrap_up(agent) if until_ms else SIGNED_OUT


def running_ms(state: tuple[int, int, int, int], end_ms: int) -> list[tuple[int, int]]:
    """The time that the running state adds up to `end_ms`: pairs of code and milliseconds."""
    code, start_ms, until_ms, then = state
    if until_ms and until_ms < end_ms:
        middle_ms = max(until_ms, start_ms)
        return [(code, middle_ms - start_ms), (then, max(end_ms - middle_ms, 0))]
    return [(code, max(end_ms - start_ms, 0))]


def agent_sum(floor: Floor, agent: Agent, counter: int, span: Span) -> int:
    """One counter of one agent over the window, the running state included."""
    total = booked(floor, agent, span, is_time=counter >= c.AGENT_EVENTS)[counter]
    if counter >= c.AGENT_EVENTS:
        for code, span_ms in running_ms(running(agent, span), span.end_ms):
            if code != SIGNED_OUT and counter in {PARTS[code], c.SIGNED_IN_MS}:
                total += span_ms
    return total


def paused_ms_by_reason(floor: Floor, agent: Agent, span: Span) -> dict[str, int]:
    """Time in the state paused, by reason ("" for none)."""
    by_place: dict[int, int] = {}
    if span.kind == "day":
        is_today = span.start_ms == floor.core.today.start_ms
        by_place.update(agent.paused_today_ms if is_today else agent.paused_yesterday_ms)
    else:
        for i in range(len(agent.log) - 1):
            span_ms = min(agent.log[i + 1] >> 8, span.end_ms) - max(agent.log[i] >> 8, span.start_ms)
            if agent.log[i] & 255 >= PAUSED and span_ms > 0:
                place = (agent.log[i] & 255) - PAUSED
                by_place[place] = by_place.get(place, 0) + span_ms
    for code, span_ms in running_ms(running(agent, span), span.end_ms):
        if code >= PAUSED and span_ms:
            by_place[code - PAUSED] = by_place.get(code - PAUSED, 0) + span_ms
    return {floor.reasons[place]: span_ms for place, span_ms in by_place.items()}


class GroupSums:
    """The sums of a set of agents over one window, brought up to date from the journal when asked: of times or of facts."""

    __slots__ = (
        "_belongs",
        "_booked",
        "_end",
        "_first",
        "_floor",
        "_is_time",
        "_members",
        "_n",
        "_parts",
        "_position",
        "_start_sum",
        "_wrapping",
        "span",
    )

    def __init__(self, floor: Floor, belongs: Callable[[Agent], bool], *, is_time: bool) -> None:
        self._floor = floor
        self._is_time = is_time
        self._first = c.AGENT_EVENTS if is_time else 0
        self._end = c.AGENT_COUNTERS if is_time else c.AGENT_EVENTS
        self._belongs = belongs
        self.span = Span("", 0, 0)
        self._position = -1
        self._members: dict[str, tuple[list[int], tuple[int, int, int, int]]] = {}

    def __len__(self) -> int:
        return len(self._members)

    def at(self, span: Span, everybody: Callable[[], Iterable[Agent]]) -> GroupSums:
        """Bring the sums up to date for `span`; `everybody` lists the set when it has to be gone through anew."""
        changed = self._floor.derived.changed_since(self._position)
        if span.kind == self.span.kind and span.start_ms == self.span.start_ms and changed is not None:
            self.span = span
            for agent_id in dict.fromkeys(changed):
                self._take_out(agent_id)
                agent = self._floor.agents.get(agent_id)
                if agent is not None and self._belongs(agent):
                    self._put_in(agent)
        else:
            self._begin(span, everybody())
        self._position = self._floor.derived.journal_end()
        return self

    def _begin(self, span: Span, agents: Iterable[Agent]) -> None:
        self.span = span
        self._booked = [0] * (self._end - self._first)
        self._n = [0] * 256
        self._start_sum = [0] * 256
        self._members = {}
        self._wrapping: dict[str, tuple[int, int, int, int]] = {}
        for agent in agents:
            self._put_in(agent)

    def _put_in(self, agent: Agent) -> None:
        values = booked(self._floor, agent, self.span, is_time=self._is_time)[self._first : self._end].tolist()
        state = running(agent, self.span)
        self._members[agent.id] = values, state
        self._booked = [a + b for a, b in zip(self._booked, values, strict=True)]
        if state[2]:
            self._wrapping[agent.id] = state
        else:
            self._n[state[0]] += 1
            self._start_sum[state[0]] += state[1]

    def _take_out(self, agent_id: str) -> None:
        known = self._members.pop(agent_id, None)
        if known is None:
            return
        values, state = known
        self._booked = [a - b for a, b in zip(self._booked, values, strict=True)]
        if self._wrapping.pop(agent_id, None) is None:
            self._n[state[0]] -= 1
            self._start_sum[state[0]] -= state[1]

    def sum(self, counter: int) -> int:
        """One counter of the whole set."""
        if counter in c.A_HIGHEST:
            return max((values[counter - self._first] for values, _ in self._members.values()), default=0)
        total = self._booked[counter - self._first]
        if counter >= c.AGENT_EVENTS:
            total += self._running_ms(counter)
        return total

    def _running_ms(self, counter: int) -> int:
        end_ms, total = self.span.end_ms, 0
        for code, n in enumerate(self._n):
            if n and code != SIGNED_OUT and counter in {PARTS[code], c.SIGNED_IN_MS}:
                total += n * end_ms - self._start_sum[code]
        for state in self._wrapping.values():
            for code, span_ms in running_ms(state, end_ms):
                if code != SIGNED_OUT and counter in {PARTS[code], c.SIGNED_IN_MS}:
                    total += span_ms
        return total


def group_sums(
    floor: Floor,
    key: tuple[str, ...],
    window: str,
    span: Span,
    belongs: Callable[[Agent], bool],
    everybody: Callable[[], Iterable[Agent]],
    *,
    is_time: bool,
) -> GroupSums:
    """The sums of a set, remembered from the last time they were asked for."""
    sums: GroupSums = floor.derived.remember((key, window, is_time), lambda: GroupSums(floor, belongs, is_time=is_time))
    return sums.at(span, everybody)
