"""The actions that Floorwatch may send to an Asterisk, and the keys that each may carry: a table, kept as data.

Nothing else leaves this process: an action or a key that is not in the table is refused by `codec.encode`. The collector only
reads, so there is deliberately no `Command`, nothing of the classes `system` and `config`, and nothing that changes the switch.
"""

from __future__ import annotations

from types import MappingProxyType

KEYS = MappingProxyType(
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
"""Action → the keys it may carry, besides `ActionID`, which every action may."""
