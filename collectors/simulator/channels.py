"""Channels, bridges and what they print: the half of a switch that knows nothing of queues.

Invariants: a unique id is used once per boot (channel names and ids start again after a restart); a channel is in at most one
bridge; a bridge is created before its first channel enters and destroyed when its last one has left.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .config import SimulatorConfig
from .engine import Engine
from .noise import Noise
from .wire import STATE_NAMES, Part, Wire, escaped

if TYPE_CHECKING:
    from .floor import Agent

DOWN, RING, RINGING, UP = 0, 4, 5, 6
CAUSES = {
    0: "Unknown", 3: "No route to destination", 16: "Normal Clearing", 17: "User busy", 19: "User alerting, no answer",
    21: "Call Rejected", 26: "Answered elsewhere",
}  # fmt: skip


@dataclass(slots=True, eq=False)
class Bridge:
    unique_id: str
    channels: list[Channel] = field(default_factory=list)

    def lines(self, prefix: str = "") -> str:
        number = len(self.channels)
        return (
            f"{prefix}BridgeUniqueid: {self.unique_id}\r\n{prefix}BridgeType: basic\r\n{prefix}BridgeTechnology: simple_bridge\r\n"
            f"{prefix}BridgeCreator: <unknown>\r\n{prefix}BridgeName: <unknown>\r\n{prefix}BridgeNumChannels: {number}\r\n"
            f"{prefix}BridgeVideoSourceMode: none\r\n"
        )


@dataclass(slots=True, eq=False)
class Channel:
    """One leg. `application`/`data` is what it runs; `variables` are the ones that manager.conf's channelvars names."""

    name: str
    unique_id: str
    linked_id: str
    state: int
    number: str
    caller_name: str
    context: str
    exten: str
    priority: int
    created_at: float
    connected_number: str = ""
    connected_name: str = ""
    application: str = ""
    data: str = ""
    bridge: Bridge | None = None
    is_up: bool = True
    agent: Agent | None = None
    variables: dict[str, str] = field(default_factory=dict)
    up_at: float = 0.0
    values: dict[str, str] = field(default_factory=dict)
    """The dialplan's variables."""
    passed_on: set[str] = field(default_factory=set)
    """Which of them the legs that it dials inherit."""
    is_holding: bool = False
    """Its phone has put the other side on hold, and plays nothing."""
    hears_music: bool = False

    def lines(self, prefix: str = "") -> str:
        """The channel's block of headers in an event."""
        text = (
            f"{prefix}Channel: {self.name}\r\n{prefix}ChannelState: {self.state}\r\n"
            f"{prefix}ChannelStateDesc: {STATE_NAMES[self.state]}\r\n"
            f"{prefix}CallerIDNum: {self.number or '<unknown>'}\r\n{prefix}CallerIDName: {escaped(self.caller_name)}\r\n"
            f"{prefix}ConnectedLineNum: {self.connected_number or '<unknown>'}\r\n"
            f"{prefix}ConnectedLineName: {escaped(self.connected_name)}\r\n{prefix}Language: en\r\n{prefix}AccountCode: \r\n"
            f"{prefix}Context: {self.context}\r\n{prefix}Exten: {self.exten}\r\n{prefix}Priority: {self.priority}\r\n"
            f"{prefix}Uniqueid: {self.unique_id}\r\n{prefix}Linkedid: {self.linked_id}\r\n"
        )
        if self.variables:
            text += "".join(f"{prefix}ChanVariable: {key}={value}\r\n" for key, value in self.variables.items())
        return text

    def connect_to(self, number: str, name: str) -> None:
        self.connected_number, self.connected_name = number, name

    def goes_to(self, context: str, exten: str, priority: int, application: str = "", data: str = "") -> None:
        self.context, self.exten, self.priority = context, exten, priority
        self.application, self.data = application, data


class Exchange:
    """All channels and bridges of one boot, and the events that their changes print."""

    def __init__(self, config: SimulatorConfig, engine: Engine, wire: Wire) -> None:
        self._engine = engine
        self._wire = wire
        self._rng = random.Random(f"{config.seed}:bridges")
        self._variables = config.channel_variables or (
            ("CALLREF", "QUEUENAME", "LANGUAGE_PREF") if 39 in config.traps else ()
        )
        self.noise = Noise(config, engine, wire)
        self.doubled_dial_end = 28 in config.traps
        self.phones: dict[str, Agent] = {}
        self.phone_changed: Callable[[Agent], None] = lambda _agent: None
        self.leg_opened: Callable[[Channel], None] = lambda _channel: None
        self.leg_changed: Callable[[Channel], None] = lambda _channel: None
        self.leg_closed: Callable[[Channel], None] = lambda _channel: None
        self.letting_go: Callable[[Channel], float] = lambda _channel: 0.0
        """A channel is about to end: how long (s) those who hear it take to let go; its Hangup comes after that."""
        self.ended: Callable[[Channel], None] = lambda _channel: None
        self.left: Callable[[Bridge, Channel], None] = lambda _bridge, _channel: None
        self.entered: Callable[[Bridge], None] = lambda _bridge: None
        self.channels: dict[str, Channel] = {}
        self.bridges: dict[str, Bridge] = {}
        self._ids = self._names = self._locals = self._optimised = 0
        self.channels_opened = 0

    def forget_all(self) -> None:
        """The process died: no channel is left, and all numbering starts again."""
        for channel in self.channels.values():
            channel.is_up = False
            if channel.agent is not None:
                channel.agent.legs.clear()
        self.channels.clear()
        self.bridges.clear()
        self._ids = self._names = self._locals = self._optimised = 0

    def find(self, key: str) -> Channel | None:
        """A live channel by its name or unique id."""
        found = self.channels.get(key)
        if found is None or not found.is_up:
            found = next((each for each in self.channels.values() if each.unique_id == key and each.is_up), None)
        return found

    # -- life of a channel

    def open(
        self,
        base: str,
        state: int,
        number: str,
        name: str,
        context: str,
        exten: str,
        *,
        linked: str = "",
        unique_id: str = "",
        application: str = "",
        full_name: str = "",
    ) -> Channel:
        """Make a channel of `base` (`PJSIP/1001`) and say so; a unique id of its own unless an originator chose one."""
        self._names += not full_name
        channel = self._new(
            full_name or f"{base}-{self._names - 1:08x}",
            state,
            number,
            name,
            context,
            exten,
            linked,
            unique_id,
            application,
        )
        self.leg_opened(channel)
        channel.agent = self.phones.get(base)
        if channel.agent is not None:
            channel.agent.legs.append(channel)
            self.phone_changed(channel.agent)
        return channel

    def open_local(
        self, exten: str, context: str, linked: str, unique_ids: tuple[str, str] = ("", "")
    ) -> tuple[Channel, Channel]:
        """The two halves of a Local channel, still unknown to each other."""
        self._locals += 1
        stem = f"Local/{exten}@{context}-{self._locals - 1:08x}"
        one = self._new(f"{stem};1", DOWN, "", "", context, exten, linked, unique_ids[0])
        two = self._new(f"{stem};2", RING, "", "", context, exten, linked, unique_ids[1])
        return one, two

    def _new(
        self, name: str, state: int, number: str, caller: str, context: str, exten: str, linked: str, unique_id: str,
        application: str = "",
    ) -> Channel:  # fmt: skip
        if not unique_id:
            prefix = f"{self._wire.system_name}-" if self._wire.system_name else ""
            unique_id = f"{prefix}{int(self._engine.now)}.{self._ids}"
            self._ids += 1
        channel = Channel(
            name, unique_id, linked or unique_id, state, number, caller, context, exten, 1, self._engine.now,
            variables=dict.fromkeys(self._variables, ""),
        )  # fmt: skip
        if application:
            channel.application, channel.data = application, "(Outgoing Line)"
        self.channels_opened += 1
        self.channels[name] = channel
        self._wire.event("Newchannel", channel)
        self.noise.channel_opened(channel)
        return channel

    def set_state(self, channel: Channel, state: int) -> None:
        channel.state = state
        if channel.agent is not None:
            self.phone_changed(channel.agent)
        self.leg_changed(channel)
        if state == UP:
            channel.up_at = self._engine.now
            self.noise.channel_answered(channel)
        self._wire.event("Newstate", channel)

    def hang_up(self, channel: Channel, cause: int) -> None:
        """The channel ends, and leaves its bridge if it is still in one. Its Hangup comes when nobody hears it any more."""
        if not channel.is_up:
            return
        channel.is_up = False
        self.leave(channel)
        self.ended(channel)
        lag_s = self.letting_go(channel)
        if lag_s > 0:
            self._engine.after(lag_s, self._gone, channel, cause)
        else:
            self._gone(channel, cause)

    def _gone(self, channel: Channel, cause: int) -> None:
        self.channels.pop(channel.name, None)
        if channel.agent is not None:
            channel.agent.legs.remove(channel)
            self.phone_changed(channel.agent)
        self.noise.channel_closed(channel, cause)
        self._wire.event("Hangup", channel, f"Cause: {cause}\r\nCause-txt: {CAUSES.get(cause, 'Unknown')}\r\n")
        self.leg_closed(channel)

    def hangup_requested(self, channel: Channel, cause: int = 16) -> None:
        """The far end hung up."""
        self._wire.event("HangupRequest", channel, f"Cause: {cause}\r\n")

    def soft_hangup(self, channel: Channel) -> None:
        """The switch itself ends this channel."""
        self._wire.event("SoftHangupRequest", channel, "Cause: 16\r\n")

    # -- dialling

    def dial_begin(self, caller: Channel | None, dialled: Channel, dial_string: str) -> None:
        self._wire.event("DialBegin", *_pair(caller, dialled), f"DialString: {dial_string}\r\n")

    def dial_state(self, caller: Channel | None, dialled: Channel, status: str = "RINGING") -> None:
        self._wire.event("DialState", *_pair(caller, dialled), f"DialStatus: {status}\r\n")

    def dial_end(self, caller: Channel | None, dialled: Channel, status: str) -> None:
        self._wire.event("DialEnd", *_pair(caller, dialled), f"DialStatus: {status}\r\n")
        if self.doubled_dial_end and status != "ANSWER":
            again = "CANCEL" if status in {"NOANSWER", "CANCEL"} else status
            self._wire.event("DialEnd", *_pair(caller, dialled), f"DialStatus: {again}\r\n")

    def renamed(self, channel: Channel, number: str, name: str) -> None:
        channel.number, channel.caller_name = number, name
        self._wire.event("NewCallerid", channel, "CID-CallingPres: 0 (Presentation Allowed, Not Screened)\r\n")

    def connected_line(self, channel: Channel, number: str, name: str) -> None:
        channel.connect_to(number, name)
        self._wire.event("NewConnectedLine", channel)

    def says(self, name: str, channel: Channel, extra: str = "") -> None:
        """An event that is a channel's block and some lines more."""
        self._wire.event(name, channel, extra)

    def music(self, channel: Channel, *, plays: bool) -> None:
        channel.hears_music = plays
        if plays:
            self._wire.event("MusicOnHoldStart", channel, "Class: default\r\n")
        else:
            self._wire.event("MusicOnHoldStop", channel)

    def local_bridge(self, one: Channel, two: Channel, context: str, exten: str, *, optimises: bool) -> None:
        tail = f"Context: {context}\r\nExten: {exten}\r\nLocalOptimization: {'Yes' if optimises else 'No'}\r\n"
        self._wire.event("LocalBridge", (one, "LocalOne"), (two, "LocalTwo"), tail)

    # -- bridges

    def bridge(self) -> Bridge:
        bits = f"{self._rng.getrandbits(128):032x}"
        made = Bridge(f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:]}")
        self.bridges[made.unique_id] = made
        self._wire.event("BridgeCreate", made)
        return made

    def enter(self, bridge: Bridge, channel: Channel, swap: str = "") -> None:
        bridge.channels.append(channel)
        channel.bridge = bridge
        self.noise.bridged(channel, bridge.unique_id)
        self._wire.event("BridgeEnter", bridge, channel, f"SwapUniqueid: {swap}\r\n" if swap else "")
        self.entered(bridge)

    def leave(self, channel: Channel) -> None:
        """Leave the bridge, if in one; the last to leave destroys it."""
        bridge = channel.bridge
        if bridge is None:
            return
        bridge.channels.remove(channel)
        channel.bridge = None
        self.noise.unbridged(channel, bridge.unique_id)
        self._wire.event("BridgeLeave", bridge, channel)
        if not bridge.channels:
            self.bridges.pop(bridge.unique_id, None)
            self._wire.event("BridgeDestroy", bridge)
        self.left(bridge, channel)

    def optimise(self, one: Channel, two: Channel, phone: Channel) -> None:
        """The phone takes ;1's place in the caller's bridge; the Local halves end. It says that it failed."""
        number = self._optimised
        self._optimised += 1
        begin = f"DestUniqueId: {two.unique_id}\r\nId: {number}\r\n"
        pair = (one, "LocalOne"), (two, "LocalTwo")
        self._wire.event("LocalOptimizationBegin", *pair, (phone, "Source"), begin)
        bridge = one.bridge
        self.leave(phone)
        if bridge is not None:
            self.leave(one)
            self.enter(bridge, phone, swap=one.unique_id)
        self._wire.event(
            "LocalOptimizationEnd", (one, "LocalOne"), (two, "LocalTwo"), f"Success: No\r\nId: {number}\r\n"
        )
        self.hangup_requested(two)
        self.hang_up(one, 16)
        self.leave(two)
        self.soft_hangup(two)
        self.hang_up(two, 16)


def _pair(caller: Channel | None, dialled: Channel) -> tuple[Part, ...]:
    return (caller, (dialled, "Dest")) if caller is not None else ((dialled, "Dest"),)
