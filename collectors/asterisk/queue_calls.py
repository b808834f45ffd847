"""Queue events → the life of a visit: entered, offered, answered, handled, ended.

Invariants: a hang-up is the caller's only where the caller's own leg asked for it before the switch said "abandoned"; a talk ends once,
at `AgentComplete` or at the end of the agent's last leg, whichever is first; each offer ends once.
"""

from __future__ import annotations

from collectors.asterisk.arrivals import Arrivals
from collectors.asterisk.codec import Message
from collectors.asterisk.offers import Offers
from collectors.asterisk.switchboard import Switchboard, seconds
from collectors.asterisk.tables import ENDED_BY, MOVING_CONTEXTS
from collectors.asterisk.visits import SAME_MS, Visit
from collectors.events import (
    Answered,
    EndedBy,
    HandlingEnded,
    LeftReason,
    QueueAbandoned,
    QueueLeft,
    QueueLeftExplained,
    Transferred,
)

COMPLETE_MS = 1_500
"""How long after the end of the agent's legs an `AgentComplete` may still state the talk."""
UNDECIDED_MS = 2_000
"""How long after a bare `QueueCallerLeave` an `AgentConnect` may still come."""
OFFER_GONE_MS = 1_000
"""How long after the end of a ringing leg the queue may still say why."""


class QueueCalls:
    """Visits as the queue's own events tell them."""

    def __init__(self, board: Switchboard) -> None:
        self.board = board
        self.offers = Offers(board)
        self.arrivals = Arrivals(board)
        self._due: dict[Visit, int] = {}
        self.next_due_ms: int | None = None

    def clear(self) -> None:
        """Another process of the switch: nothing is waited for any more."""
        self._due.clear()
        self.next_due_ms = None

    # -- the caller -----------------------------------------------------------------------------------------------------

    def joined(self, message: Message) -> None:
        """QueueCallerJoin."""
        queue, call = message.get("Queue"), message.get("Uniqueid")
        if not queue or not call:
            return
        board, now_ms = self.board, self.board.out.now_ms
        board.channels.seen(message)
        self.settle_call(call)
        if message.get("Context") in MOVING_CONTEXTS:
            self.moved(call, queue)
        told = self.arrivals.told_by_log(call, queue)
        if told is not None:
            told.join_seen, told.live_ms = True, now_ms
            return
        earlier = board.visits.waiting(call, queue)
        if earlier is not None and earlier.is_waiting:
            self.leave(earlier, "unknown", None)
        visit = board.visits.open(queue, call, now_ms)
        visit.join_seen, visit.live_ms = True, now_ms
        self.arrivals.describe(visit, message)
        self.arrivals.tell_entered(visit)

    def abandoned(self, message: Message) -> None:
        """QueueCallerAbandon: the caller's hang-up, or one of four other ways out that look the same."""
        waited_s = seconds(message.get("HoldTime"))
        visit = self.arrivals.undecided(message, waited_s)
        if visit is None or not visit.is_waiting:
            return
        channel = self.board.channels.get(visit.call)
        if visit.caller_hung_up or (channel is not None and channel.hang_up_cause is not None):
            self.abandon(visit, waited_s)
        else:
            self.leave(visit, visit.log_reason or "unknown", waited_s)
            if visit.log_abandoned:
                self.explained_as_abandoned(visit, visit.wait_s)

    def left(self, message: Message) -> None:
        """QueueCallerLeave: after an abandon it says nothing new, before an answer it comes first, alone it is another way out."""
        visit = self.board.visits.waiting(message.get("Uniqueid"), message.get("Queue"))
        if visit is None or not visit.is_waiting:
            return
        if visit.log_reason is not None:
            self.leave(visit, visit.log_reason, None)
            return
        visit.state, visit.left_ms = "left", self.board.out.now_ms
        self._look_again(visit, UNDECIDED_MS)

    def abandon(self, visit: Visit, wait_s: int | None, past_ms: int | None = None) -> None:
        """The caller hung up."""
        visit.state = "abandoned"
        self._over(visit, QueueAbandoned(visit.queue, visit.call, visit.visit, wait_s), past_ms)

    def leave(self, visit: Visit, reason: LeftReason, wait_s: int | None, past_ms: int | None = None) -> None:
        """The visit ended unanswered, not by the caller's hang-up as far as is known."""
        visit.state, visit.reason = "unanswered", reason
        self._over(visit, QueueLeft(visit.queue, visit.call, visit.visit, reason, wait_s), past_ms)

    def _over(self, visit: Visit, event: QueueAbandoned | QueueLeft, past_ms: int | None) -> None:
        out = self.board.out
        visit.touched_ms = out.now_ms
        if past_ms is not None:
            out.tell_past(event, past_ms)
        else:
            visit.live_ms = out.now_ms
            out.tell(event, visit.left_ms or None)
        self.offers.end_all(visit, "cut_short", past_ms)

    def explained(self, visit: Visit, reason: LeftReason, wait_s: int | None = None) -> None:
        """The reason of a way out became known, from the log or from the dialplan; perhaps before the way out itself."""
        if visit.state == "left":
            self.leave(visit, reason, wait_s)
        elif visit.is_waiting:
            visit.log_reason = reason
        elif visit.state == "unanswered" and visit.reason == "unknown":
            visit.reason = reason
            self.board.out.tell(QueueLeftExplained(visit.queue, visit.call, visit.visit, reason, wait_s))

    def explained_as_abandoned(self, visit: Visit, wait_s: int | None = None) -> None:
        """The log says that the caller went. It says so too when a waiting caller was moved: then his leg lives on."""
        if visit.is_waiting:
            visit.log_abandoned, visit.wait_s = True, wait_s
        if visit.state != "unanswered" or visit.reason != "unknown":
            return
        if self.board.channels.get(visit.call) is not None:
            visit.log_abandoned, visit.wait_s = True, wait_s
            self._look_again(visit, UNDECIDED_MS)
            return
        visit.state = "abandoned"
        self.board.out.tell(QueueLeftExplained(visit.queue, visit.call, visit.visit, "abandoned", wait_s))

    # -- offers -----------------------------------------------------------------------------------------------------------

    def called(self, message: Message) -> None:
        """AgentCalled."""
        agent = message.get("Interface")
        visit = self.arrivals.undecided(message)
        if visit is None or not agent or not visit.is_waiting:
            return
        self.settle_call(visit.call)
        visit.touched_ms = visit.live_ms = self.board.out.now_ms
        self.board.channels.seen(message, "Dest")
        self.offers.start(visit, agent, message.get("DestUniqueid"))

    def asked_to_hang_up(self, uniqueid: str, cause: str) -> None:
        """HangupRequest: a waiting caller goes, or a ringing phone refuses."""
        for visit in self.board.visits.of_call(uniqueid):
            if visit.is_waiting or visit.state == "lost_sight":
                visit.caller_hung_up = True
        served = self.board.serves(uniqueid)
        if served is not None and served[0].is_handled:
            served[0].agent_hung_up = True
        self.offers.asked_to_hang_up(uniqueid, cause)

    def not_answered(self, message: Message) -> None:
        """AgentRingNoAnswer: rang out, or refused. `RingTime` is milliseconds here."""
        agent = message.get("Interface")
        rang_ms = seconds(message.get("RingTime"))
        visit = self.arrivals.offering(message.get("Uniqueid"), message.get("Queue"), agent) or self.arrivals.undecided(
            message
        )
        if visit is None or not agent:
            return
        missed = visit.missed.setdefault(agent, [])
        if agent not in visit.offers:
            if any(abs(self.board.out.now_ms - at_ms) <= SAME_MS for at_ms in missed):
                return
            self.offers.started_before(visit, agent, self.board.out.now_ms - (rang_ms or 0))
        refused = rang_ms == 0 or self.offers.is_refused(visit, agent)
        missed.append(self.board.out.now_ms)
        self.offers.end(visit, agent, "rejected" if refused else "missed", None if rang_ms is None else rang_ms / 1000)

    # -- the talk ---------------------------------------------------------------------------------------------------------

    def connected(self, message: Message) -> None:
        """AgentConnect. `RingTime` is seconds here."""
        agent, leg = message.get("Interface"), message.get("DestUniqueid")
        wait_s = seconds(message.get("HoldTime"))
        visit = (
            self.arrivals.undecided(message, wait_s)
            if message.get("Uniqueid")
            else self.arrivals.ringing_at(message.get("Queue"), agent)
        )
        visit = visit or self.arrivals.connected_by_log(message.get("Uniqueid"), message.get("Queue"), agent)
        if visit is None or not agent:
            return
        board = self.board
        legs = set()
        if leg and board.channels.seen(message, "Dest") is not None:
            legs = {leg, *board.channels.behind(leg)}
        for uniqueid in legs:
            board.legs[uniqueid] = (visit, agent)
        if visit.is_handled:
            visit.legs, visit.live_ms = legs, board.out.now_ms
            return
        ring_s = seconds(message.get("RingTime"))
        self.offers.end(visit, agent, "answered", None if ring_s is None else float(ring_s))
        self.answer(visit, agent, legs, wait_s)

    def answer(self, visit: Visit, agent: str, legs: set[str], wait_s: int | None, past_ms: int | None = None) -> None:
        """The visit is connected to `agent` now, or was at `past_ms`."""
        out = self.board.out
        at_ms = out.now_ms if past_ms is None else past_ms
        self.board.visits.answered(visit, agent, at_ms, legs, wait_s)
        visit.touched_ms = out.now_ms
        event = Answered(visit.queue, visit.call, visit.visit, agent, wait_s)
        if past_ms is None:
            visit.live_ms = at_ms
            out.tell(event)
        else:
            out.tell_past(event, past_ms)
        self.offers.end_all(visit, "lost", past_ms)

    def completed(self, message: Message) -> None:
        """AgentComplete: the end of a talk, or the late echo of one that a redirect ended before."""
        queue, agent, call = message.get("Queue"), message.get("Interface"), message.get("Uniqueid")
        wait_s, talk_s = seconds(message.get("HoldTime")), seconds(message.get("TalkTime"))
        by = ENDED_BY.get(message.get("Reason"), "unknown")
        visit = self.board.visits.completed(
            queue, agent, call, message.get("DestUniqueid"), wait_s, talk_s, self.board.out.now_ms
        )
        if visit is None:
            visit = self._conclude(queue, agent, call, wait_s, talk_s, message)
        if visit is not None and visit.is_handled:
            self.end_talk(visit, by, talk_s)

    def _conclude(
        self, queue: str, agent: str, call: str, wait_s: int | None, talk_s: int | None, message: Message
    ) -> Visit | None:
        """A talk that nothing told of before: all of it is concluded from its end."""
        if not (queue and agent and call) or wait_s is None or talk_s is None:
            return None
        if any(visit.queue == queue and visit.agent == agent for visit in self.board.visits.of_call(call)):
            return None
        visit = self.arrivals.undecided(message, wait_s + talk_s)
        if visit is None or not visit.is_waiting:
            return None
        self.answer(visit, agent, set(), wait_s, past_ms=self.board.out.now_ms - talk_s * 1000)
        self.board.visits.finish(visit)
        return visit

    def end_talk(self, visit: Visit, by: EndedBy, talk_s: int | None, past_ms: int | None = None) -> None:
        """The agent's share of the talk is over."""
        visit.state, visit.by, visit.held = "ended", by, False
        visit.touched_ms = self.board.out.now_ms
        event = HandlingEnded(visit.queue, visit.call, visit.visit, visit.agent, by, talk_s)
        if past_ms is None:
            visit.live_ms = self.board.out.now_ms
            self.board.out.tell(event, visit.ended_ms or None)
        else:
            self.board.out.tell_past(event, past_ms)
        self._due.pop(visit, None)
        for leg in visit.legs:
            if self.board.legs.get(leg) == (visit, visit.agent):
                del self.board.legs[leg]

    # -- supervisors ------------------------------------------------------------------------------------------------------

    def taken_over(self, visit: Visit) -> None:
        """A supervisor is in the caller's bridge in the agent's place; the agent's own legs leave theirs next."""
        visit.taken_over = True
        if not visit.legs:
            self._passed_on(visit)

    def leg_left(self, uniqueid: str) -> None:
        """A channel left its bridge: an agent's whose caller was taken over is free from here on, whenever it is hung up."""
        served = self.board.legs.get(uniqueid)
        if served is not None and served[0].taken_over and served[0].is_handled:
            self._passed_on(served[0])

    def moved(self, call: str, to: str) -> None:
        """A supervisor sent the caller to another queue or to a phone: he is transferred, however the queue calls his leaving."""
        newest = next(reversed(self.board.visits.of_call(call)), None)
        if newest is None:
            return
        if not newest.agent:
            self.explained(newest, "transfer")
        elif newest.is_handled:
            newest.moved_to = to
            if newest.ended_ms:
                self._due.pop(newest, None)
                self._decide(newest)

    # -- legs that end, and what time alone decides -----------------------------------------------------------------------

    def hung_up(self, uniqueid: str) -> None:
        """Hangup of any channel."""
        served = self.board.legs.pop(uniqueid, None)
        if served is not None:
            self._leg_gone(*served, uniqueid)
        for visit in self.board.visits.of_call(uniqueid):
            if visit.state == "left":
                self.leave(visit, visit.log_reason or "unknown", None)
            elif visit.state == "waiting":
                visit.left_ms = self.board.out.now_ms
                self._look_again(visit, COMPLETE_MS)
            elif visit.log_abandoned and visit.state == "unanswered":
                self.explained_as_abandoned(visit, visit.wait_s)

    def _leg_gone(self, visit: Visit, agent: str, leg: str) -> None:
        if self.offers.leg_gone(visit, agent, leg):
            self._look_again(visit, OFFER_GONE_MS)
        if visit.is_handled and leg in visit.legs:
            visit.legs.discard(leg)
            if not visit.legs:
                visit.ended_ms = self.board.out.now_ms
                self._look_again(visit, COMPLETE_MS)

    def optimised(self, local: str, phone: str) -> None:
        """LocalOptimizationBegin: `phone` takes the place of the Local half `local`."""
        served = self.board.legs.get(local)
        if served is not None and phone:
            self.board.legs[phone] = served
            if served[0].is_handled:
                served[0].legs.add(phone)

    def _look_again(self, visit: Visit, after_ms: int) -> None:
        due_ms = self.board.out.now_ms + after_ms
        self._due[visit] = due_ms
        if self.next_due_ms is None or due_ms < self.next_due_ms:
            self.next_due_ms = due_ms

    def tick(self, now_ms: int) -> None:
        """Decide what no further event decided in time."""
        for visit, due_ms in list(self._due.items()):
            if due_ms <= now_ms:
                del self._due[visit]
                self._decide(visit)
        self.next_due_ms = min(self._due.values(), default=None)

    def settle_call(self, call: str) -> None:
        """The call goes on elsewhere: what its earlier visits still waited for will not come."""
        for visit in self.board.visits.of_call(call):
            if visit.state == "left" or (visit.is_handled and visit.ended_ms):
                self._due.pop(visit, None)
                self._decide(visit)
            elif visit.log_abandoned and visit.state == "unanswered" and visit.reason == "unknown":
                self.explained(visit, "transfer", visit.wait_s)

    def _decide(self, visit: Visit) -> None:
        self.offers.settle(visit)
        if visit.state == "left":
            self.leave(visit, visit.log_reason or "unknown", None)
        elif visit.state == "waiting" and visit.left_ms:
            if visit.caller_hung_up:
                self.abandon(visit, None)
            else:
                self.leave(visit, visit.log_reason or "unknown", None)
        elif visit.log_abandoned and visit.state == "unanswered":
            self.explained(visit, "transfer", visit.wait_s)
        elif visit.is_handled and visit.ended_ms:
            self._moved_away(visit)

    def _moved_away(self, visit: Visit) -> None:
        """The agent's legs ended without a word of the queue: if the caller lives on, somebody moved him.

        Or the agent hung up, and the dialplan lets the caller go on (Queue's option `c`).
        """
        channel = self.board.channels.get(visit.call)
        if channel is None or visit.agent_hung_up:
            self.end_talk(visit, "agent" if visit.agent_hung_up else "unknown", None)
            return
        if any(peer.is_supervisors for peer in self.board.channels.peers(channel)):
            visit.taken_over = True
        self._passed_on(visit)

    def _passed_on(self, visit: Visit) -> None:
        """The talk ends because somebody else than the agent gave the caller away."""
        if not visit.transferred:
            visit.transferred = True
            target = visit.moved_to or None
            queue = next((v.queue for v in self.board.visits.of_call(visit.call) if v.visit > visit.visit), None)
            if queue is None and target is not None and "/" not in target:
                queue = target
            event = Transferred(visit.queue, visit.call, visit.visit, visit.agent, "redirect", target, queue)
            self.board.out.tell(event, visit.ended_ms or None)
        self.end_talk(visit, "takeover" if visit.taken_over else "transfer", None)
