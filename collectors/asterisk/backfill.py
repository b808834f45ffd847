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
from collectors.asterisk.reasons import Reasons
from collectors.asterisk.switchboard import Switchboard
from collectors.asterisk.tables import LOG_ENDS, LOG_EXITS
from collectors.asterisk.visits import SAME_MS, Visit
from collectors.events import QueueEntered, TransferKind, Transferred

SECOND_MS = 1_000


class Backfill:
    """The log, read beside the events."""

    def __init__(self, board: Switchboard, calls: QueueCalls, reasons: Reasons, memberships: Memberships) -> None:
        self.board = board
        self.calls = calls
        self.reasons = reasons
        self.memberships = memberships
        self._filling: dict[str, Callable[[QueueLogLine, int], None]] = {
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
        event = line.event
        if event == "ENTERQUEUE":
            visit = self._unlogged(line, line_ms)
            if visit is not None:
                visit.log_entered = True
        elif event == "RINGNOANSWER":
            self._log_missed(line)
        elif event in LOG_ENDS:
            self._ended(line, line_ms)
        elif event in LOG_EXITS:
            self._exited(line, None)
        elif event == "ABANDON":
            visit = self.reasons.newest(line.call, line.queue)
            if visit is not None:
                self.calls.explained_as_abandoned(visit, line.number(2))

    def _unlogged(self, line: QueueLogLine, line_ms: int) -> Visit | None:
        """The visit whose ENTERQUEUE this is."""
        for visit in self.board.visits.of_call(line.call):
            if visit.queue == line.queue and not visit.log_entered:
                apart_ms = abs(visit.entered_ms - line_ms - SECOND_MS // 2)
                if visit.guessed or apart_ms <= SAME_MS:
                    return visit
        return None

    def _exited(self, line: QueueLogLine, past_ms: int | None) -> None:
        reason, field = LOG_EXITS[line.event]
        visit = self.reasons.newest(line.call, line.queue)
        if visit is None:
            return
        if past_ms is not None and visit.state in {"waiting", "lost_sight"}:
            self.calls.leave(visit, reason, line.number(field), past_ms)
        else:
            self.calls.explained(visit, reason, line.number(field))

    def _log_missed(self, line: QueueLogLine) -> tuple[Visit, str] | None:
        """Count the line; (visit, agent) where it is one more than events told of."""
        agent = self.board.members.interface(line.queue, line.agent)
        visit = self.reasons.newest(line.call, line.queue)
        if visit is None or agent is None:
            return None
        count = visit.log_missed[agent] = visit.log_missed.get(agent, 0) + 1
        return (visit, agent) if count > visit.missed.get(agent, 0) else None

    def _ended(self, line: QueueLogLine, line_ms: int) -> Visit | None:
        """The talk whose end this is, if no line told of its end before."""
        by, field = LOG_ENDS[line.event]
        agent = self.board.members.interface(line.queue, line.agent)
        talks = [
            visit
            for visit in self.board.visits.of_call(line.call)
            if visit.queue == line.queue
            and visit.agent == agent
            and not visit.log_ended
            and visit.answered_ms is not None
        ]
        if not talks:
            return None
        talk_ms = (line.number(field) or 0) * 1000
        best = min(talks, key=lambda visit: abs(line_ms - (visit.answered_ms or 0) - talk_ms) // SAME_MS)
        best.log_ended = True
        best.by = by if best.by == "unknown" else best.by
        return best

    # -- inside a hole ----------------------------------------------------------------------------------------------------

    def fill(self, line: QueueLogLine, line_ms: int, past_ms: int) -> None:
        """What happened unseen. `past_ms`: when, within the hole."""
        self._line_ms = line_ms
        tell = self._filling.get(line.event)
        if tell is not None:
            tell(line, past_ms)

    def _entered(self, line: QueueLogLine, past_ms: int) -> None:
        if not line.call or not line.queue:
            return
        visit = self._unlogged(line, self._line_ms)
        if visit is not None:
            visit.log_entered = True
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

    def _moved(self, visit: Visit, queue: str, past_ms: int) -> None:
        """A talk whose caller is in a queue again is over, whatever the log says of its end later."""
        if not visit.transferred:
            visit.transferred = True
            event = Transferred(visit.queue, visit.call, visit.visit, visit.agent, "redirect", target_queue=queue)
            self.board.out.tell_past(event, past_ms)
        self.calls.end_talk(visit, "transfer", None, past_ms)

    def _connected(self, line: QueueLogLine, past_ms: int) -> None:
        agent = self.board.members.interface(line.queue, line.agent)
        visit = self.board.visits.waiting(line.call, line.queue)
        if agent is None or visit is None:
            return
        leg = line.field(1)
        legs = {leg} if leg else set()
        for uniqueid in legs:
            self.board.legs[uniqueid] = (visit, agent)
        ring_s = line.number(2)
        self.calls.offers.end(visit, agent, "answered", None if ring_s is None else float(ring_s), past_ms)
        self.calls.answer(visit, agent, legs, line.number(0), past_ms)

    def _talk_ended(self, line: QueueLogLine, past_ms: int) -> None:
        visit = self._ended(line, self._line_ms)
        if visit is None or not visit.is_handled:
            return
        by, field = LOG_ENDS[line.event]
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

    def _abandoned(self, line: QueueLogLine, past_ms: int) -> None:
        visit = self.reasons.newest(line.call, line.queue)
        if visit is None:
            return
        if visit.is_waiting or visit.state == "lost_sight":
            self.calls.abandon(visit, line.number(2), past_ms)
        else:
            self.calls.explained_as_abandoned(visit, line.number(2))

    def _rang_out(self, line: QueueLogLine, past_ms: int) -> None:
        missed = self._log_missed(line)
        if missed is None:
            return
        visit, agent = missed
        rang_ms = line.number(0) or 0
        visit.missed[agent] = visit.missed.get(agent, 0) + 1
        if agent not in visit.offers:
            self.calls.offers.started_before(visit, agent, past_ms - rang_ms)
        self.calls.offers.end(visit, agent, "missed" if rang_ms else "rejected", rang_ms / 1000, past_ms)

    # -- members ----------------------------------------------------------------------------------------------------------

    def _member_added(self, line: QueueLogLine, past_ms: int) -> None:
        agent = self.board.members.interface(line.queue, line.agent)
        if agent is None or self.board.members.get(line.queue, agent) is not None:
            return
        member = self.board.members.add(line.queue, agent)
        member.dynamic = True
        member.paused = line.field(0) == "PAUSED"
        member.paused_at_ms = past_ms if member.paused else None
        self.memberships.told(member, past_ms)

    def _member_removed(self, line: QueueLogLine, past_ms: int) -> None:
        agent = self.board.members.interface(line.queue, line.agent)
        if agent is not None:
            self.memberships.remove(line.queue, agent, past_ms)

    def _paused(self, line: QueueLogLine, past_ms: int) -> None:
        agent = self.board.members.interface(line.queue, line.agent)
        member = self.board.members.get(line.queue, agent) if agent is not None else None
        reason = line.field(0) or None
        if member is not None and not (member.paused and member.reason == reason):
            self.memberships.pause(member, reason, past_ms)

    def _resumed(self, line: QueueLogLine, past_ms: int) -> None:
        agent = self.board.members.interface(line.queue, line.agent)
        member = self.board.members.get(line.queue, agent) if agent is not None else None
        if member is not None:
            self.memberships.resume(member, past_ms)
