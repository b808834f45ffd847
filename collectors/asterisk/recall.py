"""What an earlier life of the collector already told, read back from the stream: the start of a new one.

Invariants: nothing is told again; a visit keeps its number, so that its end finds it; channels are not restored (their ends were
missed), the lists of the resync bring those that live.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from collectors.asterisk.memberships import Memberships
from collectors.asterisk.monitoring import Monitoring, Session
from collectors.asterisk.switchboard import Switchboard
from collectors.asterisk.visits import Offer, Visit
from collectors.events import (
    AgentNamed,
    Answered,
    DeviceChanged,
    Entry,
    HandlingEnded,
    Held,
    MemberPaused,
    MemberResumed,
    MembershipAdded,
    MembershipRemoved,
    MonitoringStarted,
    MonitoringStopped,
    OfferEnded,
    OfferStarted,
    QueueAbandoned,
    QueueEntered,
    QueueLeft,
    QueueLeftExplained,
    Resumed,
    SnapshotTaken,
    SwitchRestarted,
    Transferred,
)

_BOUNDARY_MS = 3_000
"""Lines of the last seconds may be read again by the new life; all before were read by the old one."""
_CLOCKS_MS = 60_000
"""Where the log is read again from a time on: so far the switch's clock, which wrote it, may be from ours."""

_LINES: dict[type, str] = {
    MembershipAdded: "ADDMEMBER",
    MembershipRemoved: "REMOVEMEMBER",
    MemberPaused: "PAUSE",
    MemberResumed: "UNPAUSE",
}
"""What the log says of a membership's events."""


def _note_logged(visit: Visit, before_ms: int) -> None:
    """Which of a visit's lines the log had before that time, and will not have again.

    The line of a talk that ended without being stated (the caller was moved) is still to come.
    """
    visit.log_entered = visit.entered_ms < before_ms
    decided_ms = visit.answered_ms if visit.agent else visit.touched_ms if not visit.is_waiting else None
    visit.log_decided = decided_ms is not None and decided_ms < before_ms
    visit.log_ended = visit.complete_seen and visit.touched_ms < before_ms
    visit.log_missed = {agent: sum(at_ms < before_ms for at_ms in missed) for agent, missed in visit.missed.items()}


class Recall:
    """Entries of one switch → its switchboard, as the earlier life knew it."""

    def __init__(self, board: Switchboard, memberships: Memberships, monitoring: Monitoring) -> None:
        self.board = board
        self.memberships = memberships
        self.monitoring = monitoring
        self._at_ms = 0
        self._rooms: dict[type, Callable[[Any], None]] = {
            QueueEntered: self._entered,
            OfferStarted: self._offered,
            OfferEnded: self._offer_ended,
            Answered: self._answered,
            Held: self._held,
            Resumed: self._held,
            Transferred: self._transferred,
            HandlingEnded: self._talk_ended,
            QueueAbandoned: self._left,
            QueueLeft: self._left,
            QueueLeftExplained: self._left,
            MembershipAdded: self._member,
            MembershipRemoved: self._member_removed,
            MemberPaused: self._paused,
            MemberResumed: self._paused,
            AgentNamed: self._named,
            DeviceChanged: self._device,
            MonitoringStarted: self._monitored,
            MonitoringStopped: self._monitored_no_more,
            SnapshotTaken: self._snapshot,
            SwitchRestarted: self._restarted,
        }

    def read(self, entries: Iterable[Entry], log_from_ms: int | None = None) -> None:
        """Oldest first; entries of other switches have no place here. `log_from_ms`: since when the log will be read again.

        A line that is met again must find the visit that it told of, or the visit would be told twice.
        """
        told = list(entries)
        before_ms = max((entry.at_ms for entry in told), default=0) - _BOUNDARY_MS
        if log_from_ms is not None:
            before_ms = min(before_ms, log_from_ms - _CLOCKS_MS)
        for entry in told:
            room = self._rooms.get(type(entry.event))
            if entry.boot:
                self.board.out.boot = entry.boot
            if room is not None:
                self._at_ms = entry.at_ms
                room(entry.event)
            event = entry.event
            if entry.at_ms < before_ms:
                continue
            if isinstance(event, MembershipAdded | MembershipRemoved | MemberPaused | MemberResumed):
                self.memberships.awaits(event.queue, event.agent, _LINES[type(event)])
        for visit in self.board.visits.all():
            _note_logged(visit, before_ms)

    # -- visits -------------------------------------------------------------------------------------------------------------

    def _visit(self, call: str, number: int) -> Visit | None:
        return next((visit for visit in self.board.visits.of_call(call) if visit.visit == number), None)

    def _open(self, queue: str, call: str, number: int, entered_ms: int) -> Visit:
        visit = self._visit(call, number)
        if visit is None:
            self.board.visits.count(call, number - 1)
            visit = self.board.visits.open(queue, call, entered_ms)
        visit.touched_ms = max(visit.touched_ms, self._at_ms)
        return visit

    def _entered(self, event: QueueEntered) -> None:
        visit = self._open(event.queue, event.call, event.visit, self._at_ms)
        visit.number, visit.name, visit.position = event.number, event.name, event.position
        visit.join_seen = True

    def _offered(self, event: OfferStarted) -> None:
        visit = self._visit(event.call, event.visit)
        if visit is not None:
            visit.offers[event.agent] = Offer(event.agent, "", self._at_ms)

    def _offer_ended(self, event: OfferEnded) -> None:
        visit = self._visit(event.call, event.visit)
        if visit is None:
            return
        visit.offers.pop(event.agent, None)
        if event.outcome in {"missed", "rejected"}:
            visit.missed.setdefault(event.agent, []).append(self._at_ms)

    def _answered(self, event: Answered) -> None:
        visit = self._visit(event.call, event.visit)
        if visit is not None and visit.is_waiting:
            self.board.visits.answered(visit, event.agent, self._at_ms, set(), event.wait_s)

    def _held(self, event: Held | Resumed) -> None:
        visit = self._visit(event.call, event.visit)
        if visit is not None:
            visit.held = isinstance(event, Held)

    def _transferred(self, event: Transferred) -> None:
        visit = self._visit(event.call, event.visit)
        if visit is not None:
            visit.transferred = True

    def _talk_ended(self, event: HandlingEnded) -> None:
        visit = self._visit(event.call, event.visit)
        if visit is None or not visit.is_handled:
            return
        visit.state, visit.held, visit.touched_ms = "ended", False, self._at_ms
        visit.complete_seen = event.talk_s is not None
        if visit.complete_seen:
            self.board.visits.finish(visit)

    def _left(self, event: QueueAbandoned | QueueLeft | QueueLeftExplained) -> None:
        visit = self._visit(event.call, event.visit)
        if visit is None:
            return
        visit.touched_ms = self._at_ms
        if isinstance(event, QueueAbandoned) or event.reason == "abandoned":
            visit.state = "abandoned"
        else:
            visit.state, visit.reason = "unanswered", event.reason

    # -- members ------------------------------------------------------------------------------------------------------------

    def _member(self, event: MembershipAdded) -> None:
        member = self.board.members.add(event.queue, event.agent)
        self.board.members.named(member, event.name or "")
        member.dynamic, member.penalty = event.dynamic, event.penalty
        member.paused, member.reason = event.paused, event.reason
        member.paused_at_ms = self._at_ms if event.paused else None

    def _member_removed(self, event: MembershipRemoved) -> None:
        self.board.members.remove(event.queue, event.agent)

    def _paused(self, event: MemberPaused | MemberResumed) -> None:
        member = self.board.members.get(event.queue, event.agent)
        if member is None:
            return
        member.paused = isinstance(event, MemberPaused)
        member.reason = event.reason if isinstance(event, MemberPaused) else None
        member.paused_at_ms = self._at_ms if member.paused else None

    def _named(self, event: AgentNamed) -> None:
        for member in self.board.members.all():
            if member.agent == event.agent:
                self.board.members.named(member, event.name)

    def _device(self, event: DeviceChanged) -> None:
        self.board.members.device(event.agent, event.device)

    # -- supervisors --------------------------------------------------------------------------------------------------------

    def _monitored(self, event: MonitoringStarted) -> None:
        session = self.monitoring.sessions.get(event.session)
        if session is None or session.agent != event.agent:
            session = Session(event.session, event.supervisor, event.agent, self._at_ms)
            self.monitoring.sessions[event.session] = session
        session.mode = event.mode

    def _monitored_no_more(self, event: MonitoringStopped) -> None:
        self.monitoring.sessions.pop(event.session, None)

    # -- the whole switch ---------------------------------------------------------------------------------------------------

    def _restarted(self, _event: SwitchRestarted) -> None:
        self.board.restart()
        self.monitoring.clear()

    def _snapshot(self, event: SnapshotTaken) -> None:
        listed = {(row.call, row.visit) for row in event.waiting} | {(row.call, row.visit) for row in event.handlings}
        for visit in self.board.visits.all():
            if (visit.is_waiting or visit.is_handled) and (visit.call, visit.visit) not in listed:
                visit.state = "lost_sight"
        for row in event.waiting:
            visit = self._open(row.queue, row.call, row.visit, row.entered_at_ms)
            visit.state, visit.number, visit.name = "waiting", row.number, row.name
        for talk in event.handlings:
            visit = self._open(talk.queue, talk.call, talk.visit, talk.entered_at_ms or 0)
            if not visit.is_handled:
                self.board.visits.answered(visit, talk.agent, talk.answered_at_ms, set(), talk.wait_s)
            visit.held = talk.on_hold
        self.monitoring.clear()
        for heard in event.monitorings:
            session = Session(heard.session, heard.supervisor, heard.agent, heard.started_at_ms)
            session.mode = heard.mode
            self.monitoring.sessions[heard.session] = session
        members = {(row.queue, row.agent) for row in event.members}
        for member in self.board.members.all():
            if (member.queue, member.agent) not in members:
                self.board.members.remove(member.queue, member.agent)
        for line in event.members:
            member = self.board.members.add(line.queue, line.agent)
            self.board.members.named(member, line.name or "")
            member.dynamic, member.penalty = line.dynamic, line.penalty
            member.paused, member.reason, member.paused_at_ms = line.paused, line.reason, line.paused_at_ms
            self.board.members.device(line.agent, line.device)
