"""The queue_log files of one switch as one long log: found, put in order, read line by line from any place.

Plain or gzip, told by their first bytes, not by their names. Invariant: what is not a queue_log, is damaged, or says again what another
file said already, is refused with its name and line, before or while it is read: never skipped in silence.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO, Final

from collectors.asterisk.queue_log import QueueLogLine, parse
from dashboard.history.rebuild.errors import RebuildError

_GZIP: Final = b"\x1f\x8b"
_LOOKED_AT: Final = 2_000
"""Lines in which a queue_log has said what it is."""
_CLOCK_S: Final = 3_600
"""A switch's clock is put back by less; a file that begins further back says things again."""
_LONGEST_LINE: Final = 1 << 16

Place = tuple[int, int]
"""Number of the file, and of the byte in what it holds (unpacked)."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file. `size`: as it is on disk. `first_s`: the time of its first line."""

    path: Path
    size: int
    first_s: int


class LogFiles:
    """All files of `switch`, oldest first."""

    def __init__(self, switch: str, files: tuple[LogFile, ...]) -> None:
        self.switch = switch
        self.files = files
        self.bytes_read = 0
        """Of the files as they are on disk."""

    @classmethod
    def found(cls, switch: str, paths: Iterable[Path]) -> LogFiles:
        """The files named, and those that begin with `queue_log` in the folders named. Raises `RebuildError`."""
        files = sorted((_looked_at(path) for path in _unfolded(paths)), key=lambda file: (file.first_s, str(file.path)))
        if not files:
            raise RebuildError(f"{switch}: there is no file that begins with queue_log; name files or their folder.")
        for one, two in pairwise(files):
            if one.path.resolve() == two.path.resolve():
                raise RebuildError(f"{two.path} is named twice: name it once.")
        return cls(switch, tuple(files))

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.size for file in self.files)

    def lines(self, after: Place = (0, 0)) -> Iterator[tuple[QueueLogLine, Place]]:
        """The lines from that place on, each with the place behind it. Raises `RebuildError`."""
        self.bytes_read = sum(file.size for file in self.files[: after[0]])
        latest_s = 0
        for number, file in enumerate(self.files[after[0] :], after[0]):
            begins = after[1] if number == after[0] else 0
            if file.first_s < latest_s - _CLOCK_S:
                raise RebuildError(
                    f"{file.path} begins before the file before it ends: name each stretch of the log once."
                )
            done = self.bytes_read
            with _opened(file.path) as (unpacked, raw):
                for line, end in _read(file.path, unpacked, begins):
                    latest_s = max(latest_s, line.at_s)
                    self.bytes_read = done + min(raw.tell(), file.size)
                    yield line, (number, end)
            self.bytes_read = done + file.size


def _unfolded(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.iterdir() if one.name.startswith("queue_log") and one.is_file())
        else:
            yield path


def _looked_at(path: Path) -> LogFile:
    """Raises `RebuildError` for what is no queue_log."""
    try:
        size = path.stat().st_size
        with _opened(path) as (unpacked, _):
            for number, (line, _end) in enumerate(_read(path, unpacked, 0)):
                if number >= _LOOKED_AT:
                    break
                if line.event.isupper():
                    return LogFile(path, size, line.at_s)
    except FileNotFoundError:
        raise RebuildError(f"{path}: there is no such file.") from None
    except OSError as error:
        raise RebuildError(f"{path} cannot be read: {error.strerror or error}.") from error
    raise RebuildError(f"{path} holds no line of a queue_log: name only such files, plain or gzip.")


class _opened:  # noqa: N801 — a word in a sentence: with _opened(path)
    """What the file holds, and the file itself, whose place tells how far reading is."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> tuple[IO[bytes], IO[bytes]]:
        self._raw = self._path.open("rb")
        is_packed = self._raw.read(2) == _GZIP
        self._raw.seek(0)
        if not is_packed:
            return self._raw, self._raw
        unpacked = gzip.GzipFile(fileobj=self._raw, mode="rb")
        return io.BufferedReader(unpacked, 1 << 18), self._raw

    def __exit__(self, *_failed: object) -> None:
        self._raw.close()


def _read(path: Path, unpacked: IO[bytes], begins: int) -> Iterator[tuple[QueueLogLine, int]]:
    end, number = begins, 0
    try:
        if begins:
            _skip(unpacked, begins)
        while raw := unpacked.readline(_LONGEST_LINE):
            end += len(raw)
            number += 1
            line = parse(raw.decode("utf-8", "replace"))
            if line is not None:
                yield line, end
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise RebuildError(
            f"{path} is damaged behind byte {end} of what it holds ({error}): bring it from a backup, or leave it out."
        ) from error


def _skip(unpacked: IO[bytes], count: int) -> None:
    if unpacked.seekable():
        unpacked.seek(count)
