"""The real gateway over a scene of our own: its views, frames and ticks, on a port that pages find.

Everybody who comes sees everything: who may see what is tested elsewhere. The scene's time is told as the gateway's, so a wall
shows the scene's clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request

from dashboard.access.actor import Actor, Grant
from dashboard.access.permissions import PERMISSIONS, Role
from dashboard.access.scope import EVERYTHING
from dashboard.boards import SHIPPED
from dashboard.floor.changes import Changes
from dashboard.live.clocks import Instant
from dashboard.live.gateway import Gateway
from dashboard.live.positions import Positions
from dashboard.live.routes import Routes
from dashboard.live.screens import write_all
from dashboard.live.visitor import Visitor
from dashboard.wallboards.published import Published
from dashboard.web_socket import WebSocket
from tests.live.people import Book, Door, access
from tests.patience import HANG_S
from tests.walls.scenes import Scene

T = TypeVar("T")
TICK_S = 0.1
MANAGER = Visitor(Actor("person", "m", "manager", (Grant("manager", EVERYTHING, PERMISSIONS[Role.MANAGER]),)))


class Stage:
    """A gateway that shows one scene after the other. `visitor`: who comes next."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.visitor = MANAGER
        self.gateway = Gateway(dict(SHIPPED), "0.1.0+test", write_all)
        entrance = access(Door(), Book())
        self._routes = Routes(self.gateway, Positions(), self.instant, lambda: "", entrance.admission, entrance.denials)
        self._scene: Scene | None = None
        self._opened_s = 0.0
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._is_open: Future[None] = Future()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),), daemon=True)

    def show(self, scene: Scene) -> None:
        """From now on this is the floor."""
        asyncio.run_coroutine_threadsafe(self._set(scene), self._loop).result(HANG_S)

    def jump(self, seconds: float) -> None:
        """The scene's time goes ahead at once."""
        self.do(lambda: self._jump(seconds))

    def hang(self, *published: Published) -> None:
        """These are the published boards now."""
        boards = {one.board.id: one for one in published}
        self.do(lambda: self.gateway.replace_boards(boards, self.instant()))

    def do(self, task: Callable[[], T]) -> T:
        """Between two ticks, where the floor and the gateway are nobody else's."""

        async def done() -> T:
            return task()

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(HANG_S)

    def ask(self, path: str, **asked: str | tuple[str, ...]) -> Any:
        """What the real API answers to a manager who asks at this moment."""
        request = Request(f"/api/v1/{path}?{urlencode(asked, doseq=True)}", Headers(Authorization="Bearer all"))
        answer = asyncio.run_coroutine_threadsafe(self._routes.answer(request, "10.0.0.7"), self._loop).result(HANG_S)
        assert answer.status_code == 200, answer.body
        return msgspec.json.decode(answer.body)

    def open(self) -> None:
        """Listens. The first scene comes with `show`."""
        self._thread.start()
        self._is_open.result(HANG_S)

    def close(self) -> None:
        """Ends every connection."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(HANG_S)
        self._loop.close()

    async def _set(self, scene: Scene) -> None:
        if self._scene is not None:
            self._scene.now_ms = self.instant().at_ms  # it goes on there when it is shown again
        self._scene, self._opened_s = scene, time.monotonic()
        self.gateway.folded(Changes(), scene.floor, scene.position, 1, self.instant())
        self.gateway.second(self.instant())

    def _jump(self, seconds: float) -> None:
        assert self._scene is not None
        self._scene.now_ms, self._opened_s = self.instant().at_ms + round(seconds * 1000), time.monotonic()

    def instant(self) -> Instant:
        """Now, in the scene's time."""
        steady_s = time.monotonic()
        scene, passed_ms = self._scene, int((steady_s - self._opened_s) * 1000)
        now_ms = 0 if scene is None else scene.now_ms + (0 if scene.is_still else passed_ms)
        return Instant(now_ms, steady_s * 1000)

    async def _run(self) -> None:
        async with serve(self._screen, "127.0.0.1", self.port, compression=None, ping_interval=None):
            self._is_open.set_result(None)
            ticking = asyncio.create_task(self._tick())
            await self._stop.wait()
            ticking.cancel()
            await asyncio.gather(ticking, return_exceptions=True)

    async def _tick(self) -> None:
        ticks = 0
        while True:
            await asyncio.sleep(TICK_S)
            ticks += 1
            scene, now = self._scene, self.instant()
            if scene is None:
                continue
            changes = scene.moved(now.at_ms)
            self.gateway.folded(changes, scene.floor, scene.position, 1, now)
            if ticks % round(1 / TICK_S) == 0:
                self.gateway.second(now)
            self.gateway.tick(now)

    async def _screen(self, connection: ServerConnection) -> None:
        screen = self.gateway.opened(WebSocket(connection), self.visitor, self.instant())
        try:
            async for message in connection:
                self.gateway.heard(screen, message, self.instant())
                self.gateway.second(self.instant())  # so that nobody waits for the first sign of life
        except ConnectionClosed:
            pass
        finally:
            self.gateway.left(screen, self.instant())


@contextlib.contextmanager
def stage(port: int) -> Iterator[Stage]:
    """An open one."""
    made = Stage(port)
    made.open()
    try:
        yield made
    finally:
        made.close()
