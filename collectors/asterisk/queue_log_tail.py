"""Reading a growing `queue_log` file: I/O only, the lines' meaning is elsewhere.

Invariants: each complete line is given once, in order; a line that is still being written waits until its end is there; after a
rotation the rest of the old file is read before the new one; after a truncation reading starts at the beginning again. A file
that is missing (not yet written, or between two steps of a rotation) is not an error.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from collectors.asterisk.queue_log import QueueLogLine, parse

_CHUNK_BYTES = 1 << 20
_LONGEST_LINE_BYTES = 1 << 16


class QueueLogTail:
    """The lines of `path` from `from_s` on (epoch seconds by the switch's clock; None: all of them)."""

    def __init__(self, path: Path, from_s: int | None = None) -> None:
        self.path = path
        self._from_s = from_s
        self._file: BinaryIO | None = None
        self._inode = 0
        self._rest = b""

    def read(self) -> list[QueueLogLine]:
        """The lines that were completed since the last call. Raises OSError where the file exists but cannot be read."""
        lines: list[QueueLogLine] = []
        if self._file is None and not self._open():
            return lines
        self._drain(lines)
        if self._was_replaced():
            self._drain(lines)
            self.close()
            if self._open():
                self._drain(lines)
        return lines

    def close(self) -> None:
        """Forget the open file; the next `read` starts at the beginning of what `path` is then."""
        if self._file is not None:
            self._file.close()
        self._file, self._rest = None, b""

    def _open(self) -> bool:
        try:
            self._file = self.path.open("rb")
        except FileNotFoundError:
            return False
        self._inode = os.fstat(self._file.fileno()).st_ino
        return True

    def _was_replaced(self) -> bool:
        try:
            return self.path.stat().st_ino != self._inode
        except FileNotFoundError:
            return False

    def _drain(self, lines: list[QueueLogLine]) -> None:
        file = self._file
        if file is None:
            return
        if os.fstat(file.fileno()).st_size < file.tell():
            file.seek(0)
            self._rest = b""
        while chunk := file.read(_CHUNK_BYTES):
            *complete, self._rest = (self._rest + chunk).split(b"\n")
            if len(self._rest) > _LONGEST_LINE_BYTES:
                self._rest = b""
            lines.extend(line for raw in complete if (line := self._line(raw)) is not None)

    def _line(self, raw: bytes) -> QueueLogLine | None:
        line = parse(raw.decode("utf-8", "replace"))
        if line is None or (self._from_s is not None and line.at_s < self._from_s):
            return None
        return line
