"""The actions that may be sent to an Asterisk, the keys that each may carry and what their values may look like: tables, kept as data.

Nothing else leaves a process: what is not in the table that its link was opened with is refused by `codec.encode`. `READING` is the
collector's: it only reads, so there is deliberately no `Command`, nothing of the classes `system` and `config`, and nothing that
changes the switch. `control_actions.CONTROL` is the control process's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

Keys = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class ActionTable:
    """`keys`: action → the keys it may carry, besides `ActionID`, which every action may. `needed`: those without which it would
    mean something wider, and is not sent. `repeated`: those that it may carry more than once. `values`: (action, key) → what the
    whole value must look like, where more than "one line" is asked of it."""

    keys: Keys
    needed: Keys = field(default_factory=dict)
    repeated: frozenset[tuple[str, str]] = frozenset()
    values: Mapping[tuple[str, str], re.Pattern[str]] = field(default_factory=dict)


READING: Final = ActionTable(
    MappingProxyType(
        {
            "Login": frozenset({"AuthType", "Username", "Secret", "Key", "Events"}),
            "Challenge": frozenset({"AuthType"}),
            "Events": frozenset({"EventMask"}),
            "Ping": frozenset[str](),
            "Logoff": frozenset[str](),
            "ListCommands": frozenset[str](),
            "CoreSettings": frozenset[str](),
            "CoreStatus": frozenset[str](),
            "CoreShowChannels": frozenset[str](),
            "QueueStatus": frozenset({"Queue", "Member"}),
            "QueueSummary": frozenset({"Queue"}),
            "BridgeList": frozenset({"BridgeType"}),
            "BridgeInfo": frozenset({"BridgeUniqueid"}),
            "Status": frozenset({"Channel", "Variables"}),
            "DeviceStateList": frozenset[str](),
            "ExtensionStateList": frozenset[str](),
        }
    )
)
"""What the collector may send."""
