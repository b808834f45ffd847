"""An event loop whose time is simulated: it never waits, it jumps to the next thing that is due. So a thousand races take seconds,
and each seed gives the same race again.

Sockets are real (a loopback's bytes are there as soon as they are sent). What blocks (`asyncio.to_thread`) runs in the loop itself:
it begins after a while and its answer comes after another, both by the seed, as with a database that is sometimes slow.
"""

from __future__ import annotations

import asyncio
import random
import selectors
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from tests.patience import HANG_S

T = TypeVar("T")
STUCK_S: Final = HANG_S


class SimulatedLoop(asyncio.SelectorEventLoop):
    """`slowness_s`: the longest that something blocking takes to begin, and its answer to come."""

    def __init__(self, seed: int = 0, slowness_s: float = 0.02) -> None:
        self.now_s = 1_000.0
        self.slowness_s = slowness_s
        self._rng = random.Random(f"{seed}:blocking")
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return self.now_s

    def run_in_executor(  # type: ignore[override]
        self, _executor: Any, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        future: asyncio.Future[T] = self.create_future()
        self.call_later(self._rng.uniform(0, self.slowness_s), self._run, future, func, args)
        return future

    def _run(self, future: asyncio.Future[T], func: Callable[..., T], args: tuple[Any, ...]) -> None:
        later = self._rng.uniform(0, self.slowness_s)
        try:
            answer = func(*args)
        except Exception as error:  # noqa: BLE001 — it belongs to whoever waits for it
            self.call_later(later, _give, future.set_exception, future, error)
        else:
            self.call_later(later, _give, future.set_result, future, answer)


def _give(give: Callable[[Any], None], future: asyncio.Future[Any], answer: Any) -> None:
    if not future.done():
        give(answer)


class _Jumping(selectors.DefaultSelector):
    def __init__(self, loop: SimulatedLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            ready = super().select(STUCK_S)
            assert ready, "nothing will ever happen again"
            return ready
        self._loop.now_s += max(0.0, timeout)
        return super().select(0)


class SimulatedClock:
    """The loop's time for everybody who is given a clock."""

    def __init__(self, loop: SimulatedLoop) -> None:
        self._loop = loop
        self._began_ms = time.time_ns() // 1_000_000 - int(loop.now_s * 1000)

    def now_ms(self) -> int:
        return self._began_ms + int(self._loop.now_s * 1000)

    def monotonic_ms(self) -> int:
        return int(self._loop.now_s * 1000)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def in_simulated_time(
    story: Callable[[SimulatedLoop], Coroutine[Any, Any, T]], seed: int = 0, slowness_s: float = 0.02
) -> T:
    """Runs it to its end."""
    loop = SimulatedLoop(seed, slowness_s)
    try:
        return loop.run_until_complete(story(loop))
    finally:
        _end_all(loop)
        loop.close()


def _end_all(loop: asyncio.AbstractEventLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
