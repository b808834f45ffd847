"""queue_log as app_queue writes it, into a file that a collector can tail. One line an event, whole seconds, `|` between fields.

Invariants: lines appear in the order of their time; a name's `|` is `_`; the interface stands for the name in ADDMEMBER,
REMOVEMEMBER and PENALTY.
"""

from __future__ import annotations

import io
from pathlib import Path

from .engine import Engine


class QueueLog:
    """Appends to `path`; keeps nothing without one. Lines are buffered until `flush`."""

    def __init__(self, engine: Engine, path: Path | None) -> None:
        self._engine = engine
        self._lines: list[str] = []
        self._file: io.TextIOWrapper | None = None
        self.lines_written = 0
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8", errors="surrogateescape", newline="\n")

    def write(self, call: str, queue: str, member: str, event: str, *values: str | int) -> None:
        if self._file is None:
            return
        data = "|".join(str(value).replace("|", "_") for value in values)
        name = member.replace("|", "_")
        self._lines.append(f"{int(self._engine.now)}|{call}|{queue}|{name}|{event}|{data}\n")

    def flush(self) -> None:
        if self._file is not None and self._lines:
            self._file.write("".join(self._lines))
            self._file.flush()
            self.lines_written += len(self._lines)
            self._lines.clear()

    def close(self) -> None:
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file = None
