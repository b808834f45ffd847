"""What a floor of 5,000 agents takes: memory of each process, and the time from `kill -9` of the gateway to a live screen.

The whole chain runs beside a switch with 5,000 agents at work and 200 screens, half of them walls, half desks with everybody.
Memory is the proportional set (PSS: shared pages counted once), of a process with its children, at its highest of many looks;
it includes the moments after the kill, when 200 screens come back at once. What the gateway alone costs is in `bench.gateway`.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from bench.chain import MOST_AGENTS, SITE, Chain, Load, chain
from collectors.stream import Reader
from collectors.stream import connect as connect_stream
from collectors.stream.embedded import socket_path
from dashboard.access.permissions import Role

RESULT = Path(__file__).parent / "results" / "footprint.json"
LOAD = Load(agents=5000, queues=40)
SCREENS = 200
TARGET_MB = 200
TARGET_RESTART_S = 3
RUNS = 5
WORK_S = 30.0
LOOK_EVERY_S = 0.5
PROCESSES = {
    "collect": "collector",
    "history": "historian",
    "live": "live gateway",
    "web": "pages",
}
Figure = dict[str, Any]


# -- memory ------------------------------------------------------------------------------------------------------------


class Memory:
    """The highest PSS and the highest resident memory of each process of a chain, in MB."""

    def __init__(self, on: Chain) -> None:
        self.on = on
        self.pss: dict[str, list[float]] = {name: [] for name in PROCESSES}
        self.resident: dict[str, list[float]] = {name: [] for name in PROCESSES}
        self._ends = threading.Event()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look again and again, in a thread."""
        thread = threading.Thread(target=self._watch)
        thread.start()
        try:
            yield
        finally:
            self._ends.set()
            thread.join()

    def _watch(self) -> None:
        while not self._ends.wait(LOOK_EVERY_S):
            for name in PROCESSES:
                process = self.on.processes.get(name)
                with suppress(OSError, AttributeError):  # killed in this moment
                    sizes = [rollup(pid) for pid in family(process.pid)]  # type: ignore[union-attr]
                    self.pss[name].append(sum(size["Pss"] for size in sizes) / 1024)
                    self.resident[name].append(sum(size["Rss"] for size in sizes) / 1024)

    def figures(self) -> list[Figure]:
        """One row per process."""
        return [
            {
                "name": f"memory of the {words}: 5,000 agents, {SCREENS} screens",
                "value": round(max(self.pss[name])),
                "unit": "MB",
                "target": TARGET_MB,
                "at_work": round(statistics.median(self.pss[name])),
                "resident": round(max(self.resident[name])),
                "runs": len(self.pss[name]),
            }
            for name, words in PROCESSES.items()
        ]


def family(pid: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(one for child in children for one in family(int(child)))]


def rollup(pid: int) -> dict[str, int]:
    """The sums over a process's memory, kB by name."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    return {line.split(":")[0]: int(line.split()[1]) for line in lines}


def browse(on: Chain) -> None:
    """Somebody opens both pages with everything that they load."""
    signed_in = on.keys.headers(Role.MANAGER)
    for page in ("wall", "floor"):
        base = f"http://127.0.0.1:{on.web_port}"
        for path in (f"/{page}/", f"/{page}/_dash-layout", f"/{page}/_dash-dependencies"):
            asked = urllib.request.Request(f"{base}{path}", headers=signed_in)  # noqa: S310 — always http
            with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310
                assert answer.read()


# -- restart -----------------------------------------------------------------------------------------------------------


async def restart_s(on: Chain) -> float:
    """From `kill -9` of the gateway, started again at once, to the first snapshot on a screen that had lost it."""
    async with connect(address(on), max_size=None, compression=None, additional_headers=on.bearer) as screen:
        await snapshot(screen)
        began = time.monotonic()
        on.kill("live")
        on.start_gateway()
    while True:
        with suppress(OSError):
            async with connect(address(on), max_size=None, compression=None, additional_headers=on.bearer) as screen:
                found = await snapshot(screen)
                assert len(found["view"]["agents"]["rows"]) >= LOAD.agents * MOST_AGENTS
                return time.monotonic() - began
        await asyncio.sleep(0.02)


async def snapshot(screen: Any) -> dict[str, Any]:
    await screen.send('{"board":"floor","seq":0}')
    async for text in screen:
        frame: dict[str, Any] = json.loads(text)
        if frame["t"] == "snapshot":
            return frame
    raise ConnectionError("the gateway closed the socket")


def address(on: Chain) -> str:
    return f"ws://127.0.0.1:{on.live_port}/live"


# -- results -----------------------------------------------------------------------------------------------------------


def measure() -> list[Figure]:
    with chain(LOAD) as on:
        memory = Memory(on)
        took: list[float] = []
        with memory.watched():
            with on.screens(SCREENS, ("default", "floor")):
                browse(on)
                time.sleep(WORK_S)
            for _ in range(RUNS):
                took.append(asyncio.run(restart_s(on)))
                with on.screens(SCREENS, ("default", "floor")):
                    time.sleep(2)
        entries = asyncio.run(entries_in_stream(on))
    restart = {
        "name": "restart to live, from kill -9 of the gateway to a screen's snapshot: 5,000 agents at work",
        "value": round(statistics.median(took), 2),
        "unit": "s",
        "target": TARGET_RESTART_S,
        "runs": [round(one, 2) for one in took],
    }
    return [*memory.figures(), restart, {"name": "entries in the stream by then", "value": entries, "unit": "entries"}]


async def entries_in_stream(on: Chain) -> int:
    """How many entries the switch has brought."""
    client = connect_stream(f"unix://{socket_path(on.folder)}")
    try:
        return (await Reader(client, SITE).span()).entries
    finally:
        await client.aclose()


def main() -> None:
    found = measure()
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"machine": "2 cores", "figures": found}, ensure_ascii=False, indent=1) + "\n")
    for one in found:
        print(f"{one['name']}: {one['value']} {one['unit']} (target {one.get('target', 'none')})")


if __name__ == "__main__":
    main()
