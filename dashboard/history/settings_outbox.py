"""Telling the floor its settings: into the stream, so that every replica has them from the same position on.

They are written when they differ from what the floor has, and restated now and then, so that a rebuild from what the stream
still holds never lacks them.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from collectors.events import Fact, FloorSettings, SettingsChanged
from collectors.stream import StreamDown, StreamFull, StreamOverflow, StreamReset, Writer
from dashboard.replica import Replica

log = logging.getLogger("floorwatch.history")

SETTINGS = "settings"
"""The `switch` of entries that carry settings."""

CHECK_S = 1.0
COME_BACK_MS = 5000
"""What was written is folded long before. Doubled each time: a floor may not take settings as they are."""


class SettingsOutbox:
    """Writes `wanted` through `writer` (whose lease is the historian's)."""

    def __init__(
        self,
        replica: Replica,
        writer: Writer,
        wanted: FloorSettings,
        restate_every_s: float,
        *,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.written = 0
        self._replica = replica
        self._writer = writer
        self._wanted = wanted
        self._restate_every_ms = int(restate_every_s * 1000)
        self._now_ms = now_ms
        self._stated_at_ms: int | None = None
        self._patience_ms = COME_BACK_MS

    async def run(self) -> None:
        """Keeps the floor's settings as wanted. Raises `LeaseLost`; outages of Redis are waited out."""
        while True:
            if self.is_due():
                await self._state()
            await asyncio.sleep(CHECK_S)

    def is_due(self) -> bool:
        """Once after the start, then now and then; and when the floor has others, a while after ours were written."""
        if not self._replica.is_caught_up:
            return False
        if self._stated_at_ms is None:
            return True
        age_ms = self._now_ms() - self._stated_at_ms
        differ = self._replica.floor.settings != self._wanted
        return age_ms >= (self._patience_ms if differ else self._restate_every_ms)

    async def _state(self) -> None:
        now_ms = self._now_ms()
        facts = [] if self._writer.pending else [Fact(SettingsChanged(self._wanted), now_ms)]
        try:
            await self._writer.append(facts)
        except (StreamDown, StreamFull, StreamReset, StreamOverflow) as error:
            log.warning("The settings wait to be told: %s", error)
            return
        self._stated_at_ms = now_ms
        self._patience_ms = min(2 * self._patience_ms, self._restate_every_ms)
        self.written += 1
