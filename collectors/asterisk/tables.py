"""What the words of an Asterisk mean: event names that are wanted, statuses, reasons. Data only.

Invariant: an unknown word is never guessed at; each table is read with a default that says so.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal

from collectors.events import Device, EndedBy, LeftReason, MonitorMode

LIVE_EVENTS = frozenset(
    {
        "AgentCalled",
        "AgentComplete",
        "AgentConnect",
        "AgentRingNoAnswer",
        "AttendedTransfer",
        "BlindTransfer",
        "BridgeEnter",
        "BridgeLeave",
        "ChanSpyStart",
        "ChanSpyStop",
        "DialBegin",
        "DialEnd",
        "ExtensionStatus",
        "FullyBooted",
        "Hangup",
        "HangupRequest",
        "Hold",
        "LocalBridge",
        "LocalOptimizationBegin",
        "Newchannel",
        "Newstate",
        "QueueCallerAbandon",
        "QueueCallerJoin",
        "QueueCallerLeave",
        "QueueMemberAdded",
        "QueueMemberPause",
        "QueueMemberPenalty",
        "QueueMemberRemoved",
        "QueueMemberStatus",
        "Reload",
        "Shutdown",
        "Unhold",
        "UserEvent",
    }
)

LIST_ITEMS = frozenset(
    {
        "BridgeInfoChannel",
        "BridgeInfoComplete",
        "BridgeListComplete",
        "BridgeListItem",
        "CoreShowChannel",
        "CoreShowChannelsComplete",
        "ExtensionStateListComplete",
        "ExtensionStatus",
        "QueueEntry",
        "QueueMember",
        "QueueParams",
        "QueueStatusComplete",
    }
)

WANTED_EVENTS = LIVE_EVENTS | LIST_ITEMS
"""All that the codec has to build; it drops every other event by its name."""

UNKNOWN_CALLERS = frozenset({"", "<unknown>", "unknown"})

DEVICES: MappingProxyType[str, Device] = MappingProxyType(
    {
        "0": "unknown",
        "1": "free",
        "2": "in_use",
        "3": "busy",
        "4": "invalid",
        "5": "unavailable",
        "6": "ringing",
        "7": "ring_in_use",
        "8": "on_hold",
    }
)
"""`Status` of a queue member."""

ENDED_BY: MappingProxyType[str, EndedBy] = MappingProxyType(
    {"caller": "caller", "agent": "agent", "transfer": "transfer"}
)
"""`Reason` of AgentComplete."""

QUEUE_STATUS: MappingProxyType[str, LeftReason] = MappingProxyType(
    {
        "TIMEOUT": "timeout",
        "LEAVEEMPTY": "empty",
        "LEAVEUNAVAIL": "empty",
        "WITHDRAW": "withdraw",
        "KEY": "key",
        "CALLBACK": "callback",
        "TRANSFER": "transfer",
    }
)
"""${QUEUESTATUS} as the dialplan sends it in UserEvent(QueueExit); KEY, CALLBACK and TRANSFER are our own additions."""

REFUSALS: MappingProxyType[str, Literal["full", "empty"]] = MappingProxyType(
    {"FULL": "full", "JOINEMPTY": "empty", "JOINUNAVAIL": "empty"}
)
"""${QUEUESTATUS} of a caller who never joined."""

LOG_EXITS: MappingProxyType[str, tuple[LeftReason, int]] = MappingProxyType(
    {
        "EXITWITHTIMEOUT": ("timeout", 2),
        "EXITEMPTY": ("empty", 2),
        "EXITWITHKEY": ("key", 3),
        "WITHDRAW": ("withdraw", 2),
    }
)
"""queue_log's ways out of a queue, and which field of the line holds the seconds waited."""

LOG_ENDS: MappingProxyType[str, tuple[EndedBy, int]] = MappingProxyType(
    {
        "COMPLETECALLER": ("caller", 1),
        "COMPLETEAGENT": ("agent", 1),
        "BLINDTRANSFER": ("transfer", 3),
        "ATTENDEDTRANSFER": ("transfer", 3),
        "TRANSFER": ("transfer", 3),
    }
)
"""queue_log's ends of a conversation, and which field holds the seconds talked; the one before it holds those waited."""

REFUSING_DIALS = frozenset({"BUSY", "CONGESTION", "CHANUNAVAIL"})
"""`DialStatus` of an offer that the agent's side refused."""

RANG_OUT_CAUSES = frozenset({"18", "19", "20"})
"""Hang-up causes of a ringing phone that say "nobody there"; with any other it was the phone that refused."""

MOVING_CONTEXTS = frozenset({"floorwatch-move", "floorwatch-pull"})
"""Contexts of ours into which a supervisor redirects a caller: what he left there, he was moved out of."""

MODES: MappingProxyType[str, MonitorMode] = MappingProxyType(
    {"listen": "listen", "whisper": "whisper", "barge": "barge", "private": "private"}
)
"""Extensions of the monitoring context: the only place where a switch shows the mode of a ChanSpy."""
