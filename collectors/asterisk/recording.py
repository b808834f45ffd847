"""A recording of a switch → the stream that a collector would have written of it, offline and by the recording's own times.

A recording is a directory: `ami-N.raw.gz` (the bytes that connection N received), `ami-N.arrival.tsv.gz` (byte offset and time of
each run of bytes), `ami-sent.jsonl` (what was sent, so that replies are known by their ActionID), and perhaps `queue_log`. Between two
connections the collector was away: the link is lost there, the next connection resyncs from the recorder's own lists, and the
hole is filled from the log.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from collectors.asterisk.codec import Decoder, Message, ProtocolError
from collectors.asterisk.queue_log import QueueLogLine, parse
from collectors.asterisk.tables import WANTED_EVENTS
from collectors.asterisk.translate import Translator
from collectors.events import Entry, Fact, SourceAlive

_LIST_ACTIONS = frozenset({"QueueStatus", "CoreShowChannels"})
_LIST_ENDS = frozenset({"QueueStatusComplete", "CoreShowChannelsComplete"})
_TICK_MS = 1_000
_SETTLED_MS = 5_000
"""After the last byte: time enough for all that time alone decides."""


class RecordingError(Exception):
    """The directory is no recording, or cannot be read. One sentence that names the file and the remedy."""


@dataclass(frozen=True, slots=True)
class Action:
    """What was sent under one ActionID."""

    name: str
    at_ms: int
    is_whole: bool
    """It asked for everything, not for one queue or one member."""


@dataclass(slots=True)
class Connection:
    """What one connection received, and when."""

    number: int
    raw: bytes
    runs: list[tuple[int, int]]
    """(offset, ms) of each run of bytes, rising."""
    actions: dict[str, Action] = field(default_factory=dict)

    @property
    def last_ms(self) -> int:
        return self.runs[-1][1] if self.runs else 0

    def chunks(self) -> Iterator[tuple[int, bytes]]:
        """(ms, bytes) in order."""
        ends = [*(offset for offset, _ in self.runs[1:]), len(self.raw)]
        for (offset, at_ms), end in zip(self.runs, ends, strict=True):
            if end > offset:
                yield at_ms, self.raw[offset:end]


def connections(directory: Path) -> list[Connection]:
    """All connections of a recording, in order of time. Raises RecordingError."""
    if not directory.is_dir():
        raise RecordingError(f"There is no recording at {directory}: it is not a directory.")
    numbers = sorted(int(path.name[4:-7]) for path in directory.glob("ami-*.raw.gz") if path.name[4:-7].isdigit())
    if not numbers:
        raise RecordingError(f"There is no recording in {directory}: it holds no ami-1.raw.gz.")
    sent = _read_sent(directory / "ami-sent.jsonl")
    found = [_read_connection(directory, number, sent.get(number, {})) for number in numbers]
    return sorted((one for one in found if one.runs), key=lambda one: one.runs[0][1])


def _unpacked(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise RecordingError(f"The recording lacks {path}.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise RecordingError(f"{path} cannot be unpacked ({error}): copy the recording again.") from None


def _read_connection(directory: Path, number: int, actions: dict[str, Action]) -> Connection:
    raw = _unpacked(directory / f"ami-{number}.raw.gz")
    path = directory / f"ami-{number}.arrival.tsv.gz"
    runs: list[tuple[int, int]] = []
    try:
        for line in _unpacked(path).splitlines():
            offset, second = line.split(b"\t")
            runs.append((int(offset), round(float(second) * 1000)))
    except ValueError:
        raise RecordingError(f"{path} holds a line that is not an offset and a time.") from None
    if any(later <= earlier for (earlier, _), (later, _) in pairwise(runs)) or (runs and runs[0][0] != 0):
        raise RecordingError(f"{path} does not rise from offset 0.")
    return Connection(number, raw, [run for run in runs if run[0] < len(raw)], actions)


def _read_sent(path: Path) -> dict[int, dict[str, Action]]:
    sent: dict[int, dict[str, Action]] = {}
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        raise RecordingError(f"The recording lacks {path}: without it no reply is known.") from None
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
            message = Message(record["text"].encode("utf-8").removesuffix(b"\r\n\r\n"))
            is_whole = not (message.get("Queue") or message.get("Member"))
            action = Action(message.get("Action"), round(record["t"] * 1000), is_whole)
            sent.setdefault(record["conn"], {})[message.action_id] = action
        except (ValueError, KeyError, TypeError, AttributeError):
            raise RecordingError(f"{path}, line {number}, is not what was sent to a switch.") from None
    return sent


def log_lines(path: Path) -> list[QueueLogLine]:
    """All lines of a queue_log file. Raises RecordingError."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror}.") from None
    return [line for raw in text.split("\n") if (line := parse(raw)) is not None]


def entries(
    directory: Path,
    *,
    queue_log: bool | Path = True,
    strip: Collection[str] = (),
    every_list: bool = False,
    restarted: bool = False,
    site: str = "recording",
    switch: str = "switch",
    notice: Callable[[str], None] | None = None,
) -> Iterator[Entry]:
    """The stream of a recording.

    `queue_log`: whether to read the recording's, or another file. `strip`: event names to read as if the switch had not sent them.
    `every_list`: take a snapshot of each list that the recorder asked for, not only of the first after a link and of those after a
    reload. `restarted`: the collector was another process on each connection, and had its stream to read. `notice` gets one sentence
    for each thing that is missing but can be done without. Raises RecordingError.
    """
    tell = notice or (lambda _sentence: None)
    found = connections(directory)
    lines: list[QueueLogLine] = []
    if queue_log is not False:
        path = directory / "queue_log" if queue_log is True else queue_log
        if path.exists():
            lines = log_lines(path)
        else:
            tell(f"The recording has no {path}: reasons of callers who left are unknown, holes are not filled.")
    for one in found:
        _check_end(directory, one, tell)
    replay = _Replay(found, lines, frozenset(strip), every_list=every_list)
    written: list[Entry] = []
    if restarted:
        replay.stream = written
    for n, fact in enumerate(replay.facts(), 1):
        entry = Entry(
            site, switch, fact.boot, 1, n, fact.at_ms, fact.event, fact.switch_at_ms, backfilled=fact.backfilled
        )
        if restarted:
            written.append(entry)
        yield entry


def _check_end(directory: Path, one: Connection, tell: Callable[[str], None]) -> None:
    if not one.raw.endswith(b"\r\n\r\n"):
        left = len(one.raw) - one.raw.rfind(b"\r\n\r\n") - 4
        tell(
            f"{directory}/ami-{one.number}.raw.gz ends in the middle of a message: its last {left} bytes are left out."
        )


class _Replay:
    """One pass over a recording."""

    def __init__(
        self, found: list[Connection], lines: list[QueueLogLine], strip: frozenset[str], *, every_list: bool
    ) -> None:
        self.found = found
        self.lines = lines
        self.strip = strip
        self.every_list = every_list
        self.translator = Translator()
        self.stream: list[Entry] | None = None
        """What was written, where each connection is another process's."""
        self.log_lag_ms = 1_000
        """How long after the start of its second a line is read: at its end, so that it was surely written."""
        self._next_line = 0
        self._gap_from_ms: int | None = None
        self._next_tick_ms = 0
        self._items: list[Message] = []
        self._lists_left: set[str] = set()
        self._is_linked = False
        self._wants_lists = False

    def facts(self) -> Iterator[Fact]:
        for one, following in pairwise([*self.found, None]):
            if one is None:
                continue
            yield from self._connection(one)
            if following is not None:
                yield from self._away(one.last_ms)
        if self.found:
            yield from self._until(self.found[-1].last_ms + _SETTLED_MS)
        if self.lines:
            yield from self._until(self._read_ms(self.lines[-1]) + _SETTLED_MS)

    def _connection(self, one: Connection) -> Iterator[Fact]:
        decoder = Decoder(WANTED_EVENTS)
        self._is_linked, self._wants_lists = False, True
        self._items, self._lists_left = [], set()
        for at_ms, chunk in one.chunks():
            yield from self._until(at_ms)
            try:
                messages = decoder.feed(chunk)
            except ProtocolError as error:
                raise RecordingError(f"Connection {one.number} of the recording is no AMI: {error}") from None
            for message in messages:
                yield from self._message(message, at_ms, one.actions)

    def _away(self, at_ms: int) -> Iterator[Fact]:
        """The connection is gone: the link is lost, or the whole process, whose next life reads the stream."""
        self._gap_from_ms = at_ms
        if self.stream is None:
            yield from self.translator.link_lost("closed", at_ms, at_ms)
            return
        self.translator = Translator()
        self.translator.recall(self.stream)
        self._next_line = next((i for i, line in enumerate(self.lines) if self._read_ms(line) > at_ms), len(self.lines))

    def _until(self, at_ms: int) -> Iterator[Fact]:
        """What the clock and the log bring before `at_ms`."""
        translator = self.translator
        while self._next_line < len(self.lines) and self._read_ms(self.lines[self._next_line]) <= at_ms:
            line = self.lines[self._next_line]
            self._next_line += 1
            yield from translator.log_line(line, self._read_ms(line))
        if at_ms >= self._next_tick_ms:
            self._next_tick_ms = at_ms + _TICK_MS
            yield from translator.tick(at_ms)
            if self.lines:
                yield from translator.log_read_up_to(at_ms)

    def _read_ms(self, line: QueueLogLine) -> int:
        return line.at_s * 1000 + self.log_lag_ms

    def _message(self, message: Message, at_ms: int, actions: dict[str, Action]) -> Iterator[Fact]:
        if not message.event:
            action = actions.get(message.action_id)
            if action is not None:
                yield from self._reply(message, action, at_ms)
            return
        action = actions.get(message.action_id) if message.action_id else None
        if action is not None and action.name != "ExtensionStateList":
            if action.name in _LIST_ACTIONS and action.is_whole:
                yield from self._item(message, at_ms)
        elif message.event not in self.strip:
            yield from self.translator.message(message, at_ms)

    def _reply(self, message: Message, action: Action, at_ms: int) -> list[Fact]:
        is_success = message.response == "Success"
        translator = self.translator
        if action.name == "Login" and is_success and not self._is_linked:
            self._is_linked = True
            return translator.linked(at_ms, self._gap_from_ms)
        if action.name == "CoreStatus":
            return translator.booted(message if is_success else None, at_ms)
        if action.name == "Ping" and is_success:
            return [Fact(SourceAlive(), at_ms, None, translator.boot)]
        if action.name == "QueueStatus" and action.is_whole:
            self._begin_lists(action.at_ms)
        return []

    def _begin_lists(self, at_ms: int) -> None:
        if not (self._wants_lists or self.every_list or self.translator.wants_resync):
            return
        self._wants_lists = False
        self._items, self._lists_left = [], set(_LIST_ENDS)
        self.translator.listing(at_ms)

    def _item(self, message: Message, at_ms: int) -> list[Fact]:
        if not self._lists_left:
            return []
        self._items.append(message)
        self._lists_left.discard(message.event)
        return self.translator.snapshot(self._items, at_ms) if not self._lists_left else []
