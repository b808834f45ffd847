"""A gateway on a real port of this machine, before a floor made of real entries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import Server

from collectors import events as e
from dashboard.live.clocks import read_clocks
from dashboard.live.config import LiveConfig
from dashboard.live.gateway import Gateway
from dashboard.live.positions import Positions
from dashboard.live.routes import Routes
from dashboard.live.screens import write_all
from dashboard.live.server import LiveServer
from tests.live.boards import BOARDS
from tests.live.people import Book, Door, access
from tests.live.scene import Scene
from tests.patience import HANG_S

Headers = dict[str, str]


class Running:
    """A listening gateway and the scene that it shows."""

    def __init__(self, server: LiveServer, listening: Server, door: Door, book: Book) -> None:
        self.server = server
        self.door = door
        self.book = book
        self.gateway = server.gateway
        self.port: int = listening.sockets[0].getsockname()[1]
        self.scene = Scene(time.time_ns() // 1_000_000).opened()
        self.why_not_current = ""
        self.fold()

    def fold(self) -> None:
        scene = self.scene
        changes, scene.changes = scene.changes, type(scene.changes)()
        self.server.folded(changes, scene.floor, scene.position, 1)

    def tell(self, *events: e.AnyEvent) -> str:
        """Something happens now; returns its stream id."""
        self.scene.now_ms = max(time.time_ns() // 1_000_000, self.scene.now_ms)
        self.scene.tell(*events)
        self.fold()
        return self.scene.position

    def tell_control(self, *events: e.AnyEvent) -> None:
        """The control process of the switch says something now."""
        self.scene.now_ms = max(time.time_ns() // 1_000_000, self.scene.now_ms)
        self.scene.tell(*events, switch=e.control_writer("pbx1"))
        self.fold()

    def socket(
        self, path: str = "/live", *, bearer: str = "all", headers: Headers | None = None, **options: Any
    ) -> connect:
        """A websocket of the program whose token is `bearer`; `headers` in its place."""
        sent = {"Authorization": f"Bearer {bearer}"} if headers is None else headers
        url = f"ws://127.0.0.1:{self.port}{path}"
        return connect(url, compression=None, max_size=None, additional_headers=sent, **options)

    async def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One HTTP request, of a program that sees everything unless `headers` say otherwise: status, headers, body."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        fields = {"Host": f"127.0.0.1:{self.port}", "Authorization": "Bearer all"}
        fields |= {name.replace("_", "-"): text for name, text in headers.items()}
        method = fields.pop("method", "GET")
        head = "".join(f"{name}: {text}\r\n" for name, text in fields.items())
        writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode())
        answer = await reader.read()
        writer.close()
        top, _, body = answer.partition(b"\r\n\r\n")
        lines = top.decode().split("\r\n")
        found = {name.lower(): text for name, text in (line.split(": ", 1) for line in lines[1:])}
        return int(lines[0].split()[1]), found, body

    async def json(self, path: str, **headers: str) -> tuple[int, Any]:
        status, fields, body = await self.get(path, **headers)
        assert fields["content-type"].startswith("application/json")
        assert int(fields["content-length"]) == len(body)
        return status, msgspec.json.decode(body)


@asynccontextmanager
async def running(
    *, ticks: bool = True, most_reveals: int = 30, beside: Mapping[str, Any] | None = None, **options: Any
) -> AsyncIterator[Running]:
    """`ticks` False: the test calls `gateway.tick` and `gateway.second` itself, with times of its own. `beside`: what else the
    gateway asks (`Access`)."""
    door, book = Door(), Book()
    entrance = replace(access(door, book, most_reveals), **beside or {})
    config = LiveConfig(site="main", redis_url="", database_url="", port=0, **{"boards": BOARDS, **options})
    gateway = Gateway(config.boards, "test", write_all, config.most_views)
    positions = Positions()
    room: list[Running] = []
    routes = Routes(
        gateway,
        positions,
        read_clocks,
        lambda: room[0].why_not_current,
        entrance.admission,
        entrance.denials,
        open_metrics=config.open_metrics,
    )
    server = LiveServer(config, gateway, routes, positions, entrance)
    listening = await server.listen()
    room.append(Running(server, listening, door, book))
    tasks = [asyncio.ensure_future(server.look_after_visitors())]
    if ticks:
        tasks.append(asyncio.ensure_future(server.tick_forever()))
    try:
        yield room[0]
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await server.close(listening)


async def frame(connection: ClientConnection, *kinds: str) -> Any:
    """The next frame of one of these kinds."""
    while True:
        found = msgspec.json.decode(await asyncio.wait_for(connection.recv(), HANG_S))
        if found["t"] in kinds:
            return found


HELLO = '{"board":"default","seq":0}'

__all__ = ["HELLO", "Running", "frame", "running"]
