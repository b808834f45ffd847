"""ChanSpy sessions: who hears which agent, and in which mode where the switch shows it.

Invariants: a session is the supervisor's leg; a mode switch is a stop and a start of the same session; a session that was taken
over by a bridge gets no stop of the switch's (`ChanSpyStop` never comes then), so entering a bridge ends it too.
"""

from __future__ import annotations

from collectors.asterisk.codec import Message
from collectors.asterisk.own_calls import OwnCalls
from collectors.asterisk.switchboard import Switchboard
from collectors.asterisk.tables import MODES
from collectors.events import MonitoringRow, MonitoringStarted, MonitoringStopped, MonitorMode


class Monitoring:
    """All sessions by the unique id of the supervisor's leg."""

    def __init__(self, board: Switchboard, own_calls: OwnCalls, context: str) -> None:
        self.board = board
        self.own_calls = own_calls
        self.context = context
        self.sessions: dict[str, MonitoringRow] = {}

    def started(self, message: Message) -> None:
        """ChanSpyStart."""
        spyer = self.board.channels.seen(message, "Spyer")
        spyee = message.get("SpyeeUniqueid")
        if spyer is None or not spyee:
            return
        spyer.spied = True
        self.own_calls.is_no_call(spyer.uniqueid)
        self.stopped(spyer.uniqueid)
        agent = self._agent(spyee, message)
        if agent is None:
            return
        mode = self._mode(message)
        supervisor = spyer.device or None
        self.sessions[spyer.uniqueid] = MonitoringRow(spyer.uniqueid, agent, supervisor, mode, self.board.out.now_ms)
        self.board.out.tell(MonitoringStarted(spyer.uniqueid, agent, supervisor, mode))

    def _agent(self, spyee: str, message: Message) -> str | None:
        """The agent who is heard: whose leg it is, or who talks with the caller whose leg it is."""
        served = self.board.serves(spyee)
        if served is not None:
            return served[1]
        for visit in self.board.visits.handled(spyee):
            return visit.agent
        channel = self.board.channels.seen(message, "Spyee")
        if channel is None:
            return None
        for peer in (channel, *self.board.channels.peers(channel)):
            served = self.board.serves(peer.uniqueid)
            agent = served[1] if served is not None else self.board.members.agent_at(peer.device)
            if agent is not None:
                return agent
        return None

    def _mode(self, message: Message) -> MonitorMode | None:
        return MODES.get(message.get("SpyerExten")) if message.get("SpyerContext") == self.context else None

    def stopped(self, session: str) -> None:
        """ChanSpyStop, or the end of the supervisor's leg, or its entering a bridge."""
        row = self.sessions.pop(session, None)
        if row is not None:
            self.board.out.tell(MonitoringStopped(row.session, row.agent))
