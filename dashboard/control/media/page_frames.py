"""The texts between a supervisor's page and the sound's server; docs/sound.md has them. Sound itself is binary."""

from __future__ import annotations

from typing import Final

import msgspec

from collectors.events import MonitorMode
from dashboard.supervision.reasons import Reason

RATE: Final = 16_000
LONGEST_BYTES: Final = 1_024
"""Of any message of a page; a frame of sound has 640."""

NOBODY: Final = 4401
"""Close code: nobody is known."""

NOT_THIS: Final = 4403
"""Close code: not this sound: a wrong ticket, one that was used, or somebody else's."""

OVER: Final = 1000
UNREADABLE: Final = 1008
RESTARTING: Final = 1012


class Hello(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The page's first frame. `id`: of the command, as the gateway gave it with the ticket."""

    ticket: str
    id: str


class Heard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many frames of sound the page has had so far."""

    heard: int


_hello: Final = msgspec.json.Decoder(Hello)
_heard: Final = msgspec.json.Decoder(Heard)


def hello(message: str | bytes) -> Hello | None:
    """None for anything else."""
    if not isinstance(message, str):
        return None
    try:
        return _hello.decode(message)
    except (msgspec.DecodeError, RecursionError):
        return None


def heard(text: str) -> int | None:
    """None for anything else."""
    try:
        return _heard.decode(text).heard
    except (msgspec.DecodeError, RecursionError):
        return None


def ready(mode: MonitorMode, *, may_talk: bool) -> str:
    """The leg stands: sound comes from now on."""
    return _text({"t": "ready", "rate": RATE, "mode": mode, "may_talk": may_talk})


def mode_is(mode: MonitorMode, *, may_talk: bool) -> str:
    """What the session is now."""
    return _text({"t": "mode", "mode": mode, "may_talk": may_talk})


def moved(command: str, mode: MonitorMode, *, may_talk: bool) -> str:
    """The same page, the same person, the next call."""
    return _text({"t": "moved", "id": command, "mode": mode, "may_talk": may_talk})


def over(reason: Reason) -> str:
    """The last frame."""
    return _text({"t": "over", "reason": reason.value})


def _text(frame: dict[str, object]) -> str:
    return msgspec.json.encode(frame).decode()
