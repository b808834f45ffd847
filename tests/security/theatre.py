"""A whole site whose floor is told by the test itself: what happens, happens as entries of the stream, when and to whom the test
wants. Everything behind the stream is the real thing: historian, two gateways, pages on two workers.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Coroutine, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from collectors import events as e
from collectors.events import Fact
from collectors.stream import Lease, Writer, connect
from dashboard.settings import load
from tests.patience import HANG_S
from tests.pipeline.site import COMMAND, START_S, Site, until
from tests.ports import free_ports

T = TypeVar("T")
SWITCH = "pbx1"


class Theatre(Site):
    """`second_port`: of the second gateway. `say` tells the floor what happens."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (self.second_port,) = free_ports(1)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._stage: asyncio.Task[None] | None = None
        self._writer: Writer | None = None

    @property
    def address(self) -> str:
        """Of the pages."""
        return f"http://127.0.0.1:{self.web_port}"

    def raise_curtain(self, *first: e.AnyEvent) -> None:
        """Starts everything; `first` is what the switch tells at the beginning."""
        self.start("history")
        self.start("live")
        self._spawn("live2", ("env", f"FLOORWATCH_LIVE__PORT={self.second_port}", *COMMAND, "live"))
        self._spawn("web", ("env", "FLOORWATCH_WEB__WORKERS=2", *COMMAND, "web"))
        self._do(self._enter())
        self.say(*first)
        for port, path in ((self.live_port, "/readyz"), (self.second_port, "/readyz"), (self.web_port, "/healthz")):
            until(partial(self._answers, path, port), START_S, f"{path} of port {port}")

    def _answers(self, path: str, port: int) -> bool:
        return self.status(path, port) == 200

    def say(self, *events: e.AnyEvent) -> str:
        """This happens now. Returns the position of the last entry."""
        assert self._writer is not None
        at_ms = time.time_ns() // 1_000_000
        return self._do(self._writer.append([Fact(event, at_ms) for event in events]))

    def close(self) -> None:
        """Ends the link, then all processes."""
        if self._stage is not None:
            self._do(self._leave(self._stage))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(HANG_S)
        self._loop.close()
        super().close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(HANG_S)

    async def _enter(self) -> None:
        client = connect(load(str(self.settings)).effective_redis_url)
        lease = Lease(client, "test", SWITCH)
        assert await lease.try_acquire()
        self._writer = Writer(client, lease, SWITCH)
        self._stage = asyncio.create_task(self._stay_alive(lease, self._writer))

    async def _stay_alive(self, lease: Lease, writer: Writer) -> None:
        keeping = asyncio.create_task(lease.keep())
        try:
            while True:
                await writer.append([Fact(e.SourceAlive(), time.time_ns() // 1_000_000)])
                await asyncio.sleep(1)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            await lease.client.aclose()

    async def _leave(self, stage: asyncio.Task[None]) -> None:
        stage.cancel()
        await asyncio.gather(stage, return_exceptions=True)


@contextlib.contextmanager
def theatre(folder: Path) -> Iterator[Theatre]:
    """With its Valkey running; `raise_curtain` does the rest."""
    made = Theatre(folder)
    try:
        made.start_valkey()
        yield made
    finally:
        made.close()
