"""What the control process may send to an Asterisk: what it reads, and the few actions that step into calls and help agents.

Invariants, kept by `codec.encode` with this table:

* Never `Command`, nothing of the classes `system` and `config`, no `Application` of an Originate: a call of ours only goes to one of
  our own contexts, whose dialplan decides what is possible there.
* **One value is one value.** A comma, pipe, ampersand, quote or bracket in a place where the switch or the dialplan would read it as
  the next variable, option, device or function is refused, and so is a `/pattern/` where one channel is meant.
* What names its object by leaving a key out (all queues, a global variable, a caller held up until answered) is not sent.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from collectors.asterisk.actions import READING, ActionTable

CONTEXTS: Final = ("floorwatch-monitor", "floorwatch-after", "floorwatch-move", "floorwatch-pull")
"""Ours, in the switch's dialplan (docs/switch-accounts.md)."""

_ID = r"[A-Za-z0-9._-]{1,150}"
"""A unique id: what `FILTER` in the dialplan lets through."""
_QUEUE = r"[^\s,;:^|&(){}\[\]<>$\"'`\\/@\x00-\x1f\x7f]{1,79}"
"""A queue that can be dialled as an extension."""
_PHONE = r"(?:PJSIP|SIP|IAX2|SCCP|Skinny|DAHDI)/[A-Za-z0-9_.+-]{1,80}"
"""One endpoint, never a dialled address (`PJSIP/trunk/sip:…`, `Local/…`) and never two (`&`)."""
_BROWSER = r"WebSocket/[A-Za-z0-9_-]{1,40}(?:/(?:[cfdv]\([A-Za-z0-9_=-]{1,60}\)|n)*)?"
_MEMBER = r"[A-Za-z0-9]{1,20}/[\w.+@/-]{1,150}"
_TEXT = r"[^,;|\"\x00-\x1f\x7f]{0,150}"
"""Words for people that the switch writes into lists of its own (queue_log, its database)."""
_ANSWERS_ITSELF = r"PJSIP_HEADER\(add,(?:Call-Info|Alert-Info)\)=[A-Za-z0-9<>:.=\\; -]{1,80}"

_VALUES: Final = {
    ("Originate", "Channel"): f"{_PHONE}|{_BROWSER}",
    ("Originate", "Context"): "|".join(map(re.escape, CONTEXTS)),
    ("Originate", "Exten"): _QUEUE,
    ("Originate", "Priority"): "1",
    ("Originate", "Async"): "true",
    ("Originate", "Timeout"): r"[1-9][0-9]{2,4}",
    ("Originate", "CallerID"): r"[^,;|&\x00-\x1f\x7f]{0,150}",
    ("Originate", "ChannelId"): r"fw-[A-Za-z0-9-]{1,40}",
    ("Originate", "Variable"): (
        rf"FW_(?:TARGET|CALLER|SESSION)={_ID}|FW_QUEUE=(?:{_QUEUE})?|FW_FOLLOW=[01]|FW_PHONE={_PHONE}|{_ANSWERS_ITSELF}"
    ),
    ("Redirect", "Channel"): _ID,
    ("Redirect", "Context"): "|".join(map(re.escape, CONTEXTS)),
    ("Redirect", "Exten"): _QUEUE,
    ("Redirect", "Priority"): "1",
    ("Hangup", "Channel"): _ID,
    ("Hangup", "Cause"): r"[0-9]{1,3}",
    ("Setvar", "Channel"): _ID,
    ("Setvar", "Variable"): r"FW_(?:TARGET|CALLER|SESSION|QUEUE|FOLLOW|PHONE)",
    ("Setvar", "Value"): rf"{_ID}|{_QUEUE}|{_PHONE}|",
    ("QueuePause", "Interface"): _MEMBER,
    ("QueuePause", "Queue"): r"[^,;|\x00-\x1f\x7f]{1,150}",
    ("QueuePause", "Paused"): "true|false",
    ("QueuePause", "Reason"): _TEXT,
    ("QueueAdd", "Queue"): r"[^,;|\x00-\x1f\x7f]{1,150}",
    ("QueueAdd", "Interface"): _MEMBER,
    ("QueueAdd", "MemberName"): _TEXT,
    ("QueueAdd", "StateInterface"): rf"{_MEMBER}|hint:{_ID}@{_ID}",
    ("QueueAdd", "Penalty"): r"[0-9]{1,5}",
    ("QueueAdd", "Paused"): "true|false",
    ("QueueRemove", "Queue"): r"[^,;|\x00-\x1f\x7f]{1,150}",
    ("QueueRemove", "Interface"): _MEMBER,
    ("QueuePenalty", "Queue"): r"[^,;|\x00-\x1f\x7f]{1,150}",
    ("QueuePenalty", "Interface"): _MEMBER,
    ("QueuePenalty", "Penalty"): r"[0-9]{1,5}",
}

_KEYS: Final = {
    action: frozenset(key for one, key in _VALUES if one == action) for action in dict.fromkeys(a for a, _ in _VALUES)
}
_OPTIONAL: Final = {
    "Originate": frozenset({"CallerID", "Variable"}),
    "Hangup": frozenset({"Cause"}),
    "QueuePause": frozenset({"Queue", "Reason"}),
    "QueueAdd": frozenset({"MemberName", "StateInterface", "Penalty", "Paused"}),
}
"""All others must be there. `QueuePause` without a queue is a pause in all of them, which is what people ask for most."""

CONTROL: Final = ActionTable(
    keys=MappingProxyType({**READING.keys, **_KEYS}),
    needed=MappingProxyType({action: keys - _OPTIONAL.get(action, frozenset()) for action, keys in _KEYS.items()}),
    repeated=frozenset({("Originate", "Variable")}),
    values=MappingProxyType({place: re.compile(pattern) for place, pattern in _VALUES.items()}),
)
"""What the control process may send. An `Originate` carries one `Variable` line for each variable."""

LIVE_CALL_EXTEN: Final = "selftest"
LIVE_CALL: Final = ActionTable(
    keys=MappingProxyType({**CONTROL.keys, "Originate": CONTROL.keys["Originate"] | {"OtherChannelId"}}),
    needed=CONTROL.needed,
    repeated=CONTROL.repeated,
    values=MappingProxyType(
        {
            **CONTROL.values,
            ("Originate", "Channel"): re.compile(f"{_PHONE}|{_BROWSER}|Local/{LIVE_CALL_EXTEN}@floorwatch-monitor/n"),
            ("Originate", "ChannelId"): re.compile(r"(?:fw|live-call)-[A-Za-z0-9-]{1,40}"),
            ("Originate", "OtherChannelId"): re.compile(r"live-call-[A-Za-z0-9-]{1,40}"),
        }
    ),
)
"""What `floorwatch doctor --live-call` may send besides: one call of the switch with itself, to our own extension."""
