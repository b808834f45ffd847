"""Supervisors in calls: who hears which agent and in which mode, and who took a caller over.

Invariants:

* A session is the supervisor's leg. It is told as stopped once, at the latest when that leg ends.
* **A change of mode is no end.** The switch says stop and, 0.1 s later, start; it is told as a start in another mode. A stop that
  nothing follows is told `SETTLE_MS` later, at its own time; the end of the leg or a bridge decides at once.
* **A leg in a bridge hears nobody, it talks**: a session that was taken into a bridge gets no `ChanSpyStop` in one of two ways of
  taking over, so the bridge decides. It lasts until the leg ends, and the agent in whose place it is stays its agent.
* The agent who is heard is found from the bridge, so a caller's leg that is listened to may pass from one agent to the next.
"""

from __future__ import annotations

from collectors.asterisk.channels import Channel
from collectors.asterisk.codec import Message
from collectors.asterisk.own_calls import OwnCalls
from collectors.asterisk.switchboard import Switchboard
from collectors.asterisk.tables import MODES
from collectors.asterisk.visits import Visit
from collectors.events import MonitoringRow, MonitoringStarted, MonitoringStopped, MonitorMode
from collectors.supervisor_legs import command_of

SETTLE_MS = 500
"""How long a stop waits for the start that makes it a change of mode: 102 to 120 ms on a switch that is not busy."""


class Session:
    """One supervisor's leg. `heard`: unique id of the leg that it listens to, "" where only a list told of it."""

    __slots__ = ("agent", "heard", "mode", "session", "started_ms", "stopped_ms", "supervisor", "touched_ms")

    def __init__(self, session: str, supervisor: str | None, agent: str, started_ms: int | None) -> None:
        self.session = session
        self.supervisor = supervisor
        self.agent = agent
        self.started_ms = started_ms
        self.mode: MonitorMode | None = None
        self.heard = ""
        self.stopped_ms: int | None = None
        """When the switch said that it stopped, while another mode may still follow."""
        self.touched_ms = 0
        """When a live event last told of it."""

    def row(self) -> MonitoringRow:
        """As a snapshot tells it."""
        command = command_of(self.session)
        return MonitoringRow(self.session, self.agent, self.supervisor, self.mode, self.started_ms, command)


class Monitoring:
    """All sessions by the unique id of the supervisor's leg."""

    def __init__(self, board: Switchboard, own_calls: OwnCalls, context: str) -> None:
        self.board = board
        self.own_calls = own_calls
        self.context = context
        self.sessions: dict[str, Session] = {}
        self.next_due_ms: int | None = None

    def clear(self) -> None:
        """Another process of the switch: all legs are gone."""
        self.sessions.clear()
        self.next_due_ms = None

    def link_lost(self) -> None:
        """Nothing that an event told before outweighs what the lists of the next life say."""
        for session in self.sessions.values():
            session.touched_ms = 0

    # -- hearing ----------------------------------------------------------------------------------------------------------

    def started(self, message: Message) -> None:
        """ChanSpyStart."""
        leg = self.board.channels.seen(message, "Spyer")
        heard = message.get("SpyeeUniqueid")
        if leg is None or not heard:
            return
        self._is_supervisors(leg)
        agent = self.agent_on(heard, self.board.channels.seen(message, "Spyee"))
        if agent is None:
            self.leg_gone(leg.uniqueid)
            return
        self._tell(leg, agent, self._mode(message), heard)

    def _mode(self, message: Message) -> MonitorMode | None:
        """By the extension, which may go on with the group that its targets must be of (`listen-floor`)."""
        if message.get("SpyerContext") != self.context:
            return None
        return MODES.get(message.get("SpyerExten").partition("-")[0])

    def stopped(self, message: Message) -> None:
        """ChanSpyStop: the end, or the first half of a change."""
        session = self.sessions.get(message.get("SpyerUniqueid"))
        if session is None or session.mode == "takeover" or session.stopped_ms is not None:
            return
        session.stopped_ms = session.touched_ms = self.board.out.now_ms
        due_ms = session.stopped_ms + SETTLE_MS
        self.next_due_ms = due_ms if self.next_due_ms is None else min(self.next_due_ms, due_ms)

    def leg_gone(self, uniqueid: str) -> None:
        """The supervisor's leg ended, or hears no agent any more."""
        session = self.sessions.pop(uniqueid, None)
        if session is not None:
            self.board.out.tell(MonitoringStopped(session.session, session.agent), session.stopped_ms)

    def tick(self, now_ms: int) -> None:
        """Tell of the stops that no start followed in time."""
        for session in list(self.sessions.values()):
            if session.stopped_ms is not None and session.stopped_ms + SETTLE_MS <= now_ms:
                self.leg_gone(session.session)
        stops = [session.stopped_ms for session in self.sessions.values() if session.stopped_ms is not None]
        self.next_due_ms = min(stops) + SETTLE_MS if stops else None

    def _tell(self, leg: Channel, agent: str, mode: MonitorMode | None, heard: str) -> None:
        """The session is so from now on."""
        now_ms, session = self.board.out.now_ms, self.sessions.get(leg.uniqueid)
        if session is None or session.agent != agent:
            session = self.sessions[leg.uniqueid] = Session(leg.uniqueid, leg.device or None, agent, now_ms)
        session.mode, session.heard, session.stopped_ms, session.touched_ms = mode, heard, None, now_ms
        command = command_of(session.session)
        self.board.out.tell(MonitoringStarted(session.session, agent, session.supervisor, mode, command))

    def _is_supervisors(self, leg: Channel) -> None:
        leg.is_supervisors = True
        self.own_calls.is_no_call(leg.uniqueid)

    def agent_on(self, heard: str, channel: Channel | None) -> str | None:
        """The agent whom one hears on a leg: whose leg it is, or who talks with the caller whose leg it is."""
        served = self.board.serves(heard)
        if served is not None:
            return served[1]
        for visit in self.board.visits.handled(heard):
            return visit.agent
        if channel is None:
            return None
        for peer in (channel, *self.board.channels.peers(channel)):
            if peer.is_supervisors:
                continue
            served = self.board.serves(peer.uniqueid)
            agent = served[1] if served is not None else self.board.members.agent_at(peer.device)
            if agent is not None:
                return agent
        return None

    # -- bridges ----------------------------------------------------------------------------------------------------------

    def bridged(self, channel: Channel) -> list[Visit]:
        """A channel entered a bridge. Gives the talks whose caller a supervisor has now taken over."""
        together = [channel, *self.board.channels.peers(channel)]
        legs = [leg for leg in together if leg.is_supervisors]
        if not legs:
            if self.sessions:
                self._look_again({one.uniqueid for one in together})
            return []
        others = [other for other in together if not other.is_supervisors]
        for leg in legs:
            self._talks(leg, others)
        return [visit for other in others for visit in self.board.visits.handled(other.uniqueid)]

    def _talks(self, leg: Channel, others: list[Channel]) -> None:
        self.own_calls.is_no_call(leg.uniqueid)
        session = self.sessions.get(leg.uniqueid)
        if session is not None and session.mode == "takeover":
            return
        agent = session.agent if session is not None else self._agent_of_caller(others)
        if agent is not None:
            self._tell(leg, agent, "takeover", "")

    def _agent_of_caller(self, others: list[Channel]) -> str | None:
        """Who talked with the caller that is in a supervisor's bridge now: in a visit, or in a call of their own."""
        for other in others:
            for visit in self.board.visits.handled(other.uniqueid):
                return visit.agent
            for call in self.own_calls.calls.values():
                own = self.board.channels.get(call.call)
                if own is not None and own.linked == other.linked:
                    return call.agent
        return None

    def talk_ended(self) -> None:
        """AgentComplete: after an attended transfer the next agent was in the bridge before the first one's talk was over."""
        if self.sessions:
            self._look_again({session.heard for session in self.sessions.values()})

    def _look_again(self, legs: set[str]) -> None:
        """Who listens to one of these legs may hear another agent now."""
        for session in list(self.sessions.values()):
            if session.heard not in legs or session.mode == "takeover":
                continue
            agent = self.agent_on(session.heard, self.board.channels.get(session.heard))
            leg = self.board.channels.get(session.session)
            if leg is not None and agent not in {None, session.agent}:
                self._tell(leg, agent or "", session.mode, session.heard)
