"""What a person asks of a switch, as it travels from a gateway to the control process: `floor:{site}:commands`.

A request is no right: it names the session of who asks, and the control process finds out anew what they may do. It is worth
something for `DEADLINE_MS` only; nobody sends it twice, and what nobody took is gone (the stream keeps `KEPT` entries).
"""

from __future__ import annotations

import secrets
from typing import Final

import msgspec

from collectors.events import CommandKind, MonitorMode, Via
from collectors.supervisor_legs import command_of, leg_of

__all__ = [
    "DEADLINE_MS", "FIELD", "KEPT", "LONGEST_PURPOSE", "Request", "command_of", "decode", "encode", "leg_of", "new_id",
]  # fmt: skip

DEADLINE_MS: Final = 5_000
KEPT: Final = 1_000
FIELD: Final = b"c"
"""The one field of an entry, holding the request as MessagePack."""

LONGEST_PURPOSE: Final = 200


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`id`: 16 hexadecimal digits, made by the gateway; the supervisor's leg is `fw-<id>`. `account`, `session`, `address`: who
    asks (`Actor.account_id`, `.session`, `.address`). `visit`: the contact as the person saw it (`switch/boot/call/visit`, or the
    key of an agent's own call), so that no other call is meant by the time it is executed. `opened`: the session that is to be
    changed or stopped. `queue`: where to move, add, pause. `value`: pause reason, penalty, or what to follow (`none`, `caller`,
    `agent`). `ticket`: digest of what the browser must show to hear it. `is_sure`: the second confirmation was given. Times:
    epoch, ms."""

    id: str
    kind: CommandKind
    switch: str
    account: str
    session: str
    address: str
    asked_at_ms: int
    agent: str = ""
    visit: str = ""
    opened: str = ""
    mode: MonitorMode | None = None
    via: Via = "phone"
    queue: str = ""
    value: str = ""
    purpose: str = ""
    ticket: str = ""
    is_sure: bool = False

    @property
    def deadline_ms(self) -> int:
        """After it the request is expired, whatever it is."""
        return self.asked_at_ms + DEADLINE_MS


def new_id() -> str:
    """Of a command. It begins with a letter: sixteen digits would be masked in the audit log as somebody's number."""
    return "f" + secrets.token_hex(8)[1:]


_decoder = msgspec.msgpack.Decoder(Request)


def encode(request: Request) -> bytes:
    """As it stands in the stream."""
    return msgspec.msgpack.encode(request)


def decode(body: bytes) -> Request | None:
    """None for what is no request of ours."""
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None
