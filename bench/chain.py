"""The product's own processes in a row, for measuring: switch, collector, Valkey, historian, gateway, pages.

A site as in the pipeline tests, with two differences: the switch has as many calls as a bench asks for, and the gateway may
have more boards than the shipped ones. Both are started here as roles, `python -m bench.chain switch|gateway …`, each in a
process of its own. The collector hears the switch by AMI alone: lines of a queue_log are stamped in whole seconds, and would
be no measure of milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from bench.gateway import READERS
from collectors import simulator
from collectors.simulator.staff import plan
from dashboard import live, settings
from dashboard.boards import DEFAULT, SHIPPED, Board, Title
from dashboard.commands.processes import web_origins
from tests.pipeline.site import Site, until

ROOT = Path(__file__).resolve().parents[1]
SITE = "test"
"""The site's name, as `Site` writes it into the settings."""

STARTS_WITHIN_S = 60.0
MOST_AGENTS = 0.95


@dataclass(frozen=True, slots=True)
class Load:
    """What the switch is to do; fields as in `SimulatorConfig`."""

    agents: int
    queues: int = 20
    calls_per_hour: float = 0
    talk_mean_s: float = 170
    wrap_up_s: int = 12
    supervisors: int = 0
    listens_per_hour: float = 4

    def config(self, port: int = 0) -> simulator.SimulatorConfig:
        return simulator.SimulatorConfig(port=port, **asdict(self))


class Chain(Site):
    """A site under a load. `boards`: how many distinct boards its gateway has, `default` among them."""

    def __init__(self, folder: Path, load: Load, boards: int = 1) -> None:
        super().__init__(folder, has_queue_log=False)
        self.load = load
        self.boards = boards_of(load, boards)
        self.username, self.secret = "floorwatch", "floorwatch"
        self.floor_file.write_text(simulator.floor_file(load.config()), encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """Checkpoints as seldom as on a real site."""
        return {**super().environment, "FLOORWATCH_HISTORY__CHECKPOINT_EVERY_S": "10", "PYTHONPATH": str(ROOT)}

    def begin(self) -> None:
        """Start all of it; returns when the gateway and the pages answer."""
        self.start_valkey()
        _ = self.keys  # the schema, before anybody asks for it: a database without one is left alone for a while
        self.play("switch", str(self.switch_port), json.dumps(asdict(self.load)))
        for name in ("collect", "history", "web"):
            self.start(name)
        self.start_gateway()
        until(self.is_complete, STARTS_WITHIN_S, "the gateway knows every agent")
        until(lambda: self.status("/healthz", self.web_port) == 200, STARTS_WITHIN_S, "the pages are there")

    def start_gateway(self) -> None:
        """The gateway with this chain's boards."""
        self.play("gateway", str(len(self.boards)), json.dumps(asdict(self.load)), name="live")

    def is_complete(self) -> bool:
        """Whether the gateway is ready and has the switch's first snapshot behind it. A few agents are never signed in."""
        is_ready = self.status("/readyz") == 200
        return is_ready and self.get("/api/v1/agents?limit=1")["total"] >= self.load.agents * MOST_AGENTS

    def play(self, role: str, *arguments: str, name: str = "") -> None:
        """Start a role of this module."""
        self._spawn(name or role, (sys.executable, "-m", "bench.chain", role, *arguments))

    @contextmanager
    def screens(self, count: int, boards: tuple[str, ...]) -> Iterator[None]:
        """`count` further screens that only read, in one process of their own, over `boards` in turn."""
        shown = [boards[n % len(boards)] for n in range(count)]
        there = self.gauge("floorwatch_live_screens")
        readers = subprocess.Popen([sys.executable, "-c", READERS, str(self.live_port), self.header, *shown])
        try:
            until(lambda: self.gauge("floorwatch_live_screens") >= there + count, 30, f"{count} screens are connected")
            yield
        finally:
            readers.kill()
            readers.wait()
            until(lambda: self.gauge("floorwatch_live_screens") <= there, 30, "the screens are gone")

    @property
    def header(self) -> str:
        """A line that lets a program in."""
        return f"Authorization: {self.bearer['Authorization']}"

    def gauge(self, name: str) -> float:
        """One value of the gateway's metrics; 0 while it is not there."""
        asked = urllib.request.Request(f"http://127.0.0.1:{self.live_port}/metrics", headers=self.bearer)
        with suppress(OSError), urllib.request.urlopen(asked, timeout=5) as page:  # noqa: S310 — always http
            found = re.search(rf"^{name}(?:\{{[^}}]*\}})? ([0-9.e+]+)$", page.read().decode(), re.MULTILINE)
            return float(found[1]) if found else 0.0
        return 0.0


@contextmanager
def chain(load: Load, boards: int = 1) -> Iterator[Chain]:
    """A running chain in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="floorwatch-bench-") as folder:
        made = Chain(Path(folder), load, boards)
        try:
            made.begin()
            yield made
        finally:
            made.close()


def boards_of(load: Load, count: int) -> dict[str, Board]:
    """The shipped boards, and copies of the wall over ever other queues until there are `count` without the desk's."""
    queues = [queue.id for queue in plan(load.config()).queues]
    copies = {
        f"wall-{n}": msgspec.structs.replace(
            DEFAULT,
            id=f"wall-{n}",
            title=Title(zh=f"队列组{n}", en=f"Queues {n}"),
            queues=tuple(queues[(n + k) % len(queues)] for k in range(3)),
        )
        for n in range(1, count)
    }
    return {**SHIPPED, **copies}


def play_switch(port: str, load: str) -> None:
    """The simulated switch, until SIGTERM."""
    _until_told(simulator.run(Load(**json.loads(load)).config(int(port))))


def play_gateway(count: str, load: str) -> None:
    """`floorwatch live` with more boards."""
    loaded = settings.load()
    config = live.LiveConfig(
        site=loaded.site,
        redis_url=loaded.effective_redis_url,
        database_url=loaded.effective_database_url,
        host=loaded.live.host,
        port=loaded.live.port,
        origins=web_origins(loaded),
        pages_port=loaded.web.port,
        access=loaded.access,
        audit_anchor=loaded.audit_anchor,
        release=version("floorwatch"),
        boards=boards_of(Load(**json.loads(load)), int(count)),
    )
    _until_told(live.run(config))


def _until_told(process: Any) -> None:
    async def story() -> None:
        task = asyncio.ensure_future(process)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(story())


if __name__ == "__main__":
    {"switch": play_switch, "gateway": play_gateway}[sys.argv[1]](*sys.argv[2:])
