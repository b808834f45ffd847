"""Frames of the live protocol: bytes that go to screens, and what screens may say.

Outgoing frames are encoded once per view and tick. Incoming frames are hostile: small, text, JSON, one of three shapes, else
`Refused` with the code that closes the socket.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from dashboard.live.values import Patch, Rows, View
from dashboard.live.visitor import Orders

FRAME_LIMIT_BYTES = 1_024
"""Largest frame that a screen may send (`websockets` closes with 1009 above it)."""

LONGEST_BOARD = 70
"""`draft:` and 64 characters."""

LONGEST_RELEASE = 64

BAD_TEXT = 1007
POLICY = 1008
UNSUPPORTED = 1003
NOBODY = 4401
NOT_ALLOWED = 4403
BEHIND = 4008
"""Close codes: not JSON, not a frame of this protocol, binary, nobody known (any more), known but not this, 30 s behind."""

ErrorCode = Literal[
    "unknown_board", "starting", "overloaded", "denied", "gone", "reason_missing", "audit_unavailable", "throttled"
]
LinkState = Literal["live", "lost", "resync", "never"]


class Refused(Exception):  # noqa: N818 — the field's word: a screen that is refused
    """An incoming frame breaks the protocol; `code` closes the socket, `reason` is one sentence."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


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


class LinkLine(msgspec.Struct, frozen=True):
    """One switch link, as screens see it. `alive_at`: its last sign of life; `since`: when this state began."""

    switch: str
    state: LinkState
    alive_at: int | None
    since: int | None
    reason: str | None
    skew_ms: int | None


class _Snapshot(msgspec.Struct, frozen=True, tag_field="t", tag="snapshot"):
    board: str
    release: str
    revision: int
    seq: int
    at: int
    position: str
    view: View
    names: dict[str, Any]
    links: list[LinkLine]


class _Patch(msgspec.Struct, frozen=True, tag_field="t", tag="patch"):
    seq: int
    at: int
    position: str
    view: Patch


class _Beat(msgspec.Struct, frozen=True, tag_field="t", tag="beat"):
    at: int
    release: str
    links: list[LinkLine]
    lag_ms: int | None


class _Order(msgspec.Struct, frozen=True, tag_field="t", tag="order"):
    at: int
    board: str
    lang: str
    theme: str
    blank: bool
    reload_at: int


class _Revealed(msgspec.Struct, frozen=True, tag_field="t", tag="revealed", omit_defaults=True):
    at: int
    number: str
    visit: str = ""
    agent: str = ""


class Told(msgspec.Struct, frozen=True):
    """One announcement as a screen is told it. `until`: epoch, ms."""

    id: str
    form: Literal["ticker", "banner", "full"]
    text: str
    priority: Literal["normal", "high"]
    until: int
    seconds: int


class _Announce(msgspec.Struct, frozen=True, tag_field="t", tag="announce"):
    at: int
    messages: tuple[Told, ...]


class _Error(msgspec.Struct, frozen=True, tag_field="t", tag="error"):
    code: ErrorCode
    at: int


def _plain(value: object) -> object:
    if isinstance(value, Rows):
        return {"rows": list(value)}
    raise NotImplementedError(type(value))


_encoder = msgspec.json.Encoder(enc_hook=_plain)
_incoming = msgspec.json.Decoder(dict[str, msgspec.Raw])


def plain_json(value: object) -> bytes:
    """Any value, view or patch of this protocol as JSON."""
    return _encoder.encode(value)


def snapshot(
    *,
    board: str,
    release: str,
    revision: int,
    seq: int,
    at_ms: int,
    position: str,
    view: View,
    names: dict[str, Any],
    links: list[LinkLine],
) -> bytes:
    """The whole view. `revision`: of the board; 0 for a shipped one, of a draft its version. `links`: as the next heartbeat will
    tell them, so that a screen knows from its first picture on whether it is live."""
    return _encoder.encode(_Snapshot(board, release, revision, seq, at_ms, position, view, names, links))


def patch(*, seq: int, at_ms: int, position: str, changes: Patch) -> bytes:
    """What changed since `seq - 1`."""
    return _encoder.encode(_Patch(seq, at_ms, position, changes))


def beat(*, at_ms: int, release: str, links: list[LinkLine], lag_ms: int | None) -> bytes:
    """The sign of life of gateway and links. `lag_ms`: age of the newest stream entry when it was folded."""
    return _encoder.encode(_Beat(at_ms, release, links, lag_ms))


def error(code: ErrorCode, at_ms: int) -> bytes:
    """A word; the screen has the sentence."""
    return _encoder.encode(_Error(code, at_ms))


def order(orders: Orders, at_ms: int) -> bytes:
    """How a paired screen should look."""
    return _encoder.encode(_Order(at_ms, orders.board, orders.lang, orders.theme, orders.is_blank, orders.reload_at_ms))


def announce(messages: tuple[Told, ...], at_ms: int) -> bytes:
    """Everything that people have to say on one paired screen now."""
    return _encoder.encode(_Announce(at_ms, messages))


def revealed(wanted: Wanted, number: str, at_ms: int) -> bytes:
    """A whole number, for one person, once."""
    return _encoder.encode(_Revealed(at_ms, number, wanted.visit, wanted.agent))


def read(message: str | bytes) -> Hello | Ack | Reveal:
    """What a screen said. Raises `Refused`."""
    if isinstance(message, bytes):
        raise Refused(UNSUPPORTED, "Send text frames, not binary ones.")
    try:
        fields = _incoming.decode(message)
        shape: type[Hello | Ack | Reveal] = Ack if "ack" in fields else Reveal if "reveal" in fields else Hello
        found = msgspec.json.decode(message, type=shape)
    except msgspec.ValidationError:
        raise Refused(POLICY, 'Send {"board":id,"seq":n}, {"ack":n} or {"reveal":{…}}.') from None
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise Refused(BAD_TEXT, "This frame is not valid JSON.") from None
    if isinstance(found, Hello) and (len(found.board) > LONGEST_BOARD or len(found.release) > LONGEST_RELEASE):
        raise Refused(POLICY, f"A board's id has at most {LONGEST_BOARD} characters, a release {LONGEST_RELEASE}.")
    return found
