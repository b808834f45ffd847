"""What the live gateway costs: CPU per frame and screen, memory with 5,000 agents and 200 screens, restart to live.

Screens are real sockets, opened and read by a process of their own, so that the gateway's process is measured alone. Peer, in
the same run and on the same floor: a gateway that shares the computing but encodes for each screen and awaits each `send`.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect as connect_screen
from websockets.asyncio.server import Server

from bench.entrance import ALL, HEADER, entrance
from bench.fold import Traffic, folded, take
from collectors.events import Fact
from collectors.stream import Lease, Writer, connect
from collectors.stream.embedded import EmbeddedValkey
from dashboard.access.permissions import Role
from dashboard.boards import DEFAULT, SHIPPED
from dashboard.floor.changes import Changes
from dashboard.floor.checkpoint import FOLD_VERSION, dump
from dashboard.floor.fold import fold
from dashboard.live import frames, views
from dashboard.live.clocks import Instant
from dashboard.live.config import LiveConfig
from dashboard.live.dirty import Dirty
from dashboard.live.gateway import Gateway
from dashboard.live.pace import SPACING_MS
from dashboard.live.positions import Positions
from dashboard.live.routes import Routes
from dashboard.live.screens import write_all
from dashboard.live.server import LiveServer
from dashboard.live.sight import Sight
from dashboard.settings import Settings
from dashboard.store import Checkpoints, open_store, upgrade
from dashboard.web_socket import WebSocket
from tests.keyring import Keyring
from tests.ports import free_port

RESULT = Path(__file__).parent / "results" / "gateway.json"
RUNS = 5
TICKS = 30
TICK_MS = round(SPACING_MS)
EVENTS_PER_S = 300
Figure = dict[str, Any]

READERS = r"""
import json, selectors, socket, sys
port, header, boards = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
upgrade = (f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{header}\r\n"
           "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n").encode()
selector = selectors.DefaultSelector()
for board in boards:
    hello = json.dumps({"board": board, "seq": 0}).encode()
    link = socket.create_connection(("127.0.0.1", port))
    link.sendall(upgrade + bytes([0x81, 0x80 | len(hello), 0, 0, 0, 0]) + hello)
    link.setblocking(False)
    selector.register(link, selectors.EVENT_READ)
while selector.get_map():
    for key, _ in selector.select():
        try:
            if not key.fileobj.recv(1 << 18):
                selector.unregister(key.fileobj)
        except BlockingIOError:
            pass
        except OSError:
            selector.unregister(key.fileobj)
"""
"""The other side: as little as a browser's kernel does."""


class Stage:
    """A gateway on a port, a floor with a day behind it, and the traffic that goes on."""

    def __init__(self, server: LiveServer, listening: Server, agents: int, day: int) -> None:
        self.server = server
        self.gateway = server.gateway
        self.port: int = listening.sockets[0].getsockname()[1]
        self.floor, self.entries = folded(Traffic(agents), day)
        self.steady_ms = 0.0
        self.tell(Changes(), 1)

    @property
    def now(self) -> Instant:
        return Instant(self.floor.stream_ms, self.steady_ms)

    def tell(self, changes: Changes, events: int) -> None:
        self.gateway.folded(changes, self.floor, f"{self.floor.stream_ms}-0", events, self.now)

    def move(self) -> Changes:
        """What happens in one tick's time at `EVENTS_PER_S`."""
        changes = Changes()
        batch = take(self.entries, EVENTS_PER_S * TICK_MS // 1000)
        for entry in batch:
            changes.add(fold(self.floor, entry))
        self.steady_ms += TICK_MS
        self.tell(changes, len(batch))
        return changes

    async def settle(self) -> None:
        """Until every screen has its snapshot and nothing is unsent."""
        while self.gateway.someone_waits or any(s.socket.waiting_bytes() for s in self.gateway.audience.screens):
            self.gateway.tick(self.now)
            await asyncio.sleep(0.01)


@asynccontextmanager
async def stage(agents: int, day: int, boards: list[str]) -> AsyncIterator[Stage]:
    """A stage with one screen per name in `boards`."""
    gateway = Gateway(SHIPPED, "bench", write_all)
    positions = Positions()
    access = entrance()
    routes = Routes(gateway, positions, lambda: Instant(0, 0.0), str, access.admission, access.denials)
    server = LiveServer(LiveConfig("bench", "", "", port=0), gateway, routes, positions, access)
    listening = await server.listen()
    on = Stage(server, listening, agents, day)
    readers = await asyncio.create_subprocess_exec(sys.executable, "-c", READERS, str(on.port), HEADER, *boards)
    try:
        await until(lambda: sum(screen.board is not None for screen in gateway.audience.screens) == len(boards))
        await on.settle()
        yield on
    finally:
        readers.kill()
        await readers.wait()
        await server.close(listening)


# -- CPU ---------------------------------------------------------------------------------------------------------------


async def fan_out(screens: int) -> list[Figure]:
    """One wall on many screens: the whole of a tick counts, computing, encoding and sending."""
    whole, sending, peer = [], [], []
    async with stage(1000, 100_000, ["default"] * screens) as on:
        tally = on.gateway.tally
        for _ in range(RUNS):
            before = tally.frames.value("patch")
            whole.append(await ours_us(on, screens))
            assert tally.frames.value("patch") - before == screens * TICKS, "a screen was too slow to be measured"
            sending.append(await sending_us(on, screens))
            peer.append(await one_by_one_us(on, screens))
    return [
        {
            "name": f"CPU per frame and screen: {screens} screens, one wall, 1,000 agents, {EVENTS_PER_S} events/s",
            **spread(whole, "µs"),
            "target": 20,
            "peer": f"{statistics.median(peer):.1f} with an encoding and a send for each screen",
            "ratio": round(statistics.median(peer) / statistics.median(whole), 1),
        },
        {"name": f"of that, sending alone: {screens} screens", **spread(sending, "µs")},
    ]


async def ours_us(on: Stage, screens: int) -> float:
    """The gateway's own tick."""
    spent = 0
    for _ in range(TICKS):
        on.move()
        began = time.process_time_ns()
        on.gateway.tick(on.now)
        spent += time.process_time_ns() - began
        await drained(on)
    return spent / 1000 / TICKS / screens


async def sending_us(on: Stage, screens: int) -> float:
    """One frame as long as a patch of this wall, to every screen; screens ignore it as they would a heartbeat."""
    tally = on.gateway.tally
    size = len(frames.patch(seq=1, at_ms=0, position="", changes=await next_changes(on)))
    sockets = [screen.socket for screen in on.gateway.audience.screens]
    spent = 0
    for _ in range(TICKS):
        began = time.process_time_ns()
        write_all(sockets, b"x" * size)
        spent += time.process_time_ns() - began
        await drained(on)
    assert tally.frames.value("patch")
    return spent / 1000 / TICKS / screens


async def next_changes(on: Stage) -> Any:
    sight = Sight(on.floor, ALL, on.floor.stream_ms).watch()
    view = views.view(sight, DEFAULT)
    dirty = Dirty()
    dirty.add(on.move())
    sight.move(on.floor.stream_ms, dirty)
    changes = views.advance(view, sight, DEFAULT)
    on.gateway.tick(on.now)
    await drained(on)
    return changes


async def one_by_one_us(on: Stage, screens: int) -> float:
    """The peer: computed once, then encoded and awaited for each screen."""
    sight = Sight(on.floor, ALL, on.floor.stream_ms).watch()
    view = views.view(sight, DEFAULT)
    spent, rounds = 0, TICKS // 3
    for _ in range(rounds):
        dirty = Dirty()
        dirty.add(on.move())
        began = time.process_time_ns()
        sight.move(on.floor.stream_ms, dirty)
        changes = views.advance(view, sight, DEFAULT)
        for screen in on.gateway.audience.screens:
            assert isinstance(screen.socket, WebSocket)
            text = frames.patch(seq=1, at_ms=on.floor.stream_ms, position="", changes=changes).decode()
            await screen.socket.connection.send(text)
        spent += time.process_time_ns() - began
        on.gateway.tick(on.now)
        await drained(on)
    return spent / 1000 / rounds / screens


async def drained(on: Stage) -> None:
    """The readers have caught up, so that every screen has room again."""
    await asyncio.sleep(0.02)
    await until(lambda: not any(screen.socket.waiting_bytes() for screen in on.gateway.audience.screens))


async def until(is_so: Callable[[], bool]) -> None:
    """The other process tells nothing: look again and again."""
    while not is_so():  # noqa: ASYNC110 — what is waited for happens in another process
        await asyncio.sleep(0.01)


# -- memory ------------------------------------------------------------------------------------------------------------


async def memory() -> list[Figure]:
    """The process's own resident memory, half of the screens on the wall, half on the desk with all agents."""
    sizes = []
    for _ in range(3):
        command = [sys.executable, "-m", "bench.gateway", "memory"]
        child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        out, _ = await child.communicate()
        sizes.append(json.loads(out))
    return [
        {
            "name": "memory of the process: 5,000 agents, 200 screens, after 100 ticks",
            **spread([size["resident"] for size in sizes], "MB"),
            "target": 200,
        },
        {"name": "of that, its peak while 200 screens came at once", **spread([size["peak"] for size in sizes], "MB")},
    ]


async def measure_memory() -> None:
    async with stage(5000, 200_000, ["default", "floor"] * 100) as on:
        for _ in range(100):
            on.move()
            on.gateway.tick(on.now)
            await drained(on)
        print(json.dumps(own_memory_mb()))


def own_memory_mb() -> dict[str, float]:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kb = {line.split(":")[0]: int(line.split()[1]) for line in status.splitlines() if line.startswith("Vm")}
    return {"resident": kb["VmRSS"] / 1024, "peak": kb["VmHWM"] / 1024}


# -- restart -----------------------------------------------------------------------------------------------------------


async def restart() -> list[Figure]:
    """From starting the process `floorwatch live` to a screen's first snapshot: checkpoint, then 10 s of stream."""
    with tempfile.TemporaryDirectory() as folder:
        valkey = EmbeddedValkey(Path(folder))
        await valkey.start()
        try:
            database = f"sqlite:///{folder}/floorwatch.sqlite"
            await prepare(valkey.url, database)
            with Keyring(
                Settings(site="bench", data=Path(folder), redis_url=valkey.url, database_url=database)
            ) as keys:
                token = keys.token(Role.MANAGER)
            took = [await start_once(valkey.url, database, token) for _ in range(RUNS)]
        finally:
            valkey.stop()
    name = "restart to live: 5,000 agents, a checkpoint and 3,000 entries behind"
    return [{"name": name, **spread(took, "s"), "target": 3}]


async def prepare(url: str, database: str) -> None:
    """A checkpoint of a floor at a position of the stream, and what came after it."""
    floor, entries = folded(Traffic(5000), 200_000)
    engine = open_store(database)
    upgrade(engine)
    async with aclosing(connect(url)) as client:
        lease = Lease(client, "bench", "pbx1")
        await lease.acquire()
        writer = Writer(client, lease, "pbx1")
        facts = [Fact(entry.event, entry.at_ms, boot=entry.boot) for entry in take(entries, 3001)]
        position = await writer.append(facts[:1])
        floor.core.position = position
        for link in floor.core.links.values():
            link.epoch, link.n = 0, 0
        Checkpoints(engine, "bench", FOLD_VERSION).save(position, dump(floor), 1)
        await writer.append(facts[1:])
    engine.dispose()


async def start_once(url: str, database: str, token: str) -> float:
    port = free_port()
    settings = {"SITE": "bench", "REDIS_URL": url, "DATABASE_URL": database, "LIVE__PORT": str(port)}
    settings["AUDIT__ANCHOR"] = str(Path(database.removeprefix("sqlite:///")).with_name("audit-heads.log"))
    environment = os.environ | {f"FLOORWATCH_{name}": value for name, value in settings.items()}
    began = time.perf_counter()
    command = [str(Path(sys.executable).with_name("floorwatch")), "live"]
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        await first_snapshot(port, token)
        return time.perf_counter() - began
    finally:
        process.terminate()
        await process.wait()


async def first_snapshot(port: int, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    while True:
        with suppress(OSError):
            async with connect_screen(
                f"ws://127.0.0.1:{port}/live", max_size=None, additional_headers=headers
            ) as screen:
                await screen.send('{"board":"floor","seq":0}')
                async for text in screen:
                    if '"t":"snapshot"' in str(text)[:40]:
                        assert len(json.loads(text)["view"]["agents"]["rows"]) == 5000
                        return
        await asyncio.sleep(0.01)


# -- results -----------------------------------------------------------------------------------------------------------


def spread(values: list[float], unit: str) -> Figure:
    """The median of several runs, and all of them."""
    digits = 0 if unit == "MB" else 2
    return {
        "value": round(statistics.median(values), digits),
        "unit": unit,
        "runs": [round(value, digits) for value in values],
    }


async def measure() -> None:
    figures = [*await fan_out(200), *await fan_out(1000), *await memory(), *await restart()]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"machine": machine, "figures": figures}, ensure_ascii=False, indent=2) + "\n")
    for figure in figures:
        print(f"{figure['name']}: {figure['value']} {figure['unit']} {figure.get('peer', '')}")


def main() -> None:
    asyncio.run(measure_memory() if sys.argv[1:] == ["memory"] else measure())


if __name__ == "__main__":
    main()
