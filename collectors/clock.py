"""Time as the collectors' shells use it, so that tests fire timers instead of sleeping."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Two clocks, because the machine's may be set while we run: facts carry wall time, deadlines do not."""

    def now_ms(self) -> int:
        """Wall time, epoch milliseconds."""

    def monotonic_ms(self) -> int:
        """Milliseconds that only grow; for deadlines and ages."""

    async def sleep(self, seconds: float) -> None:
        """Waits that long."""


class SystemClock:
    """The machine's own."""

    def now_ms(self) -> int:
        """Wall time, epoch milliseconds."""
        return time.time_ns() // 1_000_000

    def monotonic_ms(self) -> int:
        """Milliseconds that only grow."""
        return time.monotonic_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        """Waits that long."""
        await asyncio.sleep(seconds)
