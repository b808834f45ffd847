"""What tests of the asynchronous shells share: a loop per test, a clock that is fired by hand, waiting for a condition."""

from __future__ import annotations

import asyncio
import functools
import heapq
from collections.abc import Callable, Coroutine
from typing import ParamSpec

from tests.patience import HANG_S

Given = ParamSpec("Given")
PATIENCE_S = HANG_S


def in_loop(test: Callable[Given, Coroutine[None, None, None]]) -> Callable[Given, None]:
    """Runs an asynchronous test in a loop of its own."""

    @functools.wraps(test)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


async def until(is_so: Callable[[], bool]) -> None:
    """Lets the loop and its sockets work until it is so; fails where it hangs."""
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():
            await asyncio.sleep(0.001)


class ManualClock:
    """Both clocks of `collectors.clock.Clock`; time passes only by `advance`. `slept` holds every duration asked for."""

    def __init__(self, now_ms: int = 1_795_286_400_000) -> None:
        self._now_ms = now_ms
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._count = 0
        self.slept: list[float] = []

    def now_ms(self) -> int:
        return self._now_ms

    def monotonic_ms(self) -> int:
        return self._now_ms

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        self.slept.append(seconds)
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now_ms + round(seconds * 1000), self._count, woken))
        await woken

    @property
    def sleepers(self) -> int:
        """How many wait for this clock now."""
        return sum(not woken.done() for _, _, woken in self._sleepers)

    async def advance(self, seconds: float) -> None:
        """Lets that much time pass, waking sleepers in their order; each may sleep again within it."""
        end_ms = self._now_ms + round(seconds * 1000)
        while self._sleepers and self._sleepers[0][0] <= end_ms:
            due_ms, _, woken = heapq.heappop(self._sleepers)
            self._now_ms = max(self._now_ms, due_ms)
            if not woken.done():
                woken.set_result(None)
            for _ in range(5):
                await asyncio.sleep(0)
        self._now_ms = end_ms
        await asyncio.sleep(0)
