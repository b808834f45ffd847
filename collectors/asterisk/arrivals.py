"""Which visit an event is about, and visits that nothing told of before.

Invariant: a visit that was never seen to begin is concluded once, from the first event that states how long ago it began.
"""

from __future__ import annotations

from collectors.asterisk.channels import known
from collectors.asterisk.codec import Message, unescape
from collectors.asterisk.switchboard import Switchboard, seconds
from collectors.asterisk.visits import OVER, SAME_MS, Visit
from collectors.events import QueueEntered


class Arrivals:
    """Visits by what events say of them."""

    def __init__(self, board: Switchboard) -> None:
        self.board = board

    def told_by_log(self, call: str, queue: str) -> Visit | None:
        """The visit that the log told of before this join was read."""
        for visit in self.board.visits.of_call(call):
            if visit.queue == queue and not visit.join_seen and self._is_just_filled(visit):
                return visit
        return None

    def describe(self, visit: Visit, message: Message) -> None:
        """The caller, as the event's headers name him."""
        visit.number = known(message.get("CallerIDNum"))
        name = known(message.get("CallerIDName"))
        visit.name = unescape(name) if name is not None else None
        visit.position = seconds(message.get("Position"))

    def tell_entered(self, visit: Visit, past_ms: int | None = None) -> None:
        """The visit began now, or at `past_ms`."""
        event = QueueEntered(visit.queue, visit.call, visit.visit, visit.number, visit.name, visit.position)
        if past_ms is None:
            self.board.out.tell(event)
        else:
            self.board.out.tell_past(event, past_ms)

    def undecided(self, message: Message, ago_s: int | None = None) -> Visit | None:
        """The undecided visit that `message` names; one that nothing told of before begins `ago_s` seconds ago."""
        queue, call = message.get("Queue"), message.get("Uniqueid")
        if not queue or not call:
            return None
        visit = self.board.visits.waiting(call, queue)
        if visit is not None:
            if visit.state == "lost_sight":
                visit.state = "waiting"
            return visit
        recent_ms = self.board.out.now_ms - SAME_MS
        for other in self.board.visits.of_call(call):
            if other.queue == queue and (other.is_handled or (other.state in OVER and other.touched_ms >= recent_ms)):
                return None
        entered_ms = max(self.board.out.now_ms - (ago_s or 0) * 1000, 0)
        visit = self.board.visits.open(queue, call, entered_ms)
        visit.guessed = True
        self.describe(visit, message)
        visit.position = None
        self.tell_entered(visit, entered_ms)
        return visit

    def offering(self, call: str, queue: str, agent: str) -> Visit | None:
        """The newest visit of `call` to `queue` that rings at `agent`."""
        visits = [visit for visit in self.board.visits.of_call(call) if visit.queue == queue]
        for visit in reversed(visits):
            if agent in visit.offers:
                return visit
        return None

    def ringing_at(self, queue: str, agent: str) -> Visit | None:
        """The oldest visit of `queue` that rings at `agent`: the switch sometimes leaves out whose call it is."""
        ringing = [v for v in self.board.visits.all() if v.queue == queue and v.is_waiting and agent in v.offers]
        return min(ringing, key=lambda visit: visit.entered_ms, default=None)

    def connected_by_log(self, call: str, queue: str, agent: str) -> Visit | None:
        """The talk that the log told of before this AgentConnect was read."""
        for visit in self.board.visits.handled(call):
            if visit.queue == queue and visit.agent == agent and self._is_just_filled(visit):
                return visit
        return None

    def _is_just_filled(self, visit: Visit) -> bool:
        return visit.filled_ms > 0 and abs(self.board.out.now_ms - visit.filled_ms) <= SAME_MS
