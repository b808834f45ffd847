"""The audit log's head, kept outside the database: whoever cuts the log's tail there has to reach this file (or syslog) too.

One line for each commit, `seq hash time`, appended by a single write, so that several processes may write at once. The change
that a line is about has been committed before: if the anchor cannot be written the change stands, the processes' log says so as an
error, and `floorwatch audit verify` shows how far the anchor reaches. The next anchor covers what was missed, because each
line holds the hash of the one before.
"""

from __future__ import annotations

import logging
import os
import re
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

log = logging.getLogger("floorwatch.audit")

_LINE = re.compile(r"(?P<seq>[0-9]{1,18}) (?P<hash>[0-9a-f]{64}) (?P<at>\S{20,32})")
_AUTHPRIV_INFO = 10 * 8 + 6
_SYSLOG_S = 2.0


@dataclass(frozen=True, slots=True)
class Head:
    """The newest line of a log, as it was."""

    seq: int
    hash: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Anchored:
    """What the file holds. `unreadable`: numbers of the file's lines that are none of ours."""

    heads: tuple[Head, ...]
    unreadable: tuple[int, ...] = ()


class Anchor:
    """The file (made at need, mode 0600), and syslog where it is wanted: `/dev/log` or `host:port` (UDP)."""

    def __init__(self, path: Path, syslog: str = "") -> None:
        self.path = path
        self._syslog = syslog

    def keep(self, head: Head) -> bool:
        """Whether everything was written. Never raises: the change has happened already."""
        line = f"{head.seq} {head.hash} {_time(head.at_ms)}"
        return all([self._write(line), not self._syslog or self._send(line)])

    def read(self) -> Anchored | None:
        """Everything anchored so far, oldest first; None if there is no file. Raises `OSError`."""
        heads, unreadable = [], []
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None
        for number, line in enumerate(text.split("\n"), 1):
            head = _head(line)
            if head is not None:
                heads.append(head)
            elif line:
                unreadable.append(number)
        return Anchored(tuple(heads), tuple(unreadable))

    def _write(self, line: str) -> bool:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                size = os.fstat(file).st_size
                was_cut = size > 0 and os.pread(file, 1, size - 1) != b"\n"
                os.write(file, (b"\n" if was_cut else b"") + line.encode() + b"\n")
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            log.error("The audit log's head %s was not anchored in %s: %s", line, self.path, error.strerror or error)  # noqa: TRY400 — a sentence, no trace
            return False
        return True

    def _send(self, line: str) -> bool:
        try:
            family, address = _address(self._syslog)
            with socket.socket(family, socket.SOCK_DGRAM) as link:
                link.settimeout(_SYSLOG_S)
                link.connect(address)
                link.send(f"<{_AUTHPRIV_INFO}>floorwatch-audit: {line}".encode())
        except (OSError, ValueError) as error:
            log.error("The audit log's head %s was not sent to syslog %s: %s", line, self._syslog, error)  # noqa: TRY400 — a sentence, no trace
            return False
        return True


def _address(syslog: str) -> tuple[socket.AddressFamily, str | tuple[str, int]]:
    if syslog.startswith("/"):
        return socket.AF_UNIX, syslog
    host, _, port = syslog.rpartition(":")
    host = host.strip("[]")
    return (socket.AF_INET6 if ":" in host else socket.AF_INET), (host, int(port))


def _time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _head(line: str) -> Head | None:
    found = _LINE.fullmatch(line.rstrip("\r"))
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(found["at"])
    except ValueError:
        return None
    return Head(int(found["seq"]), found["hash"], round(at.timestamp() * 1000))
