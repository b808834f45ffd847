"""The visits of callers to queues, with their offers and their handling, as far as the switch told of them.

Invariants: visits of one call are numbered 1, 2, 3 … and a number is never used twice; a visit is remembered for a while after
its end, because its queue_log line, its late `AgentComplete` or its explanation may still come.
"""

from __future__ import annotations

from typing import Literal

from collectors.events import EndedBy, LeftReason

State = Literal["waiting", "left", "answered", "ended", "abandoned", "unanswered", "lost_sight"]
"""left: gone from the queue, the switch has not yet said whether to an agent. unanswered: `QueueLeft` was told.
lost_sight: a snapshot did not hold it any more, and nothing said yet how it ended."""

OVER: frozenset[State] = frozenset({"ended", "abandoned", "unanswered"})

SAME_MS = 2_500
"""Two sources that tell of one thing differ by less: the log has whole seconds, and is written beside the events."""


class Offer:
    """One ringing of one agent."""

    __slots__ = ("agent", "dial_status", "gone_ms", "leg", "refused", "started_ms")

    def __init__(self, agent: str, leg: str, started_ms: int) -> None:
        self.agent = agent
        self.leg = leg
        self.started_ms = started_ms
        self.refused = False
        self.dial_status = ""
        self.gone_ms = 0
        """When its leg was hung up without a word of the queue about it; 0: it rings."""


class Visit:
    """One stay of one call in one queue, and the talk that came of it."""

    __slots__ = (
        "agent",
        "agent_hung_up",
        "answered_ms",
        "by",
        "call",
        "caller_hung_up",
        "complete_seen",
        "ended_ms",
        "entered_ms",
        "filled_ms",
        "guessed",
        "held",
        "join_seen",
        "left_ms",
        "legs",
        "live_ms",
        "log_abandoned",
        "log_decided",
        "log_ended",
        "log_entered",
        "log_missed",
        "log_reason",
        "missed",
        "moved_to",
        "name",
        "number",
        "offers",
        "position",
        "priority",
        "queue",
        "reason",
        "state",
        "taken_over",
        "touched_ms",
        "transferred",
        "visit",
        "wait_s",
    )

    def __init__(self, queue: str, call: str, visit: int, entered_ms: int) -> None:
        self.queue = queue
        self.call = call
        self.visit = visit
        self.entered_ms = entered_ms
        self.guessed = False
        """Its entry was concluded from something later, so its time is not exact."""
        self.filled_ms = 0
        """When the log told what no event had told; an event of the same may still come."""
        self.join_seen = False
        self.left_ms = 0
        self.live_ms = 0
        """When a live event last touched it; what only the log or a list told leaves it alone."""
        self.touched_ms = entered_ms
        self.state: State = "waiting"
        self.number: str | None = None
        self.name: str | None = None
        self.position: int | None = None
        self.priority: int | None = None
        self.offers: dict[str, Offer] = {}
        self.agent = ""
        self.agent_hung_up = False
        """The phone of who talks asked for the end."""
        self.caller_hung_up = False
        """The caller's own leg asked for its end while waiting."""
        self.legs: set[str] = set()
        """Unique ids of the agent's side of the talk that are still up."""
        self.answered_ms: int | None = None
        self.ended_ms = 0
        self.wait_s: int | None = None
        self.held = False
        self.moved_to = ""
        """Where a supervisor sent the caller: a queue, or a phone."""
        self.taken_over = False
        """A supervisor talks with the caller, whose agent's legs are about to end."""
        self.transferred = False
        self.by: EndedBy = "unknown"
        self.complete_seen = False
        self.reason: LeftReason | None = None
        self.log_reason: LeftReason | None = None
        self.log_entered = self.log_decided = self.log_ended = False
        """Which of its lines the log had already: its entry, its answer or way out, the end of its talk."""
        self.log_abandoned = False
        self.missed: dict[str, list[int]] = {}
        """Agent → when it was told that it rang out or was refused there."""
        self.log_missed: dict[str, int] = {}
        """Agent → how many of these the log had already."""

    @property
    def is_handled(self) -> bool:
        return self.state == "answered"

    @property
    def is_waiting(self) -> bool:
        return self.state in {"waiting", "left"}


class Visits:
    """All visits, by call, and the handlings that still want their `AgentComplete`, by (queue, agent)."""

    def __init__(self) -> None:
        self._by_call: dict[str, list[Visit]] = {}
        self._numbers: dict[str, int] = {}
        self._unfinished: dict[tuple[str, str], list[Visit]] = {}

    def open(self, queue: str, call: str, entered_ms: int) -> Visit:
        """A new visit, with the call's next number."""
        number = self._numbers.get(call, 0) + 1
        self._numbers[call] = number
        visit = Visit(queue, call, number, entered_ms)
        self._by_call.setdefault(call, []).append(visit)
        return visit

    def count(self, call: str, visit: int) -> None:
        """`visit` is a number of `call` that is taken already (known from the stream of an earlier life)."""
        self._numbers[call] = max(visit, self._numbers.get(call, 0))

    def of_call(self, call: str) -> list[Visit]:
        """Visits of a call, oldest first."""
        return self._by_call.get(call, [])

    def all(self) -> list[Visit]:
        return [visit for visits in self._by_call.values() for visit in visits]

    def waiting(self, call: str, queue: str) -> Visit | None:
        """The newest visit of `call` to `queue` that is neither answered nor over."""
        for visit in reversed(self.of_call(call)):
            if visit.queue == queue and (visit.is_waiting or visit.state == "lost_sight"):
                return visit
        return None

    def waiting_now(self, call: str) -> Visit | None:
        """The visit in which the call waits, in any queue."""
        return next((visit for visit in self.of_call(call) if visit.is_waiting), None)

    def handled(self, call: str) -> list[Visit]:
        return [visit for visit in self.of_call(call) if visit.is_handled]

    def answered(self, visit: Visit, agent: str, at_ms: int | None, legs: set[str], wait_s: int | None) -> None:
        """The visit became a handling of `agent`."""
        visit.state = "answered"
        visit.agent = agent
        visit.answered_ms = at_ms
        visit.legs = legs
        visit.wait_s = wait_s
        self._unfinished.setdefault((visit.queue, agent), []).append(visit)

    def completed(
        self, queue: str, agent: str, call: str, leg: str, wait_s: int | None, talk_s: int | None, at_ms: int
    ) -> Visit | None:
        """Which handling an end of talk belongs to. `call` and `leg` may be "" where the switch left them out.

        The same agent can have had the same call twice, and the end of the first may come after that of the second: then the
        stated seconds decide, and at last the order (first in, first out).
        """
        candidates = self._unfinished.get((queue, agent), [])
        if call:
            candidates = [visit for visit in candidates if visit.call == call]
        if not candidates:
            return None
        best = min(candidates, key=lambda visit: _distance(visit, leg, wait_s, talk_s, at_ms))
        best.complete_seen = True
        self._unfinished[queue, agent].remove(best)
        return best

    def finish(self, visit: Visit) -> None:
        """No `AgentComplete` is expected for it any more."""
        waiting_for = self._unfinished.get((visit.queue, visit.agent), [])
        if visit in waiting_for:
            waiting_for.remove(visit)

    def forget(self, older_than_ms: int) -> None:
        """Drop calls whose visits were all over before that time."""
        for call, visits in list(self._by_call.items()):
            if all(visit.state in OVER or visit.state == "lost_sight" for visit in visits) and (
                max(visit.touched_ms for visit in visits) < older_than_ms
            ):
                for visit in visits:
                    self.finish(visit)
                del self._by_call[call]
                self._numbers.pop(call, None)
        for key in [key for key, visits in self._unfinished.items() if not visits]:
            del self._unfinished[key]

    def clear(self) -> None:
        """The switch is another process: none of its calls is known any more."""
        self._by_call.clear()
        self._numbers.clear()
        self._unfinished.clear()


def _distance(
    visit: Visit, leg: str, wait_s: int | None, talk_s: int | None, at_ms: int
) -> tuple[bool, bool, int, int]:
    is_other_leg = bool(leg) and leg not in visit.legs
    is_other_wait = wait_s is not None and visit.wait_s is not None and visit.wait_s != wait_s
    apart = 0
    if talk_s is not None and visit.answered_ms is not None:
        apart = abs(at_ms - visit.answered_ms - talk_s * 1000) // SAME_MS
    return (is_other_leg and bool(visit.legs), is_other_wait, apart, visit.answered_ms or 0)
