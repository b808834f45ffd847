"""A process's own vital signs: `/healthz`, `/readyz` and `/metrics` (Prometheus text) on a small port of its own.

`/healthz` answers as long as the process's loop turns; `/readyz` says whether it does its job now, else why not, with 503.
It is meant for loopback or a monitoring network: it has no sign-in, and tells numbers and link names only.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

LONGEST_REQUEST = 8192
REQUEST_S = 5.0

_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
_PLAIN = "text/plain; charset=utf-8"


class Series:
    """One metric: a number for each combination of label values that was touched."""

    def __init__(self, name: str, kind: Literal["counter", "gauge"], about: str, labels: tuple[str, ...]) -> None:
        self.name = name
        self.kind = kind
        self.about = about
        self.labels = labels
        self._values: dict[tuple[str, ...], float] = {} if labels else {(): 0.0}

    def add(self, amount: float = 1, *labels: str) -> None:
        """Counts `amount` more. Label values in the order of the labels' names."""
        self._values[labels] = self._values.get(labels, 0.0) + amount

    def set(self, value: float, *labels: str) -> None:
        """States the value as it is now (gauges, and counters that somebody else counts)."""
        self._values[labels] = value

    def set_all(self, values: Mapping[str, float]) -> None:
        """States all values of a series with one label."""
        self._values = {(label,): value for label, value in values.items()}

    def value(self, *labels: str) -> float:
        """The number as it is; 0 where nothing was counted yet."""
        return self._values.get(labels, 0.0)

    def lines(self) -> Iterable[str]:
        """The series in the Prometheus text format."""
        yield f"# HELP {self.name} {_escaped(self.about)}"
        yield f"# TYPE {self.name} {self.kind}"
        for labels, value in sorted(self._values.items()):
            yield f"{self.name}{_labelled(self.labels, labels)} {_number(value)}"


class Vitals:
    """The series of one process, and whether it is ready."""

    def __init__(self) -> None:
        self.series: list[Series] = []
        self.why_not_ready: Callable[[], str] = str
        """Returns a sentence while the process cannot do its job, "" while it can."""
        self.before_scrape: list[Callable[[], None]] = []
        """Called before each `/metrics`, for gauges that age by themselves."""

    def counter(self, name: str, about: str, *labels: str) -> Series:
        """A number that only grows; `name` ends in `_total`."""
        return self._add(Series(name, "counter", about, labels))

    def gauge(self, name: str, about: str, *labels: str) -> Series:
        """A number that goes up and down; `name` ends in its unit."""
        return self._add(Series(name, "gauge", about, labels))

    def _add(self, series: Series) -> Series:
        self.series.append(series)
        return series

    def text(self) -> str:
        """Everything, in the Prometheus text format."""
        for refresh in self.before_scrape:
            refresh()
        return "".join(f"{line}\n" for series in self.series for line in series.lines())

    def answer(self, method: str, path: str) -> tuple[int, str, str]:
        """(status, content type, body) of a request."""
        if method not in ("GET", "HEAD"):
            return 405, _PLAIN, "Only GET and HEAD.\n"
        match path.partition("?")[0]:
            case "/healthz":
                return 200, _PLAIN, "ok\n"
            case "/readyz":
                why_not = self.why_not_ready()
                return (503, _PLAIN, f"{why_not}\n") if why_not else (200, _PLAIN, "ready\n")
            case "/metrics":
                return 200, _PROMETHEUS, self.text()
            case _:
                return 404, _PLAIN, "Here are /healthz, /readyz and /metrics.\n"


async def serve(vitals: Vitals, host: str, port: int) -> asyncio.Server:
    """Starts answering; the caller closes the server. `port` 0 takes a free one. Raises `OSError` if it is taken."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_S):
                await _answer_one(vitals, reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(connected, host, port, limit=LONGEST_REQUEST)


async def _answer_one(vitals: Vitals, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    method, _, rest = head.split(b"\r\n", 1)[0].decode("latin-1").partition(" ")
    path, _, version = rest.partition(" ")
    if version.startswith("HTTP/1."):
        status, kind, text = vitals.answer(method, path)
    else:
        status, kind, text = 400, _PLAIN, "Not HTTP/1.1.\n"
    body = text.encode()
    writer.write(
        f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n".encode("ascii")
    )
    if method != "HEAD":
        writer.write(body)
    await writer.drain()


def _labelled(names: tuple[str, ...], values: tuple[str, ...]) -> str:
    if not names:
        return ""
    pairs = (
        f'{name}="{_escaped(value).replace(chr(34), chr(92) + chr(34))}"'
        for name, value in zip(names, values, strict=True)
    )
    return "{" + ",".join(pairs) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) else repr(value)
