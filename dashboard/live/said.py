"""What screens may say. All of it is hostile: small, text, JSON, one of six shapes, else `Refused` with the code that closes the socket.

What a frame asks for is somebody else's to judge; here only its shape is: every text has a bounded length, and ids hold no control
characters, so that nothing which could be a second line ever goes on.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from collectors.events import CommandKind, MonitorMode, Via
from dashboard.live.frames import BAD_TEXT, POLICY, UNSUPPORTED, Refused

FRAME_LIMIT_BYTES: Final = 4_096
"""Largest frame that a screen may send (`websockets` closes with 1009 above it): a message of 300 characters of four bytes fits, to a
hundred agents."""

LONGEST_BOARD: Final = 70
"""`draft:` and 64 characters."""

LONGEST_RELEASE: Final = 64

_PLAIN: Final = r"\A[^\x00-\x1f\x7f]*\Z"
Ref = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
SwitchId = Annotated[str, msgspec.Meta(max_length=200, pattern=_PLAIN)]
VisitKey = Annotated[str, msgspec.Meta(max_length=300, pattern=_PLAIN)]
CommandId = Annotated[str, msgspec.Meta(pattern=r"\A([0-9a-f]{16})?\Z")]
Purpose = Annotated[str, msgspec.Meta(max_length=200)]
MessageText = Annotated[str, msgspec.Meta(max_length=300)]
MessageId = Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern=r"\A[0-9A-Za-z-]*\Z")]


class Hello(msgspec.Struct, frozen=True):
    """A screen asks for a board. `seq`: the last one it has of it. `gzip`: it takes big snapshots compressed.
    `release`: of the page. `restarts`: how often its watchdog has loaded it anew since yesterday."""

    board: str
    seq: int = 0
    gzip: bool = False
    release: str = ""
    restarts: int = 0


class Ack(msgspec.Struct, frozen=True):
    """The last `seq` that a screen has drawn."""

    ack: int


class Wanted(msgspec.Struct, frozen=True):
    """Whose number: a waiting caller's (`visit`: id of the row) or that of an agent's contact (`agent`: id of the row).
    `number`: as the row shows it, so that the number of another call that came meanwhile is not told."""

    reason: str
    number: str
    visit: str = ""
    agent: str = ""


class Reveal(msgspec.Struct, frozen=True):
    """Somebody asks for a whole number."""

    reveal: Wanted


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked of a switch; which fields belong to which kind is `command_fields.FIELDS`'s to say. `ref`: the page's own mark for the
    answer. `agent`: row id. `visit`: as the row shows it. `opened`: the command that opened the session that it is about. `sure`: the
    second confirmation."""

    ref: Ref
    kind: CommandKind
    agent: SwitchId = ""
    visit: VisitKey = ""
    opened: CommandId = ""
    mode: MonitorMode | None = None
    via: Via = "phone"
    queue: SwitchId = ""
    value: SwitchId = ""
    purpose: Purpose = ""
    sure: bool = False


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody asks something of a switch."""

    command: Wish


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What agents are told, on their own pages."""

    ref: Ref
    agents: Annotated[tuple[SwitchId, ...], msgspec.Meta(min_length=1, max_length=100)]
    text: MessageText


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody writes to agents."""

    message: Words


class Read(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An agent has read a message."""

    read: MessageId


Said = Hello | Ack | Reveal | Command | Message | Read

_SHAPES: Final[dict[str, type[Ack | Reveal | Command | Message | Read]]] = {
    "ack": Ack,
    "reveal": Reveal,
    "command": Command,
    "message": Message,
    "read": Read,
}
"""By the field that only this shape has; what has none of them is a hello."""

_fields: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read(message: str | bytes) -> Said:
    """What a screen said. Raises `Refused`."""
    if isinstance(message, bytes):
        raise Refused(UNSUPPORTED, "Send text frames, not binary ones.")
    try:
        fields = _fields.decode(message)
        shape: type[Said] = next((shape for name, shape in _SHAPES.items() if name in fields), Hello)
        found = msgspec.json.decode(message, type=shape)
    except msgspec.ValidationError:
        raise Refused(POLICY, 'Send {"board":id,"seq":n}, {"ack":n} or another frame of the live protocol.') from None
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise Refused(BAD_TEXT, "This frame is not valid JSON.") from None
    if isinstance(found, Hello) and (len(found.board) > LONGEST_BOARD or len(found.release) > LONGEST_RELEASE):
        raise Refused(POLICY, f"A board's id has at most {LONGEST_BOARD} characters, a release {LONGEST_RELEASE}.")
    return found
