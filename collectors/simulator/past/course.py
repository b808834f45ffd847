"""The centre's course of events: callers wait in line, agents take them one at a time. All that happened comes out as rows.

Invariants: an agent is in one state at any moment, and the stretches of it follow each other without a hole; nobody is answered by
an agent who is not there, pauses, or talks; whole seconds are differences of whole-second clocks, as on the switch. A day's
book holds what ended since the last one was taken.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, Final

from collectors.simulator.callers import KEY_SHARE, WITHDRAW_SHARE
from collectors.simulator.names import CALLER_NAMES
from collectors.simulator.own_calls import INTERNAL_MEAN_S, OUTBOUND_MEAN_S
from collectors.simulator.staff import AgentPlan, QueuePlan, Staff
from collectors.simulator.talks import HOLD_SHARE
from collectors.simulator.transfers import ATTENDED, BLIND_TO_AGENT, BLIND_TO_QUEUE

from .config import PastConfig
from .draws import Draws
from .roster import Errand, Shift

VISIT: Final = (
    "contact", "first_ms", "visit", "queue", "joined_ms", "wait_s", "outcome", "reason", "rang", "is_repeat", "number", "name",
    "agent", "answered_ms", "ended_ms", "ended_by", "talk_s", "hold_s", "wrap_ms", "transfer_kind", "transfer_target",
    "transfer_queue", "offers", "from_queue", "from_kind",
)  # fmt: skip
"""Columns of a visit that is over. Places of queues and agents in the staff; -1 and "" for none. `talk_s` includes holds. `from_queue`:
where the caller was before, `from_kind`: how he came from there (`transfer`, `overflow`)."""
OFFER: Final = ("contact", "first_ms", "visit", "queue", "agent", "started_ms", "ended_ms", "outcome", "ring_s")
OWN_CALL: Final = ("contact", "agent", "kind", "number", "started_ms", "connected_ms", "ended_ms", "ended_by")
STATE: Final = ("agent", "start_ms", "end_ms", "state", "reason", "queue", "contact", "first_ms", "visit")
"""`state` is a place in `STATES`. `visit` 0 with a contact: an own call."""
STATES: Final = (
    "signed_out", "available", "ringing", "talking", "talking_internal", "holding", "wrapping_up", "paused", "unreachable",
)  # fmt: skip
_OUT, _AVAILABLE, _RINGING, _TALKING, _INTERNAL, _HOLDING, _WRAPPING, _PAUSED, _UNREACHABLE = range(9)

_SIGN_IN, _SIGN_OUT, _FREE, _ERRAND, _GO, _AGAIN, _JOIN = range(7)

REDIAL_SHARE, REDIAL_MEAN_MS = 0.42, 900_000
"""Callers who gave up and called again, and after how long."""
CALL_BACK_SHARE = 0.6
"""Of agents' outbound calls, so many are to somebody who gave up, as long as there is one."""
REGULARS = 40
"""So many days' callers there are in all: some call again on another day."""
_BY_AGENT = 0.28
_REJECTED = 0.12
_OVERFLOWS = 0.6


@dataclass(slots=True)
class DayBook:
    """What ended, as rows of the columns above. Up to `until_ms` all is in this book or an earlier one, but what still goes on."""

    until_ms: int
    visits: list[tuple[Any, ...]] = field(default_factory=list)
    offers: list[tuple[Any, ...]] = field(default_factory=list)
    own_calls: list[tuple[Any, ...]] = field(default_factory=list)
    states: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Caller:
    contact: int
    first_ms: int
    number: int
    name: str
    visits: int = 0


@dataclass(slots=True, eq=False)
class _Visit:
    caller: _Caller
    visit: int
    queue: int
    joined_ms: int
    goes_ms: int
    how: str
    is_repeat: bool
    from_queue: int = -1
    from_kind: str = ""
    waits: bool = True
    is_awaited: bool = False
    offers: int = 0


@dataclass(slots=True, eq=False)
class _Agent:
    place: int
    plan: AgentPlan
    queues: tuple[int, ...]
    since_ms: int
    state: int = _OUT
    reason: str = ""
    is_idle: bool = False
    leaves_ms: int = 0
    wants: Errand | None = None


class Course:
    """`live` a day's arrivals and shifts up to its end; `drain` at the very end."""

    def __init__(self, config: PastConfig, staff: Staff, begins_ms: int) -> None:
        self._plans: tuple[QueuePlan, ...] = staff.queues
        places = {queue.id: place for place, queue in enumerate(staff.queues)}
        self._agents = [
            _Agent(place, plan, tuple(places[queue] for queue in plan.queues), begins_ms)
            for place, plan in enumerate(staff.agents)
        ]
        self._overflow = [places[queue.overflow_to] for queue in staff.queues]
        self._waiting: list[deque[_Visit]] = [deque() for _ in staff.queues]
        self._idle: list[list[tuple[int, int]]] = [[] for _ in staff.queues]
        self._draws = Draws(config.floor.seed)
        self._talk_ms = config.floor.talk_mean_s * 1000
        self._patience_ms = max(0.1, config.floor.patience_mean_s - 3) * 1000
        self._wrap_ms = config.floor.wrap_up_s * 1000
        self._ring_ms = max(0.2, config.floor.ring_mean_s - 1) * 1000
        self._numbers = round(REGULARS * 24 * staff.calls_per_hour * 0.5) + 1000
        self._heap: list[tuple[int, int, int, Any, Any]] = []
        self._made = 0
        self._contacts = 0
        self._called_at: dict[int, int] = {}
        self._to_call_back: deque[int] = deque(maxlen=200)
        self._book = DayBook(begins_ms)

    @property
    def contacts(self) -> int:
        """How many calls there were so far."""
        return self._contacts

    def live(self, arrivals: Sequence[tuple[int, int]], shifts: Sequence[Shift], until_ms: int) -> DayBook:
        """Lives up to `until_ms`; what ended since the last book."""
        for shift in shifts:
            self._plan(shift.start_ms, _SIGN_IN, self._agents[shift.agent], shift)
        for at_ms, queue in arrivals:
            self._run_until(at_ms)
            self._call_in(at_ms, queue)
        self._run_until(until_ms)
        day_ms = 86_400_000
        self._called_at = {number: at for number, at in self._called_at.items() if at > until_ms - day_ms}
        return self._take(until_ms)

    def drain(self, until_ms: int) -> DayBook:
        """Whatever still goes on ends; then everybody is signed out up to `until_ms` or the last moment that anything happened."""
        last_ms = until_ms
        while self._heap:
            last_ms = max(last_ms, self._heap[0][0])
            self._run_until(self._heap[0][0])
        for agent in self._agents:
            self._becomes(agent, _OUT, last_ms)
            self._close(agent, last_ms)
        return self._take(last_ms)

    def _take(self, until_ms: int) -> DayBook:
        book, self._book = self._book, DayBook(until_ms)
        book.until_ms = until_ms
        return book

    # -- time

    def _plan(self, at_ms: int, kind: int, one: Any, two: Any = None) -> None:
        self._made += 1
        heappush(self._heap, (at_ms, self._made, kind, one, two))

    def _run_until(self, until_ms: int) -> None:
        heap = self._heap
        while heap and heap[0][0] <= until_ms:
            at_ms, _, kind, one, two = heappop(heap)
            if kind == _FREE:
                self._free(one, at_ms)
            elif kind == _GO:
                self._goes(one, at_ms)
            elif kind == _AGAIN:
                self._waits_again(one, at_ms)
            elif kind == _JOIN:
                self._join(one, two[0], at_ms, two[1], two[2])
            elif kind == _ERRAND:
                self._errand(one, two, at_ms)
            elif kind == _SIGN_IN:
                self._sign_in(one, two, at_ms)
            elif one.is_idle and at_ms >= one.leaves_ms:
                self._becomes(one, _OUT, at_ms)

    # -- callers

    def _call_in(self, at_ms: int, queue: int, number: int | None = None) -> None:
        draws = self._draws
        if number is None:
            number = int(draws.uniform() * self._numbers)
        name = CALLER_NAMES[number % len(CALLER_NAMES)]
        self._contacts += 1
        self._join(_Caller(self._contacts, at_ms, number, name), queue, at_ms)

    def _join(self, caller: _Caller | None, queue: int, at_ms: int, from_queue: int = -1, from_kind: str = "") -> None:
        if caller is None:
            self._call_in(at_ms, queue, from_queue)
            return
        draws, plan = self._draws, self._plans[queue]
        caller.visits += 1
        is_repeat = False
        if caller.visits == 1:
            is_repeat = at_ms - self._called_at.get(caller.number, -1 << 60) < 86_400_000
            self._called_at[caller.number] = at_ms
        goes_ms, how = at_ms + 3000 + int(draws.waited() * self._patience_ms), "abandoned"
        if plan.give_up_s and at_ms + plan.give_up_s * 1000 < goes_ms:
            goes_ms, how = at_ms + plan.give_up_s * 1000, "timeout"
        draw = draws.uniform()
        if draw < KEY_SHARE + WITHDRAW_SHARE:
            early_ms = at_ms + 4000 + int(draws.uniform() * 18_000)
            if early_ms < goes_ms:
                goes_ms, how = early_ms, "key" if draw < KEY_SHARE else "withdraw"
        visit = _Visit(caller, caller.visits, queue, at_ms, goes_ms, how, is_repeat, from_queue, from_kind)
        agent = self._next_idle(queue)
        if agent is not None:
            self._offer(visit, agent, at_ms)
        else:
            self._waiting[queue].append(visit)
            self._awaits(visit)

    def _awaits(self, visit: _Visit) -> None:
        if not visit.is_awaited:
            visit.is_awaited = True
            self._plan(visit.goes_ms, _GO, visit)

    def _waits_again(self, visit: _Visit, at_ms: int) -> None:
        agent = self._next_idle(visit.queue)
        if agent is not None:
            self._offer(visit, agent, at_ms)
        else:
            visit.waits = True
            self._waiting[visit.queue].appendleft(visit)
            self._awaits(visit)

    def _goes(self, visit: _Visit, at_ms: int, *, rang: bool = False) -> None:
        """He goes unanswered, unless somebody has him."""
        if not visit.waits and not rang:
            return
        visit.waits = False
        caller, wait_s = visit.caller, at_ms // 1000 - visit.joined_ms // 1000
        is_abandoned = visit.how == "abandoned"
        self._book.visits.append((
            caller.contact, caller.first_ms, visit.visit, visit.queue, visit.joined_ms, wait_s,
            "abandoned" if is_abandoned else "left", "" if is_abandoned else visit.how, rang, visit.is_repeat, caller.number,
            caller.name, -1, -1, at_ms, "", -1, -1, -1, "", "", -1, visit.offers, visit.from_queue, visit.from_kind,
        ))  # fmt: skip
        if is_abandoned:
            if self._draws.uniform() < REDIAL_SHARE:
                again_ms = at_ms + 20_000 + int(self._draws.waited() * REDIAL_MEAN_MS)
                self._plan(again_ms, _JOIN, None, (visit.queue, caller.number, ""))
            else:
                self._to_call_back.append(caller.number)
        elif visit.how == "timeout" and caller.visits < 3 and self._draws.uniform() < _OVERFLOWS:
            self._plan(at_ms, _JOIN, caller, (self._overflow[visit.queue], visit.queue, "overflow"))

    # -- agents

    def _next_idle(self, queue: int) -> _Agent | None:
        """Who has been idle for longest."""
        idle, agents = self._idle[queue], self._agents
        while idle:
            since_ms, place = heappop(idle)
            agent = agents[place]
            if agent.is_idle and agent.since_ms == since_ms:
                return agent
        return None

    def _becomes(self, agent: _Agent, state: int, at_ms: int, reason: str = "") -> None:
        """The stretch that runs ends, of the states that are of no call."""
        self._close(agent, at_ms)
        agent.state, agent.reason, agent.is_idle = state, reason, state == _AVAILABLE

    def _close(self, agent: _Agent, at_ms: int) -> None:
        if at_ms > agent.since_ms:
            self._book.states.append((agent.place, agent.since_ms, at_ms, agent.state, agent.reason, -1, 0, 0, 0))
            agent.since_ms = at_ms

    def _sign_in(self, agent: _Agent, shift: Shift, at_ms: int) -> None:
        if agent.state != _OUT:
            return  # yesterday's talk goes on: he stays for it, and misses this shift
        agent.leaves_ms, agent.wants = shift.end_ms, None
        for errand in shift.errands:
            self._plan(errand.at_ms, _ERRAND, agent, errand)
        self._plan(shift.end_ms, _SIGN_OUT, agent)
        self._free(agent, at_ms)

    def _errand(self, agent: _Agent, errand: Errand, at_ms: int) -> None:
        if agent.state == _OUT:
            return
        if agent.is_idle:
            self._begin_errand(agent, errand, at_ms)
        elif errand.kind in {"paused", "outbound"} and agent.state != _PAUSED:
            agent.wants = errand

    def _begin_errand(self, agent: _Agent, errand: Errand, at_ms: int) -> None:
        if errand.kind in {"outbound", "internal"}:
            self._dial(agent, errand.kind, at_ms)
            return
        state = _PAUSED if errand.kind == "paused" else _UNREACHABLE
        self._becomes(agent, state, at_ms, errand.reason)
        self._plan(at_ms + errand.lasts_ms, _FREE, agent)

    def _free(self, agent: _Agent, at_ms: int) -> None:
        """He can do the next thing: go home, take the break that he wanted, the caller who waits longest, or none."""
        if at_ms >= agent.leaves_ms:
            self._becomes(agent, _OUT, at_ms)
            return
        wanted, agent.wants = agent.wants, None
        if wanted is not None:
            self._begin_errand(agent, wanted, at_ms)
            return
        visit = self._longest(agent.queues)
        if visit is not None:
            self._close(agent, at_ms)
            self._offer(visit, agent, at_ms)
            return
        self._becomes(agent, _AVAILABLE, at_ms)
        agent.since_ms = at_ms
        for queue in agent.queues:
            heappush(self._idle[queue], (at_ms, agent.place))

    def _longest(self, queues: tuple[int, ...]) -> _Visit | None:
        found: _Visit | None = None
        for queue in queues:
            waiting = self._waiting[queue]
            while waiting and not waiting[0].waits:
                waiting.popleft()
            if waiting and (
                found is None
                or (-self._plans[queue].weight, waiting[0].joined_ms)
                < (-self._plans[found.queue].weight, found.joined_ms)
            ):
                found = waiting[0]
        if found is not None:
            self._waiting[found.queue].popleft()
        return found

    # -- ringing and talking

    def _offer(self, visit: _Visit, agent: _Agent, at_ms: int) -> None:
        """It rings at the agent: how that ends is settled at once, and so is the talk."""
        self._close(agent, at_ms)
        agent.state, agent.reason, agent.is_idle = _WRAPPING, "", False
        visit.waits = False
        visit.offers += 1
        draws, plan = self._draws, self._plans[visit.queue]
        draw, outcome = draws.uniform(), "answered"
        ring_ms = 1000 + int(draws.waited() * self._ring_ms)
        if draw < agent.plan.diligence or ring_ms > plan.ring_s * 1000:
            outcome, ring_ms = "missed", plan.ring_s * 1000
            if draw < agent.plan.diligence * _REJECTED:
                outcome, ring_ms = "rejected", 500 + int(draws.uniform() * 2000)
        ends_ms = at_ms + ring_ms
        if visit.goes_ms <= ends_ms:
            outcome, ends_ms = "cut_short", max(visit.goes_ms, at_ms)
        caller = visit.caller
        ring_s = ends_ms // 1000 - at_ms // 1000
        book = self._book
        book.offers.append((
            caller.contact, caller.first_ms, visit.visit, visit.queue, agent.place, at_ms, ends_ms, outcome, ring_s,
        ))  # fmt: skip
        if ends_ms > at_ms:
            book.states.append((
                agent.place, at_ms, ends_ms, _RINGING, "", visit.queue, caller.contact, caller.first_ms, visit.visit,
            ))  # fmt: skip
        agent.since_ms = ends_ms
        if outcome == "answered":
            self._talk(visit, agent, ends_ms)
            return
        self._plan(ends_ms, _FREE, agent)
        if outcome == "cut_short":
            self._goes(visit, ends_ms, rang=True)
        else:
            self._plan(ends_ms, _AGAIN, visit)

    def _talk(self, visit: _Visit, agent: _Agent, at_ms: int) -> None:
        draws, caller, place = self._draws, visit.caller, agent.place
        length_ms = max(2000, int(draws.length() * self._talk_ms * agent.plan.pace))
        ends_ms = at_ms + length_ms
        ref = (visit.queue, caller.contact, caller.first_ms, visit.visit)
        states = self._book.states
        hold_ms, from_ms = 0, at_ms
        if length_ms > 12_000 and draws.uniform() < HOLD_SHARE:
            held_ms = at_ms + int((0.2 + 0.4 * draws.uniform()) * length_ms)
            hold_ms = min(2000 + int(draws.waited() * 25_000), ends_ms - held_ms)
            states.append((place, at_ms, held_ms, _TALKING, "", *ref))
            from_ms = held_ms + hold_ms
            states.append((place, held_ms, from_ms, _HOLDING, "", *ref))
        if ends_ms > from_ms:
            states.append((place, from_ms, ends_ms, _TALKING, "", *ref))
        if self._wrap_ms:
            states.append((place, ends_ms, ends_ms + self._wrap_ms, _WRAPPING, "", *ref))
        agent.since_ms = ends_ms + self._wrap_ms
        self._plan(agent.since_ms, _FREE, agent)
        ended_by, kind, target, to_queue = self._ends(visit, ends_ms)
        talk_s = ends_ms // 1000 - at_ms // 1000
        self._book.visits.append((
            caller.contact, caller.first_ms, visit.visit, visit.queue, visit.joined_ms,
            at_ms // 1000 - visit.joined_ms // 1000, "answered", "", False, visit.is_repeat, caller.number, caller.name, place,
            at_ms, ends_ms, ended_by, talk_s, min(hold_ms // 1000, talk_s), self._wrap_ms, kind, target, to_queue,
            visit.offers, visit.from_queue, visit.from_kind,
        ))  # fmt: skip

    def _ends(self, visit: _Visit, ends_ms: int) -> tuple[str, str, str, int]:
        """Who ends the talk; of a transfer its kind and where it goes."""
        draws = self._draws
        draw = draws.uniform()
        if draw < BLIND_TO_QUEUE and visit.caller.visits < 4:
            to_queue = self._overflow[visit.queue]
            self._plan(ends_ms, _JOIN, visit.caller, (to_queue, visit.queue, "transfer"))
            return "transfer", "blind", str(800 + to_queue), to_queue
        if draw < BLIND_TO_QUEUE + BLIND_TO_AGENT + ATTENDED:
            colleague = self._agents[int(draws.uniform() * len(self._agents))]
            kind = "blind" if draw < BLIND_TO_QUEUE + BLIND_TO_AGENT else "attended"
            return "transfer", kind, colleague.plan.extension, -1
        return ("agent" if draws.uniform() < _BY_AGENT else "caller"), "", "", -1

    def _dial(self, agent: _Agent, kind: str, at_ms: int) -> None:
        draws = self._draws
        self._contacts += 1
        contact, is_outbound = self._contacts, kind == "outbound"
        number = int(draws.uniform() * self._numbers)
        if is_outbound and self._to_call_back and draws.uniform() < CALL_BACK_SHARE:
            number = self._to_call_back.popleft()
        answers_ms = at_ms + (
            4000 + int(draws.uniform() * 10_000) if is_outbound else 2000 + int(draws.uniform() * 5000)
        )
        is_answered = not is_outbound or draws.uniform() < 0.7
        mean_ms = 1000 * (OUTBOUND_MEAN_S if is_outbound else INTERNAL_MEAN_S)
        ends_ms = answers_ms + (max(1000, int(draws.length() * mean_ms)) if is_answered else 0)
        self._close(agent, at_ms)
        agent.state, agent.reason, agent.is_idle = _WRAPPING, "", False
        state = _TALKING if is_outbound else _INTERNAL
        self._book.states.append((agent.place, at_ms, ends_ms, state, "", -1, contact, at_ms, 0))
        self._book.own_calls.append((
            contact, agent.place, kind, number if is_outbound else -1, at_ms, answers_ms if is_answered else -1, ends_ms,
            "caller" if is_outbound and draws.uniform() < 0.5 else "agent",
        ))  # fmt: skip
        agent.since_ms = ends_ms
        self._plan(ends_ms, _FREE, agent)
