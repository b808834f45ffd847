"""queue_log as app_queue writes it, into a file that a collector can tail. One line an event, whole seconds, `|` between fields.

Invariants: lines appear in the order of their time; a name's `|` is `_`; the interface stands for the name in ADDMEMBER,
REMOVEMEMBER and PENALTY.
"""

from __future__ import annotations

from pathlib import Path

from .engine import Engine


class QueueLog:
    """Appends to `path`; keeps nothing without one. Lines wait for `flush`, which opens the file anew: it may be rotated."""

    def __init__(self, engine: Engine, path: Path | None) -> None:
        self._engine = engine
        self._path = path
        self._lines: list[str] = []

    def write(self, call: str, queue: str, member: str, event: str, *values: str | int) -> None:
        if self._path is None:
            return
        data = "|".join(str(value).replace("|", "_") for value in values)
        name = member.replace("|", "_")
        self._lines.append(f"{int(self._engine.now)}|{call}|{queue}|{name}|{event}|{data}\n")

    def flush(self) -> None:
        if self._path is None or not self._lines:
            return
        with self._path.open("a", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            file.write("".join(self._lines))
        self._lines.clear()
