"""Keeping the history as long as the settings say, and no longer: looked at a few times a day, in steps that others can write between.

What is numbers by the half-hour outlives single calls, and these outlive single states. SQLite's file does not become smaller:
the room is used again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine

from dashboard.history.old_rows import ALL, OldRows
from dashboard.store import StoreError

log = logging.getLogger("floorwatch.history")

EVERY_S: Final = 6 * 3600.0
PAUSE_S: Final = 0.05
"""Between two steps, so that whoever waits to write comes first."""
DELIVERIES_DAYS: Final = 35
UNDO_DAYS: Final = 1
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class KeptDays:
    """How long rows are kept, by kind (`[history]` of the settings)."""

    calls: int
    states: int
    intervals: int
    deliveries: int = DELIVERIES_DAYS
    undo: int = UNDO_DAYS

    def before_ms(self, term: str, now_ms: int) -> int:
        """Rows of that kind from before this moment go."""
        days: int = getattr(self, term)
        return now_ms - days * _DAY_MS


class Retention:
    """Purges `site`'s tables. Run `run` as a task. A database outage is only noted: the next look comes."""

    def __init__(
        self,
        engine: Engine,
        site: str,
        kept: KeptDays,
        *,
        every_s: float = EVERY_S,
        pause_s: float = PAUSE_S,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self._engine = engine
        self._site = site
        self._kept = kept
        self._every_s = every_s
        self._pause_s = pause_s
        self._now_ms = now_ms

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._every_s)

    async def look(self) -> dict[str, int]:
        """Purges now; how many rows of which table went, those of an interrupted look too."""
        now_ms = self._now_ms()
        gone: dict[str, int] = {}
        try:
            for old in ALL:
                await self._purge(old, self._kept.before_ms(old.term, now_ms), gone)
        except StoreError as error:
            log.warning("The history was not looked at to its end for what is too old: %s", error)
        if gone:
            log.info("Too old, purged: %s", ", ".join(f"{count} {table}" for table, count in gone.items()))
        return gone

    async def _purge(self, old: OldRows, before_ms: int, gone: dict[str, int]) -> None:
        steps = old.steps(self._engine, self._site, before_ms)
        while (count := await asyncio.to_thread(next, steps, 0)) > 0:
            name = str(old.table.name)
            gone[name] = gone.get(name, 0) + count
            await asyncio.sleep(self._pause_s)
