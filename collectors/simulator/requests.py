"""What a client sends: AMI actions, from any pieces of bytes. The switch's own limits and tolerances, and nothing more.

Lines may end in CR LF or LF; names are case-insensitive; a line over 1024 bytes or a message over 128 lines is a bad request
that still says its ActionID; memory is bounded by those limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

LINE_BYTES, LINES = 1024, 128
TOO_LONG = "Failed to parse message: line too long"
TOO_MANY = "Too many lines in message or allocation failure"


@dataclass(slots=True)
class Request:
    """One action. `error`: the switch's words for why it cannot be read."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""

    def get(self, name: str, default: str = "") -> str:
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), default)

    def all(self, name: str) -> list[str]:
        wanted = name.lower()
        return [value for key, value in self.headers if key == wanted]

    @property
    def action(self) -> str:
        return self.get("action")


class Requests:
    """Cuts a stream of bytes into requests."""

    def __init__(self) -> None:
        self._pending = b""
        self._request = Request()
        self._skips_line = False

    def feed(self, data: bytes) -> Iterator[Request]:
        """The requests that `data` completes."""
        *lines, self._pending = (self._pending + data).split(b"\n")
        for line in lines:
            if self._skips_line:
                self._skips_line = False
                continue
            done = self._line(line.removesuffix(b"\r"))
            if done is not None:
                yield done
        if len(self._pending) > LINE_BYTES:
            if not self._skips_line:
                self._request.error = self._request.error or TOO_LONG
            self._skips_line, self._pending = True, b""

    def _line(self, line: bytes) -> Request | None:
        if not line:
            request, self._request = self._request, Request()
            return request if request.headers or request.error else None
        if len(line) > LINE_BYTES:
            self._request.error = self._request.error or TOO_LONG
        elif len(self._request.headers) >= LINES:
            self._request.error = self._request.error or TOO_MANY
        else:
            key, _, value = line.decode("utf-8", "surrogateescape").partition(":")
            self._request.headers.append((key.strip().lower(), value.strip()))
        return None
