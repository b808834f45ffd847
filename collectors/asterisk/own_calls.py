"""Calls of agents outside any queue: what their own phones dial, and what rings there from elsewhere.

Invariants: a leg that a queue offered or that hears another call as a spy is nobody's own call; what a call is (outbound, inbound,
internal) is told once, so it waits until the other end is known; each told start has one end.
"""

from __future__ import annotations

from collectors.asterisk.channels import Channel, known
from collectors.asterisk.switchboard import Switchboard
from collectors.events import CallKind, Held, OwnCallConnected, OwnCallEnded, OwnCallStarted, Resumed

SETTLE_MS = 300
"""How long a phone that rings behind a Local channel waits for the queue to say that it offered that call."""
_DIALS = "4"
"""`ChannelState` of a phone that begins a call itself."""


class OwnCall:
    """One call of one agent's phone."""

    __slots__ = ("agent", "call", "connected_ms", "held", "is_told", "kind", "number", "started_ms")

    def __init__(self, agent: str, call: str, number: str | None, started_ms: int) -> None:
        self.agent = agent
        self.call = call
        self.kind: CallKind = "internal"
        self.number = number
        self.started_ms = started_ms
        self.connected_ms: int | None = None
        self.held = False
        self.is_told = False


class OwnCalls:
    """All own calls by the unique id of the agent's leg."""

    def __init__(self, board: Switchboard) -> None:
        self.board = board
        self.calls: dict[str, OwnCall] = {}
        self._unsettled: dict[str, int] = {}
        self.next_due_ms: int | None = None

    def clear(self) -> None:
        self.calls.clear()
        self._unsettled.clear()
        self.next_due_ms = None

    def began(self, channel: Channel, state: str) -> None:
        """Newchannel: a phone that dials begins a call, whose kind is known when somebody rings."""
        if state != _DIALS:
            return
        agent = self.board.members.agent_at(channel.device)
        if agent is not None:
            self.calls[channel.uniqueid] = OwnCall(agent, channel.uniqueid, known(channel.exten), self.board.out.now_ms)

    def dialled(self, source: Channel | None, target: Channel, exten: str) -> None:
        """DialBegin. `source` is None where the switch itself calls (Originate)."""
        if source is not None:
            self._dials_out(source, target, exten)
        agent = self.board.members.agent_at(target.device)
        if agent is None or source is None or target.is_supervisors or self.board.serves(target.uniqueid) is not None:
            return
        call = OwnCall(agent, target.uniqueid, known(source.number), self.board.out.now_ms)
        call.kind = "internal" if source.other_half or self._is_phone(source) else "inbound"
        self.calls[target.uniqueid] = call
        if source.other_half:
            self._unsettled[target.uniqueid] = self.board.out.now_ms + SETTLE_MS
            self.next_due_ms = min(self._unsettled.values())
        else:
            self._tell(call)

    def _dials_out(self, source: Channel, target: Channel, exten: str) -> None:
        call = self.calls.get(source.uniqueid)
        if call is None:
            agent = self.board.members.agent_at(source.device)
            if (
                agent is None
                or source.is_supervisors
                or source.bridge
                or self.board.serves(source.uniqueid) is not None
            ):
                return
            call = self.calls[source.uniqueid] = OwnCall(agent, source.uniqueid, known(exten), self.board.out.now_ms)
        if not call.is_told:
            call.kind = "internal" if self._is_phone(target) or target.name.startswith("Local/") else "outbound"
            self._tell(call)

    def _is_phone(self, channel: Channel) -> bool:
        """A phone of the house: an agent's, or one that is called as it is numbered (`PJSIP/2001`, number 2001)."""
        device = channel.device
        if self.board.members.agent_at(device) is not None:
            return True
        return bool(channel.number) and device.rpartition("/")[2] == channel.number

    def _tell(self, call: OwnCall) -> None:
        call.is_told = True
        self.board.out.tell(OwnCallStarted(call.agent, call.call, call.kind, call.number), call.started_ms)

    def answered(self, *uniqueids: str) -> None:
        """The leg was answered, or answered by the switch itself (an announcement, a queue that an agent calls)."""
        for uniqueid in uniqueids:
            call = self.calls.get(uniqueid)
            if call is None or call.connected_ms is not None:
                continue
            if uniqueid in self._unsettled:
                self._settle(uniqueid)
                if uniqueid not in self.calls:
                    continue
            if not call.is_told:
                self._tell(call)
            call.connected_ms = self.board.out.now_ms
            self.board.out.tell(OwnCallConnected(call.agent, call.call))

    def _settle(self, uniqueid: str) -> None:
        self._unsettled.pop(uniqueid, None)
        call = self.calls.get(uniqueid)
        if call is None or call.is_told:
            return
        if self.board.serves(uniqueid) is not None:
            del self.calls[uniqueid]
        else:
            self._tell(call)

    def tick(self, now_ms: int) -> None:
        """Tell of the calls that no queue claimed in time."""
        for uniqueid, due_ms in list(self._unsettled.items()):
            if due_ms <= now_ms:
                self._settle(uniqueid)
        self.next_due_ms = min(self._unsettled.values(), default=None)

    def is_no_call(self, uniqueid: str) -> None:
        """The leg turned out to be a spy's."""
        self._unsettled.pop(uniqueid, None)
        call = self.calls.pop(uniqueid, None)
        if call is not None and call.is_told:
            self.board.out.tell(OwnCallEnded(call.agent, call.call))

    def hung_up(self, channel: Channel) -> None:
        """Hangup of any channel."""
        self._unsettled.pop(channel.uniqueid, None)
        call = self.calls.pop(channel.uniqueid, None)
        if call is not None and call.is_told:
            by_agent = channel.hang_up_cause is not None and call.connected_ms is not None
            self.board.out.tell(OwnCallEnded(call.agent, call.call, "agent" if by_agent else "unknown"))

    def hold(self, uniqueid: str) -> None:
        call = self.calls.get(uniqueid)
        if call is not None and call.connected_ms is not None and not call.held:
            call.held = True
            self.board.out.tell(Held(call.call, 0, call.agent))

    def unhold(self, uniqueid: str) -> None:
        call = self.calls.get(uniqueid)
        if call is not None and call.held:
            call.held = False
            self.board.out.tell(Resumed(call.call, 0, call.agent))
