"""queue_log lines → facts: explanations of what events could not say, and all of what happened while no event came.

Invariants:

* **A line is matched, not timed.** Lines of one call in one queue are in the order of its visits, so each line belongs to the first
  visit that still wants one of its kind. Clocks only say when something unseen happened, never what a line means.
* A line that an event told already is *settled*: it explains at most, and counts nothing again.
* Only the lines of a hole that nothing settles are *filled in*: they tell what no event told.
"""

from __future__ import annotations

from collections.abc import Callable

from collectors.asterisk.channels import known
from collectors.asterisk.memberships import Memberships
from collectors.asterisk.queue_calls import QueueCalls
from collectors.asterisk.queue_log import QueueLogLine
from collectors.asterisk.snapshot import SwitchLists
from collectors.asterisk.switchboard import Switchboard
from collectors.asterisk.tables import LOG_ENDS, LOG_EXITS
from collectors.asterisk.visits import Visit
from collectors.events import Answered, QueueEntered, TransferKind, Transferred

_UNDECIDED = frozenset({"waiting", "left", "lost_sight"})


class Backfill:
    """The log, read beside the events."""

    def __init__(self, board: Switchboard, calls: QueueCalls, memberships: Memberships) -> None:
        self.board = board
        self.calls = calls
        self.memberships = memberships
        self.lists = SwitchLists()
        """The lists of the resync that ends the hole, while it is filled: they tell namesakes apart."""
        self._settling: dict[str, Callable[[QueueLogLine, int], bool]] = {
            "ENTERQUEUE": self._is_entered,
            "CONNECT": self._is_connected,
            "ABANDON": self._is_abandoned,
            "RINGNOANSWER": self._is_missed,
            **dict.fromkeys(("ADDMEMBER", "REMOVEMEMBER", "PAUSE", "UNPAUSE"), self._is_member_known),
            **dict.fromkeys(LOG_EXITS, self._is_explained),
            **dict.fromkeys(LOG_ENDS, self._is_ended),
        }
        self._filling: dict[str, Callable[[QueueLogLine, int], None]] = {
            "ENTERQUEUE": self._enter,
            "CONNECT": self._connect,
            "ABANDON": self._abandon,
            "RINGNOANSWER": self._miss,
            "ADDMEMBER": self._add_member,
            "REMOVEMEMBER": self._remove_member,
            "PAUSE": self._pause,
            "UNPAUSE": self._resume,
            **dict.fromkeys(LOG_EXITS, self._leave),
            **dict.fromkeys(LOG_ENDS, self._end_talk),
        }

    def settle(self, line: QueueLogLine, past_ms: int) -> bool:
        """Whether the line is of something known already (or of nothing that matters here). `past_ms`: when it happened."""
        settle = self._settling.get(line.event)
        return settle is None or settle(line, past_ms)

    def fill(self, line: QueueLogLine, past_ms: int) -> None:
        """Tell what the line says and nothing else did. Only for lines that do not settle."""
        fill = self._filling.get(line.event)
        if fill is not None:
            fill(line, past_ms)

    # -- whose visit ----------------------------------------------------------------------------------------------------

    def _visits(self, line: QueueLogLine) -> list[Visit]:
        return [visit for visit in self.board.visits.of_call(line.call) if visit.queue == line.queue]

    def _undecided(self, line: QueueLogLine) -> Visit | None:
        """The first visit that neither the log nor anything else has decided."""
        visits = (v for v in self._visits(line) if not v.log_decided and v.state in _UNDECIDED)
        return next(visits, None)

    def _agents(self, line: QueueLogLine) -> list[str]:
        return self.board.members.called(line.queue, line.agent)

    # -- settled by what is known ---------------------------------------------------------------------------------------

    def _is_entered(self, line: QueueLogLine, _past_ms: int) -> bool:
        for visit in self._visits(line):
            if not visit.log_entered and not visit.log_decided:
                visit.log_entered = True
                return True
        return False

    def _is_connected(self, line: QueueLogLine, past_ms: int) -> bool:
        """Known from its event. Where only a list told of the talk, how it began is told now."""
        agents = self._agents(line)
        for visit in self._visits(line):
            if visit.log_decided or not visit.agent or visit.agent not in agents:
                continue
            visit.log_decided = True
            if visit.is_handled and visit.wait_s is None:
                visit.wait_s, visit.answered_ms = line.number(0), past_ms
                event = Answered(visit.queue, visit.call, visit.visit, visit.agent, visit.wait_s)
                self.board.out.tell_past(event, past_ms)
            return True
        return False

    def _is_abandoned(self, line: QueueLogLine, _past_ms: int) -> bool:
        for visit in self._visits(line):
            if not visit.log_decided and visit.state in {"abandoned", "unanswered"}:
                visit.log_decided = True
                self.calls.explained_as_abandoned(visit, line.number(2))
                return True
        return False

    def _is_explained(self, line: QueueLogLine, _past_ms: int) -> bool:
        reason, field = LOG_EXITS[line.event]
        for visit in self._visits(line):
            if not visit.log_decided and visit.state in {"unanswered", "left"}:
                visit.log_decided = True
                self.calls.explained(visit, reason, line.number(field))
                return True
        waiting = self._undecided(line)
        if waiting is not None and waiting.state == "waiting":
            waiting.log_reason = reason
        return False

    def _is_ended(self, line: QueueLogLine, _past_ms: int) -> bool:
        visit = self._talk(line)
        if visit is None or visit.state != "ended":
            return False
        visit.log_ended = True
        return True

    def _talk(self, line: QueueLogLine) -> Visit | None:
        """The talk whose end this is: of several with one agent the seconds waited tell, then the order."""
        _, field = LOG_ENDS[line.event]
        waited_s, agents = line.number(field - 1), self._agents(line)
        talks = [v for v in self._visits(line) if v.agent and v.agent in agents and not v.log_ended]
        return min(talks, key=lambda visit: (visit.wait_s != waited_s, visit.visit), default=None)

    def _is_missed(self, line: QueueLogLine, _past_ms: int) -> bool:
        for visit in self._visits(line):
            for agent in self._agents(line):
                logged = visit.log_missed.get(agent, 0)
                if logged < len(visit.missed.get(agent, ())):
                    visit.log_missed[agent] = logged + 1
                    return True
        return False

    def _is_member_known(self, line: QueueLogLine, _past_ms: int) -> bool:
        return any(self.memberships.is_logged(line.queue, agent, line.event) for agent in self._agents(line))

    # -- filled in ------------------------------------------------------------------------------------------------------

    def _enter(self, line: QueueLogLine, past_ms: int) -> None:
        if not line.call or not line.queue:
            return
        for handled in self.board.visits.handled(line.call):
            self._move(handled, line.queue, past_ms)
        visit = self.board.visits.open(line.queue, line.call, past_ms)
        visit.log_entered, visit.filled_ms = True, self.board.out.now_ms
        visit.number, visit.name = known(line.field(1)), known(line.field(3))
        visit.position = line.number(2)
        self.board.out.tell_past(
            QueueEntered(visit.queue, visit.call, visit.visit, visit.number, visit.name, visit.position), past_ms
        )

    def _move(self, visit: Visit, queue: str, past_ms: int) -> None:
        """A talk whose caller is in a queue again is over, whatever the log says of its end later."""
        if not visit.transferred:
            visit.transferred = True
            event = Transferred(visit.queue, visit.call, visit.visit, visit.agent, "redirect", target_queue=queue)
            self.board.out.tell_past(event, past_ms)
        self.calls.end_talk(visit, "transfer", None, past_ms)

    def _connect(self, line: QueueLogLine, past_ms: int) -> None:
        visit = self._undecided(line)
        agent = self._connected_agent(line, visit) if visit is not None else None
        if visit is None or agent is None:
            return
        leg = line.field(1)
        if leg:
            self.board.legs[leg] = (visit, agent)
        visit.log_decided, visit.filled_ms = True, self.board.out.now_ms
        ring_s = line.number(2)
        self.calls.offers.end(visit, agent, "answered", None if ring_s is None else float(ring_s), past_ms)
        self.calls.answer(visit, agent, {leg} if leg else set(), line.number(0), past_ms)

    def _connected_agent(self, line: QueueLogLine, visit: Visit) -> str | None:
        """Who answered. Of namesakes the one whose leg it is, whom it rang, or who is not busy otherwise."""
        agents = self._agents(line)
        if len(agents) <= 1:
            return agents[0] if agents else None
        by_leg = self._agent_of_leg(line.field(1), line.call)
        if by_leg in agents:
            return by_leg
        return min(agents, key=lambda agent: (agent not in visit.offers, *self._busy(line.queue, agent)))

    def _agent_of_leg(self, leg: str, call: str) -> str | None:
        """Whose leg the log names, or who is bridged with the caller now, where the lists hold it."""
        listed, caller = self.lists.channels.get(leg), self.lists.channels.get(call)
        legs = [listed] if listed is not None else self.lists.bridged_with(caller) if caller is not None else []
        for channel in legs:
            agent = self.board.agent_of(channel.device)
            if agent is not None:
                return agent
        return None

    def _busy(self, queue: str, agent: str) -> tuple[bool, bool, int]:
        member = self.board.members.get(queue, agent)
        talks = [visit for visit in self.board.visits.all() if visit.agent == agent]
        last_ms = max((visit.touched_ms for visit in talks), default=0)
        return any(visit.is_handled for visit in talks), member is None or member.paused, last_ms

    def _abandon(self, line: QueueLogLine, past_ms: int) -> None:
        visit = self._undecided(line)
        if visit is not None:
            visit.log_decided = True
            self.calls.abandon(visit, line.number(2), past_ms)

    def _leave(self, line: QueueLogLine, past_ms: int) -> None:
        reason, field = LOG_EXITS[line.event]
        visit = self._undecided(line)
        if visit is not None:
            visit.log_decided = True
            self.calls.leave(visit, reason, line.number(field), past_ms)

    def _end_talk(self, line: QueueLogLine, past_ms: int) -> None:
        by, field = LOG_ENDS[line.event]
        visit = self._talk(line)
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
        visit.log_ended = True
        self.board.visits.finish(visit)
        self.calls.end_talk(visit, by, line.number(field), past_ms)

    def _miss(self, line: QueueLogLine, past_ms: int) -> None:
        visit, agents = self._undecided(line), self._agents(line)
        if visit is None or not agents:
            return
        agent = min(agents, key=lambda one: (one not in visit.offers, *self._busy(line.queue, one)))
        rang_ms = line.number(0) or 0
        visit.missed.setdefault(agent, []).append(self.board.out.now_ms)
        visit.log_missed[agent] = visit.log_missed.get(agent, 0) + 1
        if agent not in visit.offers:
            self.calls.offers.started_before(visit, agent, past_ms - rang_ms)
        self.calls.offers.end(visit, agent, "missed" if rang_ms else "rejected", rang_ms / 1000, past_ms)

    # -- members ----------------------------------------------------------------------------------------------------------

    def _add_member(self, line: QueueLogLine, past_ms: int) -> None:
        for agent in self._agents(line)[:1]:
            if self.board.members.get(line.queue, agent) is not None:
                return
            member = self.board.members.add(line.queue, agent)
            member.dynamic = True
            member.paused = line.field(0) == "PAUSED"
            member.paused_at_ms = past_ms if member.paused else None
            self.memberships.told(member, past_ms)

    def _remove_member(self, line: QueueLogLine, past_ms: int) -> None:
        for agent in self._agents(line)[:1]:
            self.memberships.remove(line.queue, agent, past_ms)

    def _pause(self, line: QueueLogLine, past_ms: int) -> None:
        reason = line.field(0) or None
        found = [member for agent in self._agents(line) if (member := self.board.members.get(line.queue, agent))]
        for member in sorted(found, key=lambda one: one.paused)[:1]:
            if not (member.paused and member.reason == reason):
                self.memberships.pause(member, reason, past_ms)

    def _resume(self, line: QueueLogLine, past_ms: int) -> None:
        found = [member for agent in self._agents(line) if (member := self.board.members.get(line.queue, agent))]
        for member in sorted(found, key=lambda one: not one.paused)[:1]:
            self.memberships.resume(member, past_ms)
