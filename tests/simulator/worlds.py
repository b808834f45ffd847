"""Worlds to look at: run a simulated floor for a while and read what it printed, with a reader of the tests' own."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from collectors.simulator import SimulatorConfig, World
from collectors.simulator.wire import Sent

START = 1_795_286_400.0
RECORDINGS = Path(__file__).parent.parent / "recordings"

Headers = list[tuple[str, str]]


def headers(data: bytes) -> Headers:
    """A message's lines as (key, value), in order, repeated ones too."""
    lines = data.decode("utf-8", "replace").strip("\r\n").split("\r\n")
    return [(key, value) for key, _, value in (line.partition(": ") for line in lines)]


class Event:
    """One printed event."""

    def __init__(self, data: bytes) -> None:
        self.headers = headers(data)
        self.values = dict(reversed(self.headers))
        self.name = self.values.get("Event", "")

    def __getitem__(self, key: str) -> str:
        return self.values[key]

    def get(self, key: str, default: str = "") -> str:
        return self.values.get(key, default)


class Run:
    """A world that has lived for `seconds` from `START`, with every event it printed."""

    def __init__(self, seconds: float, **config: Any) -> None:
        config.setdefault("agents", 24)
        config.setdefault("warm_up_s", 0)
        self.world = World(SimulatorConfig(**config), START)
        self.sent: list[Sent] = []
        self.world.wake()
        self.world.wire.listener = self.sent.append
        self.world.run_until(START + seconds)
        self.world.log.flush()

    @cached_property
    def events(self) -> list[Event]:
        return [Event(sent.data) for sent in self.sent]

    def named(self, *names: str) -> list[Event]:
        return [Event(sent.data) for sent in self.sent if sent.name in names]

    @property
    def truth(self) -> dict[str, Any]:
        return self.world.truth.snapshot()


def recorded(
    names: Iterable[str] = ("small", "normal", "exits", "nasty", "monitoring"), of_each: int = 150
) -> Iterator[Headers]:
    """Messages of the recordings, of every kind at most `of_each` a file (a shape shows early, and the files are long)."""
    for name in names:
        for path in sorted((RECORDINGS / name).glob("ami-*.raw.gz")):
            seen = Counter[bytes]()
            for message in gzip.decompress(path.read_bytes()).split(b"\r\n\r\n"):
                kind = message.lstrip(b"\r\n")[:24]
                seen[kind] += 1
                if kind and seen[kind] <= of_each:
                    yield headers(message)
