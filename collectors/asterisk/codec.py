"""Bytes of an AMI link ↔ messages, in both directions, without any I/O.

Invariants:

* **Chunks do not matter.** One big chunk, byte by byte and any cut between give the same messages and then the same fault.
* **One error.** Whatever the bytes are, `feed` and `encode` raise `ProtocolError` or nothing; memory is bounded by `Limits`.
* **A value is never framing.** The first line of a link decides its line end. On a CRLF link, which a switch's always is, a lone
  LF inside a value stays a character of that value; nothing is ever sent that holds CR, LF or NUL.
* **Unwanted events cost their first line only**: they are dropped by name before anything is built, and a wanted message finds
  each header when it is asked for, because a translator reads five of the thirty that a message has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from collectors.asterisk.actions import READING, ActionTable

BANNER = b"Asterisk Call Manager"
MAX_SENT_LINE_BYTES = 1024
"""With its line end. A longer line makes the switch refuse the whole message."""
MAX_SENT_HEADERS = 128

_KNOWN_HEADS = 1024
_SLACK = len(b"\r\n\r")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_FORBIDDEN = re.compile(r"[\r\n\0]")
_ESCAPE = re.compile(r"\\([abfnrtv\\'\"?])")
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class ProtocolError(Exception):
    """The bytes are no AMI, or what should be sent would not be one message. One sentence, fit for a person."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message may take. A link that sends more is broken or hostile and ends with `ProtocolError`."""

    line_bytes: int = 65_536
    message_bytes: int = 262_144
    headers: int = 4_096


class _Needles(dict[str, tuple[str, int]]):
    def __missing__(self, key: str) -> tuple[str, int]:
        needle = f"\r\n{key}:"
        found = (needle, len(needle))
        if len(self) < _KNOWN_HEADS:
            self[key] = found
        return found


_needles = _Needles()


class Message:
    """One message of a link. Keys are as sent, case matters; a repeated key's first value is the one that `get` gives.

    A line is split at its first colon and one space after it is dropped; a line without a colon is a key with an empty value.
    Invalid UTF-8 is U+FFFD. Values are raw: caller names are still C-escaped, see `unescape`.
    """

    __slots__ = ("_text", "event")

    def __init__(self, body: bytes, event: str = "") -> None:
        """`body`: the lines of one message, between CRLFs, without the empty line. `event`: its name where already known."""
        self._text = f"\r\n{body.decode('utf-8', 'replace')}\r\n"
        self.event = event or self.get("Event")
        """The event's name, or "" for a response. A message with both (`OriginateResponse`) is an event."""

    @classmethod
    def of(cls, headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> Message:
        """The message that holds these headers, in this order."""
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        return cls("\r\n".join(f"{key}: {value}" for key, value in pairs).encode("utf-8", "replace"))

    def get(self, key: str, default: str = "") -> str:
        """The first value of `key`, or `default` where the message has no such key. An empty value is ""."""
        text = self._text
        needle, width = _needles[key]
        start = text.find(needle)
        if start < 0:
            return default
        start += width
        if text[start] == " ":
            start += 1
        return text[start : text.find("\r\n", start)]

    @property
    def response(self) -> str:
        """`Success`, `Error`, `Goodbye` …, or "" where it has none."""
        return self.get("Response")

    @property
    def action_id(self) -> str:
        """The `ActionID`, or "". On an event it may be anybody's: that alone makes it no list item of ours."""
        return self.get("ActionID")

    @property
    def items(self) -> list[tuple[str, str]]:
        """All (key, value) in order, repeated keys kept."""
        pairs = (line.partition(":") for line in self._text[2:-2].split("\r\n"))
        return [(key, value.removeprefix(" ")) for key, _, value in pairs]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"Message({self.items!r})"


class Decoder:
    """Bytes → messages. `wanted`: the only events to build (None: all of them); responses are always built.

    `wanted` must hold the names of list items too, which a switch sends as events. `banner` is the switch's greeting, `None`
    until it came, and stays so where the first line (`has_begun`) was another. `skipped` counts the events that were dropped by
    name. `fault` is what ended the link, see `feed`.
    """

    __slots__ = ("_crlf", "_heads", "_limits", "_rest", "_small", "_wanted", "banner", "fault", "skipped")

    def __init__(self, wanted: frozenset[str] | None = None, limits: Limits | None = None) -> None:
        self._wanted = wanted
        self._limits = limits or Limits()
        self._small = min(self._limits.line_bytes, self._limits.message_bytes, self._limits.headers)
        self._heads: dict[bytes, str | None] = {}
        self._crlf: bool | None = None
        self._rest = b""
        self.fault: ProtocolError | None = None
        self.banner: str | None = None
        self.skipped = 0

    @property
    def has_begun(self) -> bool:
        """Whether the first line came."""
        return self._crlf is not None

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are complete with `data`, in order.

        Raises ProtocolError at bytes beyond the limits. Messages that were complete before them are given first; the error
        then comes with the next call (`feed(b"")` will do), and with every one after it.
        """
        if self.fault is not None:
            raise self.fault
        buffer = self._rest + data if self._rest else data
        messages: list[Message] = []
        try:
            if self._crlf is None:
                buffer = self._begin(buffer)
            if self._crlf is not None:
                buffer = self._take(buffer, messages)
            if len(buffer) > self._small:
                self._check(buffer, slack=_SLACK)
            self._rest = buffer
        except ProtocolError as fault:
            self.fault, self._rest = fault, b""
            if not messages:
                raise
        return messages

    def _begin(self, buffer: bytes) -> bytes:
        """Read the first line: it decides the line end, and may be the banner."""
        line, newline, after = buffer.partition(b"\n")
        if not newline:
            return buffer
        if len(line) > self._small:
            self._check(line, slack=_SLACK)
        self._crlf = line.endswith(b"\r")
        if not line.startswith(BANNER):
            return buffer
        self.banner = line.rstrip(b"\r").decode("utf-8", "replace")
        return after

    def _take(self, buffer: bytes, messages: list[Message]) -> bytes:
        """Append the complete messages of `buffer`, return what is left of it."""
        bodies = buffer.split(b"\r\n\r\n") if self._crlf else _BLANK_LINE.split(buffer)
        rest = bodies.pop()
        heads, small = self._heads, self._small
        for body in bodies if self._crlf else map(_with_crlf, bodies):
            if len(body) > small:
                self._check(body + b"\r")
            end = body.find(b"\r\n")
            try:
                event = heads[body[:end]] if end > 0 else ""
            except KeyError:
                event = self._learn(body[:end])
            if event:
                messages.append(Message(body, event))
            elif event is None:
                self.skipped += 1
            else:
                self._take_odd(body, messages)
        return rest

    def _learn(self, head: bytes) -> str | None:
        """The event's name by a message's first line; None: not wanted; "": that line does not tell."""
        name = ""
        if head.startswith(b"Event: "):
            name = head[7:].decode("utf-8", "replace")
        known = name if not name or self._wanted is None or name in self._wanted else None
        if len(self._heads) < _KNOWN_HEADS:
            self._heads[head] = known
        return known

    def _take_odd(self, body: bytes, messages: list[Message]) -> None:
        """A message whose first line is no event's: a response, one line only, or empty lines before it."""
        while body.startswith(b"\r\n"):
            body = body[2:]
        if not body:
            return
        message = Message(body)
        if message.event and self._wanted is not None and message.event not in self._wanted:
            self.skipped += 1
        else:
            messages.append(message)

    def _check(self, body: bytes, slack: int = 0) -> None:
        """Raise ProtocolError where `body` is beyond the limits.

        `body` is what is left so far, of which up to `slack` bytes may belong to the blank line, or a whole message and the
        CR of its last line: so both are refused at the same sizes, whatever the chunks.
        """
        limits = self._limits
        if len(body) > limits.message_bytes + (slack or 1):
            raise ProtocolError(f"The switch sent a message of more than {limits.message_bytes} bytes.")
        if max(map(len, body.split(b"\n"))) > limits.line_bytes + 1:
            raise ProtocolError(f"The switch sent a line of more than {limits.line_bytes} bytes.")
        if not slack and body.count(b"\n") >= limits.headers:
            raise ProtocolError(f"The switch sent a message of more than {limits.headers} lines.")


def _with_crlf(body: bytes) -> bytes:
    """A body with LF line ends, or a mixture, with CRLF between its lines."""
    return (body + b"\n").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")[:-2]


def encode(
    action: str, headers: Mapping[str, str] | Iterable[tuple[str, str]] = (), table: ActionTable = READING
) -> bytes:
    """One action as the bytes of one message, or ProtocolError: never two messages, never what `table` does not hold."""
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    _check_allowed(action, pairs, table)
    if len(pairs) >= MAX_SENT_HEADERS:
        raise ProtocolError(f"The action {action} has more than {MAX_SENT_HEADERS} headers.")
    return b"".join([_line("Action", action), *(_line(key, value) for key, value in pairs), b"\r\n"])


def _check_allowed(action: str, pairs: list[tuple[str, str]], table: ActionTable) -> None:
    allowed = table.keys.get(action)
    if allowed is None:
        raise ProtocolError(f"The action {action!r} is not one that may be sent.")
    seen: set[str] = set()
    for key, value in pairs:
        if key not in allowed and key != "ActionID":
            raise ProtocolError(f"The action {action} may not carry the key {key!r}.")
        if key in seen and (action, key) not in table.repeated:
            raise ProtocolError(f"The action {action} may carry the key {key!r} once only.")
        pattern = table.values.get((action, key))
        if pattern is not None and pattern.fullmatch(value) is None:
            raise ProtocolError(f"The value of {key} is not one that the action {action} may carry.")
        seen.add(key)
    for key in sorted(table.needed.get(action, frozenset()) - seen):
        raise ProtocolError(f"The action {action} is not sent without the key {key!r}.")


def _line(key: str, value: str) -> bytes:
    if _FORBIDDEN.search(value):
        raise ProtocolError(f"The value of {key} holds CR, LF or NUL and is not sent.")
    try:
        line = f"{key}: {value}\r\n".encode()
    except UnicodeEncodeError:
        raise ProtocolError(f"The value of {key} holds half a surrogate pair and is not sent.") from None
    if len(line) > MAX_SENT_LINE_BYTES:
        raise ProtocolError(f"The value of {key} makes a line of more than {MAX_SENT_LINE_BYTES} bytes.")
    return line


def unescape(text: str) -> str:
    r"""A caller name or variable as it was before the switch C-escaped it once (``O\'Brien`` → ``O'Brien``).

    Unknown escapes and a backslash at the end (names are cut at 79 bytes) stay as they are.
    """
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)
