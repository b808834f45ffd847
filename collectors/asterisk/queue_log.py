"""Lines of Asterisk's `queue_log`, as they are on disk.

A line is `second|call id|queue|agent|event|field|field|…`. Names hold any character but `|` (the switch writes `_` for it);
empty trailing fields are cut off by some writers, so a missing field reads as "". Whatever else a file holds, parsing never raises.
"""

from __future__ import annotations

from dataclasses import dataclass

_NONE = "NONE"


@dataclass(frozen=True, slots=True)
class QueueLogLine:
    """One line. `at_s`: the switch's clock, whole seconds. `call`, `queue`, `agent` are "" where the log says NONE."""

    at_s: int
    call: str
    queue: str
    agent: str
    event: str
    fields: tuple[str, ...]

    def field(self, index: int) -> str:
        """The field at `index`, "" where the line is shorter."""
        return self.fields[index] if index < len(self.fields) else ""

    def number(self, index: int) -> int | None:
        """The field at `index` as a whole number that is not negative, else None."""
        text = self.field(index)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def parse(line: str) -> QueueLogLine | None:
    """The line as a `QueueLogLine`, or None where it is none (empty, cut off, another program's)."""
    parts = line.rstrip("\r\n").split("|")
    if len(parts) < 5 or not parts[4]:
        return None
    second = parts[0]
    if not second.isascii() or not second.isdigit() or len(second) > 11:
        return None
    call, queue, agent = ("" if part == _NONE else part for part in parts[1:4])
    return QueueLogLine(int(second), call, queue, agent, parts[4], tuple(parts[5:]))
