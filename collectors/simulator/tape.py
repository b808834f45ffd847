"""A recording as something to play: what each connection received, when, cut into live pieces and the recorder's own replies.

Invariants: the live pieces of a connection, joined, are its bytes without the banner, the recorder's login and the recorder's
replies and lists; a piece's time is the arrival of its last byte; a tail without an end is a piece like any other.
"""

from __future__ import annotations

import gzip
import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .config import SimulatorError
from .requests import Request, Requests

END = b"\r\n\r\n"
Key = tuple[str, frozenset[tuple[str, str]]]
"""An action and its filters: what decides which recorded reply may answer it."""


@dataclass(slots=True)
class Reply:
    """The recorder's reply to one of its actions: `data` still has the recorder's `action_id` in it."""

    at: float
    key: Key
    action_id: bytes
    data: bytes

    def for_id(self, action_id: str) -> bytes:
        """The same reply, as if `action_id` had asked."""
        mine = f"ActionID: {action_id}\r\n".encode() if action_id else b""
        return self.data.replace(b"ActionID: " + self.action_id + b"\r\n", mine)


@dataclass(slots=True)
class Piece:
    """Live bytes: whole messages, or the recording's unfinished end. `kind`: the class of who may read it, "" for anybody."""

    at: float
    data: bytes
    kind: str = ""


@dataclass(slots=True)
class Tape:
    """One connection, from `first` to `last` (epoch s)."""

    first: float
    last: float
    booted: bytes = b""
    items: list[Piece | Reply] = field(default_factory=list)

    def replies(self, key: Key) -> list[Reply]:
        return [item for item in self.items if isinstance(item, Reply) and item.key == key]


def key_of(request: Request) -> Key:
    """An action's key: its name and whatever else it says but its ActionID."""
    rest = frozenset((name, value) for name, value in request.headers if name not in {"action", "actionid"})
    return request.action.lower(), rest


def tapes(directory: Path) -> list[Tape]:
    """All connections of a recording, in order. SimulatorError when it is none."""
    try:
        spans = json.loads((directory / "connections.json").read_text(encoding="utf-8"))
        sent = [json.loads(line) for line in (directory / "ami-sent.jsonl").read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise SimulatorError(f"{directory} is no recording: {error}.") from None
    return [_tape(directory, span, [row for row in sent if row["conn"] == span["connection"]]) for span in spans]


def _tape(directory: Path, span: dict[str, float], sent: list[dict[str, str]]) -> Tape:
    number = int(span["connection"])
    try:
        data = gzip.decompress((directory / f"ami-{number}.raw.gz").read_bytes())
        runs = gzip.decompress((directory / f"ami-{number}.arrival.tsv.gz").read_bytes()).decode().split("\n")
    except (OSError, EOFError) as error:
        raise SimulatorError(f"{directory}: connection {number} cannot be read: {error}.") from None
    arrivals = [(int(offset), float(at)) for offset, at in (line.split("\t") for line in runs if line)]
    tape = Tape(span["first"], span["last"])
    asked = {request.get("ActionID").encode(): key_of(request) for request in _requests(sent)}
    _fill(tape, data, arrivals, asked)
    return tape


def _requests(sent: list[dict[str, str]]) -> Iterator[Request]:
    for row in sent:
        yield from Requests().feed(row["text"].encode())


def _fill(tape: Tape, data: bytes, arrivals: list[tuple[int, float]], asked: dict[bytes, Key]) -> None:
    offsets = [offset for offset, _ in arrivals]
    open_replies: dict[bytes, Reply] = {}
    for start, end in _messages(data):
        message = data[start:end]
        at = arrivals[max(0, bisect_right(offsets, end - 1) - 1)][1]
        action_id = _header(message, b"ActionID")
        if action_id in asked and _is_reply(message):
            if asked[action_id][0] == "login":
                continue
            reply = open_replies.get(action_id)
            if reply is None:
                reply = open_replies[action_id] = Reply(at, asked[action_id], action_id, b"")
                tape.items.append(reply)
            reply.data += message
        elif message.startswith(b"Event: FullyBooted\r\n") and not tape.booted and b"Timestamp: " not in message:
            tape.booted = message
        else:
            privilege = _header(message, b"Privilege") if message.startswith(b"Event: ") else b""
            tape.items.append(Piece(at, message, privilege.partition(b",")[0].decode("ascii", "replace")))


def _messages(data: bytes) -> Iterator[tuple[int, int]]:
    """Where each message begins and ends, its empty lines included; the banner's line is left out."""
    start = data.find(b"\r\n") + 2 if data.startswith(b"Asterisk Call Manager/") else 0
    while start < len(data):
        end = data.find(END, start)
        end = len(data) if end < 0 else end + len(END)
        while data.startswith(b"\r\n", end):
            end += 2
        yield start, end
        start = end


def _is_reply(message: bytes) -> bool:
    return not message.startswith((b"Event: OriginateResponse\r\n", b"Event: UserEvent\r\n"))


def _header(message: bytes, name: bytes) -> bytes:
    start = message.find(b"\r\n" + name + b": ")
    if start < 0:
        return b""
    start += len(name) + 4
    return message[start : message.find(b"\r\n", start)]
