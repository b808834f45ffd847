"""Frames of the live protocol: the bytes that go to screens, encoded once for all who get them, and the codes that close sockets.

What screens may say is in `dashboard.live.said`.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from collectors.events import CommandKind, CommandState, MonitorMode, Via
from collectors.supervisor_legs import command_of
from dashboard.floor.state import Command
from dashboard.live.values import Patch, Rows, View
from dashboard.live.visitor import Orders
from dashboard.supervision.commands import Request
from dashboard.supervision.reasons import Reason

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


class _Requested(msgspec.Struct, frozen=True, tag_field="t", tag="command"):
    ref: int
    state: Literal["requested"]
    at: int
    id: str
    ticket: str | None


class _NotRequested(msgspec.Struct, frozen=True, tag_field="t", tag="command"):
    ref: int
    state: Literal["refused", "failed"]
    at: int
    reason: str
    id: str | None


class _CommandNow(msgspec.Struct, frozen=True, tag_field="t", tag="command"):
    """How far a command is, for who asked it. `session`: id of the command that opened the session that it is about; None where
    it is about none. `since`: of this state; `ends_at`: when a session must end."""

    id: str
    kind: CommandKind
    state: CommandState
    reason: str
    switch: str
    agent: str | None
    queue: str | None
    visit: str | None
    session: str | None
    mode: MonitorMode | None
    via: Via | None
    since: int
    ends_at: int | None
    at: int


class _Written(msgspec.Struct, frozen=True, tag_field="t", tag="message"):
    ref: int
    state: Literal["sent", "refused"]
    at: int
    ids: list[str]
    reason: str


class _Error(msgspec.Struct, frozen=True, tag_field="t", tag="error"):
    code: ErrorCode
    at: int


def _plain(value: object) -> object:
    if isinstance(value, Rows):
        return {"rows": list(value)}
    raise NotImplementedError(type(value))


_encoder = msgspec.json.Encoder(enc_hook=_plain)


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


def revealed(number: str, at_ms: int, *, visit: str, agent: str) -> bytes:
    """A whole number, for one person, once."""
    return _encoder.encode(_Revealed(at_ms, number, visit, agent))


def command_now(command: Command, at_ms: int) -> bytes:
    """How far a command is."""
    told = command.told
    opened = command_of(told.session) if told.session else None
    return _encoder.encode(
        _CommandNow(
            told.command,
            told.kind,
            told.state,
            told.reason,
            told.switch,
            told.agent,
            told.queue,
            told.visit,
            opened,
            told.mode,
            told.via,
            command.at_ms,
            told.ends_at_ms,
            at_ms,
        )
    )


def command_untold(request: Request, reason: Reason, at_ms: int) -> bytes:
    """Nobody took a command before its deadline."""
    about = (request.agent or None, request.queue or None, request.visit or None, request.opened or None)
    return _encoder.encode(
        _CommandNow(
            request.id,
            request.kind,
            "expired",
            reason,
            request.switch,
            *about,
            request.mode,
            request.via,
            request.deadline_ms,
            None,
            at_ms,
        )
    )


def requested(ref: int, command: str, ticket: str | None, at_ms: int) -> bytes:
    """A command is on its way. `ticket`: what the browser shows to hear it; told to this socket alone."""
    return _encoder.encode(_Requested(ref, "requested", at_ms, command, ticket))


def not_requested(ref: int, reason: Reason, at_ms: int, command: str | None = None) -> bytes:
    """A command is not on its way. `command`: its id, where it may have got through all the same."""
    state: Literal["refused", "failed"] = "refused" if command is None else "failed"
    return _encoder.encode(_NotRequested(ref, state, at_ms, reason, command))


def written(ref: int, messages: list[str], at_ms: int) -> bytes:
    """The agents were written to, a message each."""
    return _encoder.encode(_Written(ref, "sent", at_ms, messages, ""))


def not_written(ref: int, reason: Reason, at_ms: int) -> bytes:
    """Nobody was written to."""
    return _encoder.encode(_Written(ref, "refused", at_ms, [], reason))
