"""What goes over the wire: the bytes of AMI events as Asterisk 23 prints them, with the class that may read each.

Invariants: header names and their order are those of a real switch (tests compare them with recordings); nothing is
built while nobody listens; text that is not UTF-8 travels through as it came (surrogate escapes).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple, Protocol

from .config import SimulatorConfig
from .engine import Engine

CALL, AGENT, SYSTEM, USER, DIALPLAN, REPORTING, DTMF, CDR, SECURITY = (
    "call", "agent", "system", "user", "dialplan", "reporting", "dtmf", "cdr", "security",
)  # fmt: skip

AGENT_EVENTS = (
    "AgentCalled", "AgentComplete", "AgentConnect", "AgentRingNoAnswer", "QueueCallerAbandon", "QueueCallerJoin",
    "QueueCallerLeave", "QueueMemberAdded", "QueueMemberPause", "QueueMemberPenalty", "QueueMemberRemoved",
    "QueueMemberRinginuse", "QueueMemberStatus",
)  # fmt: skip
CALL_EVENTS = (
    "AttendedTransfer", "BlindTransfer", "BridgeCreate", "BridgeDestroy", "BridgeEnter", "BridgeLeave",
    "BridgeMerge", "CEL", "ChanSpyStart", "ChanSpyStop", "DeviceStateChange", "DialBegin", "DialEnd", "DialState",
    "ExtensionStatus", "Hangup", "HangupRequest", "Hold", "LocalBridge", "LocalOptimizationBegin",
    "LocalOptimizationEnd", "MusicOnHoldStart", "MusicOnHoldStop", "NewCallerid", "NewConnectedLine", "Newchannel",
    "Newstate", "OriginateResponse", "SoftHangupRequest", "Unhold",
)  # fmt: skip
EVENT_CLASS: dict[str, str] = {
    **dict.fromkeys(AGENT_EVENTS, AGENT),
    **dict.fromkeys(CALL_EVENTS, CALL),
    **dict.fromkeys(("ContactStatus", "FullyBooted", "PeerStatus", "Reload", "Shutdown"), SYSTEM),
    **dict.fromkeys(("VarSet", "Newexten"), DIALPLAN),
    **dict.fromkeys(("RTCPSent", "RTCPReceived"), REPORTING),
    **dict.fromkeys(("DTMFBegin", "DTMFEnd"), DTMF),
    "Cdr": CDR,
    "UserEvent": USER,
    "SuccessfulAuth": SECURITY,
}
_HEADS = {name: f"Event: {name}\r\nPrivilege: {kind},all\r\n" for name, kind in EVENT_CLASS.items()}

STATE_NAMES = {0: "Down", 4: "Ring", 5: "Ringing", 6: "Up"}
NAME_BYTES = 79
_ESCAPES = str.maketrans({
    "\\": "\\\\", "'": "\\'", '"': '\\"', "?": "\\?", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r",
    "\t": "\\t", "\v": "\\v",
})  # fmt: skip


class Block(Protocol):
    """What prints itself as whole header lines, each with `prefix`."""

    def lines(self, prefix: str = "") -> str: ...


Part = str | Block | tuple[Block, str]
"""A part of an event: whole lines, a block, or a block with its prefix. Blocks are not even built while nobody listens."""


class Sent(NamedTuple):
    """One event on its way: the class that may read it, its name, its bytes."""

    kind: str
    name: str
    data: bytes


def escaped(text: str) -> str:
    """A name as channel events print it: C-escaped, `<unknown>` when empty."""
    return text.translate(_ESCAPES) if text else "<unknown>"


def cut(name: str) -> str:
    """A caller's name as the switch keeps it: at most 79 bytes."""
    data = name.encode("utf-8", "surrogateescape")
    return name if len(data) <= NAME_BYTES else data[:NAME_BYTES].decode("utf-8", "ignore")


class Wire:
    """Builds events and hands them to `listener` (None: nobody is connected, nothing is built)."""

    def __init__(self, config: SimulatorConfig, engine: Engine) -> None:
        self._engine = engine
        self._timestamps = config.timestamps
        self._backwards = random.Random(f"{config.seed}:timestamps") if 38 in config.traps else None
        self._stutters = random.Random(f"{config.seed}:empty lines") if 35 in config.traps else None
        name = config.system_name or ("bj-pbx1" if 25 in config.traps else "")
        self.system_name = name
        self._system_line = f"SystemName: {name}\r\n" if name else ""
        self._burst_at = 0.0
        self._burst = 0
        self.listener: Callable[[Sent], None] | None = None
        self.count = 0

    def event(self, name: str, *parts: Part) -> None:
        """Send event `name`; texts are whole lines, `Key: value` and CRLF."""
        if self.listener is None:
            return
        self.count += 1
        stamp = f"Timestamp: {self._stamp():.6f}\r\n" if self._timestamps else ""
        if self._stutters is not None and self._stutters.random() < 0.02:
            parts = (*parts, "\r\n")
        text = "".join((_HEADS[name], stamp, self._system_line, *map(_text, parts), "\r\n"))
        self.listener(Sent(EVENT_CLASS[name], name, text.encode("utf-8", "surrogateescape")))

    def _stamp(self) -> float:
        """Events of one moment are some microseconds apart, as a switch that prints one after another."""
        now = self._engine.now
        if now != self._burst_at:
            self._burst_at, self._burst = now, 0
        self._burst += 1
        if self._backwards is not None and self._backwards.random() < 0.02:
            return now - self._backwards.uniform(0.001, 0.02)
        return now + self._burst * 1.7e-5


def _text(part: Part) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, tuple):
        return part[0].lines(part[1])
    return part.lines()
