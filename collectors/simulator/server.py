"""The simulator's shell: the world's time is the loop's time, its events go to TCP clients, their actions into the world.

Invariants: the loop is never blocked for longer than a slice of steps; while the switch is down its port refuses; at the end
the queue log is complete and the truth is written.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from .config import SimulatorConfig, SimulatorError
from .connection import Connection
from .control import Control
from .manager import Manager
from .media.dialler import Dialler
from .session import Session
from .world import World

SLICE_STEPS = 400
REST_S = 0.02


class SimulatorServer:
    """A running simulator: `async with SimulatorServer(config) as simulator:` then `simulator.port`, `.world`, `.truth()`."""

    def __init__(self, config: SimulatorConfig) -> None:
        self.config = config
        present = time.time()
        self.world = World(config, present if config.start_at is None else config.start_at)
        self.manager = Manager(self.world)
        self.connections: set[Connection] = set()
        self.slow_clients_closed = 0
        self.port = config.port
        self.control = Control(self)
        self.dialler = Dialler(self)
        self._listener: asyncio.Server | None = None
        self._pump: asyncio.Task[None] | None = None
        self._sessions = 0
        self._wakes_at = 0.0
        """Switch time of the next look at the world."""
        self._zero = 0.0
        self._held_at: float | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.world.disasters.went_down = self._went_down
        self.world.disasters.came_up = self._came_up

    # -- life

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._zero = loop.time()
        self.world.wake()
        if self.config.start_at is not None:
            self._zero = loop.time()
        await self._listen()
        await self.control.listen()
        self._pump = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pump is not None:
            self._pump.cancel()
        for task in self._tasks:
            task.cancel()
        self.dialler.end()
        await self.control.close()
        if self._listener is not None:
            self._listener.close()
        for connection in list(self.connections):
            connection.end()
        self.world.log.flush()
        if self.config.truth_path is not None:
            self.config.truth_path.write_text(json.dumps(self.truth(), ensure_ascii=False), encoding="utf-8")

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            self._listener = await loop.create_server(lambda: Connection(self), self.config.host, self.port, backlog=64)
        except OSError as error:
            where = f"{self.config.host}:{self.port}"
            raise SimulatorError(
                f"The simulator cannot listen on {where}: {os.strerror(error.errno or 0)}. Choose another port."
            ) from None
        self.port = self._listener.sockets[0].getsockname()[1]

    # -- time

    def now(self) -> float:
        """The world's time that real time has reached; while the world is held, when that began."""
        if self._held_at is not None:
            return self._held_at
        return self.world.start_at + (asyncio.get_running_loop().time() - self._zero) * self.config.speed

    def hold(self) -> None:
        """Nobody on the floor does anything until `go_on`; the switch itself goes on answering."""
        self._held_at = self.now()

    def go_on(self) -> None:
        """What was to happen meanwhile happens at once."""
        self._held_at = None

    def run_now(self) -> None:
        """Live up to this moment (or as far as a slice goes)."""
        self.world.run_until(self.now(), SLICE_STEPS)

    async def _run(self) -> None:
        world = self.world
        while True:
            is_done = world.run_until(self.now(), SLICE_STEPS)
            self.flush()
            world.log.flush()
            if not is_done:
                await asyncio.sleep(0)
                continue
            due = world.engine.next_at()
            wait_s = REST_S if due is None else (due - self.now()) / self.config.speed
            wait_s = min(REST_S, max(0.001, wait_s))
            self._wakes_at = self.now() + wait_s * self.config.speed
            await asyncio.sleep(wait_s)

    def _hurry(self) -> None:
        """Something was planned from outside for before the next look: look then."""
        due = self.world.engine.next_at()
        if due is not None and due < self._wakes_at:
            self._wakes_at = due
            wait_s = max(0.0, (due - self.now()) / self.config.speed)
            asyncio.get_running_loop().call_later(wait_s, self._look)

    def _look(self) -> None:
        if self._pump is not None and not self._pump.done():
            self.run_now()
            self.flush()

    # -- connections

    def new_session(self, write: Callable[[bytes], None], close: Callable[[], None]) -> Session:
        self._sessions += 1
        session = Session(self._sessions, write, close, self._later)
        self.manager.joins(session)
        return session

    def _later(self, seconds: float, act: Callable[[], None]) -> object:
        def do() -> None:
            act()
            self.flush()

        return asyncio.get_running_loop().call_later(seconds, do)

    def flush(self) -> None:
        """Hand all pending bytes over."""
        for connection in list(self.connections):
            connection.flush()
        self._hurry()

    def cut(self) -> None:
        """Drop every connection, as a failing network does."""
        for connection in list(self.connections):
            connection.abort()

    # -- the switch dies and comes back

    def _went_down(self) -> None:
        self.world.log.flush()
        for connection in list(self.connections):
            connection.end()
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _came_up(self) -> None:
        task = asyncio.get_running_loop().create_task(self._listen())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- truth

    def truth(self) -> dict[str, Any]:
        """What really happened, up to this moment (JSON)."""
        return self.world.truth.snapshot()


async def run(config: SimulatorConfig, *, ready: Callable[[SimulatorServer], None] | None = None) -> None:
    """`floorwatch simulate`: serve until SIGINT or SIGTERM. Raises SimulatorError for a port that cannot be had."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        async with SimulatorServer(config) as server:
            if ready is not None:
                ready(server)
            await stop.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
