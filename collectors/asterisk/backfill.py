"""queue_log lines → facts: explanations of what events could not say, and all of what happened while no event came.

Invariants: outside a hole a line only explains (why a caller left) and never counts anything again; inside a hole a line tells only
what is not known yet, whichever of the two sources came first; times of the hole are never outside it.
"""

from __future__ import annotations

from collections.abc import Callable

from collectors.asterisk.channels import known
from collectors.asterisk.memberships import Memberships
from collectors.asterisk.queue_calls import QueueCalls
from collectors.asterisk.queue_log import QueueLogLine
from collectors.asterisk.switchboard import Switchboard
from collectors.asterisk.tables import LOG_ENDS, LOG_EXITS
from collectors.asterisk.visits import Visit
from collectors.events import Answered, QueueEntered, TransferKind, Transferred

SECOND_MS = 1_000
LATEST_MS = 1_600
"""An event comes at most so long after the start of the second that its line names, by two clocks that are nearly one."""
_EARLIEST_MS = -600


def is_same_second(line_ms: int, at_ms: int) -> bool:
    """Whether an event at `at_ms` and a line of the second that began at `line_ms` can be of one thing."""
    return _EARLIEST_MS <= at_ms - line_ms <= LATEST_MS


class Backfill:
    """The log, read beside the events."""

    def __init__(self, board: Switchboard, calls: QueueCalls, memberships: Memberships) -> None:
        self.board = board
        self.calls = calls
        self.memberships = memberships
        self._filling: dict[str, Callable[[QueueLogLine, int, int], None]] = {
            "ENTERQUEUE": self._entered,
            "CONNECT": self._connected,
            "ABANDON": self._abandoned,
            "RINGNOANSWER": self._rang_out,
            "ADDMEMBER": self._member_added,
            "REMOVEMEMBER": self._member_removed,
            "PAUSE": self._paused,
            "UNPAUSE": self._resumed,
            **dict.fromkeys(LOG_EXITS, self._exited),
            **dict.fromkeys(LOG_ENDS, self._talk_ended),
        }

    # -- outside a hole -------------------------------------------------------------------------------------------------

    def explain(self, line: QueueLogLine, line_ms: int) -> None:
        """What events told already, with the reason that they left out. `line_ms`: the line's second by our clock."""
        if line.event in LOG_EXITS:
            self._exited(line, line_ms, None)
        elif line.event == "ABANDON":
            visit = self._leaving(line, line_ms, line.number(2))
            if visit is not None:
                self.calls.explained_as_abandoned(visit, line.number(2))

    def _leaving(self, line: QueueLogLine, line_ms: int, wait_s: int | None) -> Visit | None:
        """The visit whose end unanswered this line is: the one that began as long before as the line says."""
        visits = [
            visit
            for visit in self.board.visits.of_call(line.call)
            if visit.queue == line.queue and visit.entered_ms <= line_ms + LATEST_MS
        ]
        if wait_s is None:
            return visits[-1] if visits else None
        began_ms = line_ms - wait_s * SECOND_MS
        return min(visits, key=lambda visit: abs(visit.entered_ms - began_ms), default=None)

    def _exited(self, line: QueueLogLine, line_ms: int, past_ms: int | None) -> None:
        reason, field = LOG_EXITS[line.event]
        visit = self._leaving(line, line_ms, line.number(field))
        if visit is None:
            return
        if past_ms is not None and visit.state in {"waiting", "lost_sight"}:
            self.calls.leave(visit, reason, line.number(field), past_ms)
        else:
            self.calls.explained(visit, reason, line.number(field))

    # -- inside a hole ----------------------------------------------------------------------------------------------------

    def fill(self, line: QueueLogLine, line_ms: int, past_ms: int) -> None:
        """What happened unseen. `past_ms`: when, within the hole. A line that is read twice tells nothing the second time."""
        tell = self._filling.get(line.event)
        if tell is not None:
            tell(line, line_ms, past_ms)

    def _entered(self, line: QueueLogLine, line_ms: int, past_ms: int) -> None:
        if not line.call or not line.queue or self._is_entered(line, line_ms):
            return
        for handled in self.board.visits.handled(line.call):
            self._moved(handled, line.queue, past_ms)
        visit = self.board.visits.open(line.queue, line.call, past_ms)
        visit.log_entered = True
        visit.number, visit.name = known(line.field(1)), known(line.field(3))
        visit.position = line.number(2)
        self.board.out.tell_past(
            QueueEntered(visit.queue, visit.call, visit.visit, visit.number, visit.name, visit.position), past_ms
        )

    def _is_entered(self, line: QueueLogLine, line_ms: int) -> bool:
        """Whether the visit is known: from its join in that second, or concluded from something later."""
        for visit in self.board.visits.of_call(line.call):
            if visit.queue == line.queue and (is_same_second(line_ms, visit.entered_ms) or visit.guessed):
                visit.guessed, visit.log_entered = False, True
                return True
        return False

    def _moved(self, visit: Visit, queue: str, past_ms: int) -> None:
        """A talk whose caller is in a queue again is over, whatever the log says of its end later."""
        if not visit.transferred:
            visit.transferred = True
            event = Transferred(visit.queue, visit.call, visit.visit, visit.agent, "redirect", target_queue=queue)
            self.board.out.tell_past(event, past_ms)
        self.calls.end_talk(visit, "transfer", None, past_ms)

    def _connected(self, line: QueueLogLine, line_ms: int, past_ms: int) -> None:
        agent = self.board.members.interface(line.queue, line.agent)
        if agent is None or self._is_connected(line, agent, past_ms):
            return
        visit = self.board.visits.waiting(line.call, line.queue)
        if visit is None or visit.entered_ms > line_ms + LATEST_MS:
            return
        leg = line.field(1)
        legs = {leg} if leg else set()
        for uniqueid in legs:
            self.board.legs[uniqueid] = (visit, agent)
        ring_s = line.number(2)
        self.calls.offers.end(visit, agent, "answered", None if ring_s is None else float(ring_s), past_ms)
        self.calls.answer(visit, agent, legs, line.number(0), past_ms)

    def _is_connected(self, line: QueueLogLine, agent: str, past_ms: int) -> bool:
        """Whether the talk is known; where only a list told of it, its beginning is told now."""
        for visit in self.board.visits.handled(line.call):
            if visit.queue == line.queue and visit.agent == agent:
                if visit.wait_s is None:
                    visit.wait_s, visit.answered_ms = line.number(0), past_ms
                    event = Answered(visit.queue, visit.call, visit.visit, agent, visit.wait_s)
                    self.board.out.tell_past(event, past_ms)
                return True
        return False

    def _talk_ended(self, line: QueueLogLine, line_ms: int, past_ms: int) -> None:
        by, field = LOG_ENDS[line.event]
        visit = self._talk(line, line_ms, (line.number(field) or 0) * SECOND_MS)
        if visit is None or not (visit.is_handled or visit.state == "lost_sight"):
            return
        if line.event in {"BLINDTRANSFER", "ATTENDEDTRANSFER"} and not visit.transferred:
            visit.transferred = True
            is_blind = line.event == "BLINDTRANSFER"
            target = line.field(0) if is_blind else None
            kind: TransferKind = "blind" if is_blind else "attended"
            self.board.out.tell_past(
                Transferred(visit.queue, visit.call, visit.visit, visit.agent, kind, target or None), past_ms
            )
        self.board.visits.finish(visit)
        self.calls.end_talk(visit, by, line.number(field), past_ms)

    def _talk(self, line: QueueLogLine, line_ms: int, talk_ms: int) -> Visit | None:
        """The talk whose end this is: the one that was answered as long before as the line says."""
        agent = self.board.members.interface(line.queue, line.agent)
        talks = [
            visit
            for visit in self.board.visits.of_call(line.call)
            if visit.queue == line.queue
            and visit.agent == agent
            and (visit.is_handled or visit.answered_ms is not None)
        ]
        began_ms = line_ms - talk_ms
        return min(talks, key=lambda visit: abs((visit.answered_ms or began_ms) - began_ms), default=None)

    def _abandoned(self, line: QueueLogLine, line_ms: int, past_ms: int) -> None:
        visit = self._leaving(line, line_ms, line.number(2))
        if visit is None:
            return
        if visit.is_waiting or visit.state == "lost_sight":
            self.calls.abandon(visit, line.number(2), past_ms)
        else:
            self.calls.explained_as_abandoned(visit, line.number(2))

    def _rang_out(self, line: QueueLogLine, line_ms: int, past_ms: int) -> None:
        agent = self.board.members.interface(line.queue, line.agent)
        visit = self.board.visits.waiting(line.call, line.queue)
        if agent is None or visit is None or visit.entered_ms > line_ms + LATEST_MS:
            return
        missed = visit.missed.setdefault(agent, [])
        if any(is_same_second(line_ms, at_ms) for at_ms in missed):
            return
        rang_ms = line.number(0) or 0
        missed.append(past_ms)
        if agent not in visit.offers:
            self.calls.offers.started_before(visit, agent, past_ms - rang_ms)
        self.calls.offers.end(visit, agent, "missed" if rang_ms else "rejected", rang_ms / 1000, past_ms)

    # -- members ----------------------------------------------------------------------------------------------------------

    def _member_added(self, line: QueueLogLine, _line_ms: int, past_ms: int) -> None:
        agent = self.board.members.interface(line.queue, line.agent)
        if agent is None or self.board.members.get(line.queue, agent) is not None:
            return
        member = self.board.members.add(line.queue, agent)
        member.dynamic = True
        member.paused = line.field(0) == "PAUSED"
        member.paused_at_ms = past_ms if member.paused else None
        self.memberships.told(member, past_ms)

    def _member_removed(self, line: QueueLogLine, _line_ms: int, past_ms: int) -> None:
        agent = self.board.members.interface(line.queue, line.agent)
        if agent is not None:
            self.memberships.remove(line.queue, agent, past_ms)

    def _paused(self, line: QueueLogLine, _line_ms: int, past_ms: int) -> None:
        agent = self.board.members.interface(line.queue, line.agent)
        member = self.board.members.get(line.queue, agent) if agent is not None else None
        reason = line.field(0) or None
        if member is not None and not (member.paused and member.reason == reason):
            self.memberships.pause(member, reason, past_ms)

    def _resumed(self, line: QueueLogLine, _line_ms: int, past_ms: int) -> None:
        agent = self.board.members.interface(line.queue, line.agent)
        member = self.board.members.get(line.queue, agent) if agent is not None else None
        if member is not None:
            self.memberships.resume(member, past_ms)
