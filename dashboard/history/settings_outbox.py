"""Telling the floor its settings: from the directory's outbox into the stream, so that every replica has them from one position on.

The newest row counts. It is told at once, restated when the floor has others, and now and then, so that a rebuild from what the
stream still holds never lacks it. While the database is away the last known row stays what is wanted.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress

from collectors.events import Fact, SettingsChanged
from collectors.stream import StreamDown, StreamFull, StreamOverflow, StreamReset, Writer
from dashboard.directory.outbox import Outbox, OutboxRow
from dashboard.replica import Replica
from dashboard.store import StoreError

log = logging.getLogger("floorwatch.history")

CHECK_S = 1.0
COME_BACK_MS = 5000
"""What was written is folded long before. Doubled each time: a floor may not take settings as they are."""


class SettingsOutbox:
    """Tells `rows` through `writer` (whose lease is the historian's). `watch` and `run` are two tasks: a database that does not
    answer holds up nothing that Redis can do.

    `prepare`: called off the event loop before the first look, again until it succeeds.
    """

    def __init__(
        self,
        replica: Replica,
        writer: Writer,
        rows: Outbox,
        restate_every_s: float,
        *,
        prepare: Callable[[], None] = lambda: None,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.written = 0
        self.wanted: OutboxRow | None = None
        self._replica = replica
        self._writer = writer
        self._rows = rows
        self._restate_every_ms = int(restate_every_s * 1000)
        self._prepare: Callable[[], None] | None = prepare
        self._now_ms = now_ms
        self._sending: OutboxRow | None = None
        self._told: OutboxRow | None = None
        self._told_at_ms = 0
        self._to_note: tuple[int, int, str] | None = None
        self._patience_ms = COME_BACK_MS
        self._is_away = False
        self._changed = asyncio.Event()

    async def watch(self) -> None:
        """Looks for a newer row every second. A database outage is said once; the last row stays wanted."""
        while True:
            await self.look()
            await asyncio.sleep(CHECK_S)

    async def run(self) -> None:
        """Keeps the floor's settings as wanted. Raises `LeaseLost`; outages of Redis are waited out."""
        while True:
            if self.is_due():
                await self.state()
            with suppress(TimeoutError):
                async with asyncio.timeout(CHECK_S):
                    await self._changed.wait()
            self._changed.clear()

    async def look(self) -> None:
        """One look at the database, off the event loop."""
        to_note = self._to_note
        try:
            newest = await asyncio.to_thread(self._look, to_note)
        except StoreError as error:
            if not self._is_away:
                log.warning("The directory cannot be read, so its settings stay as they are: %s", error)
            self._is_away = True
            return
        self._is_away = False
        if self._to_note is to_note:
            self._to_note = None
        if newest is not None and newest is not self.wanted:
            self.wanted = newest
            self._patience_ms = COME_BACK_MS
            self._changed.set()

    def is_due(self) -> bool:
        """A row is told once; then now and then; and when the floor has others, a while after it was told."""
        if self.wanted is None or not self._replica.is_caught_up:
            return False
        if self._told is not self.wanted:
            return True
        age_ms = self._now_ms() - self._told_at_ms
        differ = self._replica.floor.settings != self.wanted.settings
        return age_ms >= (self._patience_ms if differ else self._restate_every_ms)

    async def state(self) -> None:
        """Writes what is wanted, or what still waits to be written, into the stream."""
        if self.wanted is None:
            return
        now_ms = self._now_ms()
        facts = []
        if self._sending is None or not self._writer.pending:
            self._sending = self.wanted
            facts = [Fact(SettingsChanged(self.wanted.settings), now_ms)]
        try:
            position = await self._writer.append(facts)
        except (StreamDown, StreamFull, StreamReset, StreamOverflow) as error:
            log.warning("The settings wait to be told: %s", error)
            return
        self._to_note = (self._sending.id, now_ms, position)
        self._told, self._told_at_ms = self._sending, now_ms
        self._patience_ms = min(2 * self._patience_ms, self._restate_every_ms)
        self.written += 1

    def _look(self, to_note: tuple[int, int, str] | None) -> OutboxRow | None:
        if self._prepare is not None:
            self._prepare()
            self._prepare = None
        if to_note is not None:
            self._rows.told(*to_note)
        return self._rows.newest(self.wanted)
