"""What Asterisk's chan_websocket says and takes beside sound: JSON texts (`f(json)`), both ways. Pure.

What comes is hostile: whatever is not one of the few messages that mean something to us is None, and nothing here raises.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

FORMAT: Final = "slin16"
"""16 bit little endian, mono, 16,000 samples/s."""

FRAME_MS: Final = 20
FRAME_BYTES: Final = 640
SUBPROTOCOL: Final = "media"

Direction = Literal["in", "out", "both"]
"""As seen by us: in: we only hear."""


class Started(msgspec.Struct, frozen=True, tag="MEDIA_START", tag_field="event"):
    """The first message of a connection. `channel_id`: unique id of the leg."""

    channel_id: str
    format: str
    optimal_frame_size: int
    ptime: int = FRAME_MS

    @property
    def is_as_agreed(self) -> bool:
        """Whether its frames are ours."""
        return (self.format, self.optimal_frame_size, self.ptime) == (FORMAT, FRAME_BYTES, FRAME_MS)


class Full(msgspec.Struct, frozen=True, tag="MEDIA_XOFF", tag_field="event"):
    """The switch has more sound of ours than it wants: stop."""


class HasRoom(msgspec.Struct, frozen=True, tag="MEDIA_XON", tag_field="event"):
    """Go on."""


Message = Started | Full | HasRoom

_decoder: Final[msgspec.json.Decoder[Message]] = msgspec.json.Decoder(Message)


def decode(text: str) -> Message | None:
    """None for everything that needs no answer, and for what is no message at all."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None


def direction(wanted: Direction) -> str:
    """Which sound passes the switch's end of the connection."""
    return _command("SET_MEDIA_DIRECTION", direction=wanted)


def flush() -> str:
    """What the switch has of ours and has not played yet is thrown away."""
    return _command("FLUSH_MEDIA")


def hang_up() -> str:
    """The leg ends."""
    return _command("HANGUP")


def _command(name: str, **values: str) -> str:
    return msgspec.json.encode({"command": name, **values}).decode()
