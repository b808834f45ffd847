"""Writing checkpoints: often enough that a restart is short, seldom enough that it costs little.

Invariant: what is written is a floor and the position it was folded to, taken between two entries. The state is dumped on
the event loop, where nothing else can change it, and written to SQL off it. It is never ahead of the history: that is written up
to the same position before.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from collectors.stream import START
from dashboard.replica import Replica
from dashboard.store import Checkpoints, StoreError

log = logging.getLogger("floorwatch.history")


Snapshot = tuple[str, bytes] | None
Take = Callable[[], Snapshot]


async def _at_once(take: Take) -> Snapshot:
    return take()


class CheckpointKeeper:
    """Keeps checkpoints of `replica`. Call `folded` after each batch; run `run` as a task; `keep_now` at a clean end.

    `after_history`: takes the snapshot at a position up to which history is written.
    """

    def __init__(
        self,
        replica: Replica,
        checkpoints: Checkpoints,
        *,
        every_s: float,
        every_events: int,
        kept: int,
        after_history: Callable[[Take], Awaitable[Snapshot]] = _at_once,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.kept_position = START
        self.written = 0
        self.failures = 0
        self.last_bytes = 0
        self.last_s = 0.0
        self._replica = replica
        self._checkpoints = checkpoints
        self._every_s = every_s
        self._every_events = every_events
        self._kept = kept
        self._after_history = after_history
        self._now_ms = now_ms
        self._events_then = 0
        self._due = asyncio.Event()

    def folded(self) -> None:
        """Notes that the replica moved on."""
        if self._replica.events_by_type.total() - self._events_then >= self._every_events:
            self._due.set()

    async def run(self) -> None:
        """Keeps a checkpoint every so many seconds, or sooner after so many events. A database outage is only noted."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every_s):
                    await self._due.wait()
            self._due.clear()
            try:
                await self.keep_now()
            except StoreError as error:
                self.failures += 1
                log.warning("No checkpoint was kept: %s", error)

    async def keep_now(self) -> bool:
        """Keeps one now, unless nothing was folded since the last. Raises `StoreError`."""
        self._events_then = self._replica.events_by_type.total()
        if self._replica.position == self.kept_position:
            return False
        snapshot = await self._after_history(self._replica.snapshot)
        begun = time.perf_counter()
        if snapshot is None:
            return False
        position, state = snapshot
        await asyncio.to_thread(self._checkpoints.save, position, state, self._now_ms(), keep=self._kept)
        self.kept_position = position
        self.written += 1
        self.last_bytes = len(state)
        self.last_s = time.perf_counter() - begun
        return True
