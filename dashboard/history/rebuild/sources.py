"""Where a rebuild's entries come from. A source gives them in order, knows how far it is, and remembers nothing else.

`state` and `position` belong together while it waits between two groups of entries; a source that resumed both goes on behind them.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from collectors.asterisk.log_facts import LogFacts, Name
from collectors.asterisk.queue_log import QueueLogLine
from collectors.events import Entry
from dashboard.history.rebuild.log_files import LogFiles, Place

Numbered = tuple[str, Entry]
"""A position in the stream ("" where there is none) and the entry there."""


class Source(Protocol):
    """Entries in order."""

    lines: int
    """Lines of a log, or entries of a stream, so far."""

    def groups(self) -> Iterator[list[Entry]]:
        """From where it is to its end; a group may be empty."""

    def done(self) -> tuple[int, int]:
        """How much of how much has been read."""

    def position(self) -> str:
        """Where it is, as text."""

    def state(self) -> bytes:
        """What it remembers there."""


class LogSource:
    """Logs of several switches, merged by their times, as entries of one site. `names`: of the agents, by switch."""

    def __init__(self, site: str, logs: Sequence[LogFiles], names: Mapping[str, Sequence[Name]]) -> None:
        self.lines = 0
        self._site = site
        self._logs = {log.switch: log for log in logs}
        self._facts = {log.switch: LogFacts(names.get(log.switch, ())) for log in logs}
        self._places: dict[str, Place] = {log.switch: (0, 0) for log in logs}
        self._n = 0

    def resume(self, position: str, state: bytes) -> None:
        """Go on where another one was."""
        kept = msgspec.json.decode(position, type=dict[str, Any])
        self.lines, self._n = kept["lines"], kept["n"]
        self._places = {switch: (file, byte) for switch, (file, byte) in kept["places"].items()}
        facts = msgspec.msgpack.decode(state, type=dict[str, bytes])
        self._facts = {switch: LogFacts.restored(packed) for switch, packed in facts.items()}

    def groups(self) -> Iterator[list[Entry]]:
        readers = [self._lines(log) for log in self._logs.values()]
        merged = heapq.merge(*readers, key=lambda found: found[0].at_s) if len(readers) > 1 else readers[0]
        for line, switch, place in merged:
            self.lines += 1
            self._places[switch] = place
            facts = self._facts[switch].line(line)
            first, self._n = self._n + 1, self._n + len(facts)
            yield [
                Entry(self._site, switch, fact.boot, 1, n, fact.at_ms, fact.event)
                for n, fact in enumerate(facts, first)
            ]

    def _lines(self, log: LogFiles) -> Iterator[tuple[QueueLogLine, str, Place]]:
        for line, place in log.lines(self._places[log.switch]):
            yield line, log.switch, place

    def done(self) -> tuple[int, int]:
        logs = self._logs.values()
        return sum(log.bytes_read for log in logs), sum(log.size for log in logs)

    def position(self) -> str:
        return msgspec.json.encode({"lines": self.lines, "n": self._n, "places": self._places}).decode()

    def state(self) -> bytes:
        return msgspec.msgpack.encode({switch: facts.state() for switch, facts in self._facts.items()})

    @property
    def unknown_names(self) -> list[str]:
        """Members of whom nobody knows which interface they were."""
        return sorted(set().union(*(facts.unknown_names for facts in self._facts.values())))


class StreamSource:
    """The stream from `after` on. `read`: the next entries after a position; none: its end."""

    def __init__(self, read: Callable[[str], Sequence[Numbered]], after: str, last: str) -> None:
        self.lines = 0
        self._read = read
        self._at = after
        self._first_ms = 0
        self._last_ms = _ms(last)

    def resume(self, position: str, _state: bytes) -> None:
        """Go on where another one was."""
        kept = msgspec.json.decode(position, type=dict[str, Any])
        self.lines, self._at, self._first_ms = kept["lines"], kept["at"], kept["first_ms"]

    def groups(self) -> Iterator[list[Entry]]:
        while found := self._read(self._at):
            self.lines += len(found)
            self._first_ms = self._first_ms or _ms(found[0][0])
            self._at = found[-1][0]
            yield [entry for _, entry in found]

    def done(self) -> tuple[int, int]:
        return max(_ms(self._at) - self._first_ms, 0), max(self._last_ms - self._first_ms, 1)

    def position(self) -> str:
        return msgspec.json.encode({"lines": self.lines, "at": self._at, "first_ms": self._first_ms}).decode()

    @property
    def at(self) -> str:
        """The position in the stream."""
        return self._at

    def state(self) -> bytes:
        return b""


def _ms(stream_id: str) -> int:
    return int(stream_id.partition("-")[0] or 0)
