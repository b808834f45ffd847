"""The historian's part: holds the rules against the floor, each second, and keeps what began and what ended.

What could not be kept was not told, and is judged again: state is taken over only after the commit. A floor that is not up to date (the
process starts, Redis is away) is not judged. Invariant: judging takes at most a tenth of the process: with many rules it comes less often.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final

from dashboard.alerts.judging import Cause, Judged, Key, KnownRule, State, evaluate
from dashboard.alerts.ledger import Ledger
from dashboard.alerts.whereabouts import places_of
from dashboard.floor.state import Floor
from dashboard.store.engine import StoreError

log = logging.getLogger("floorwatch.alerts")

EVERY_S: Final = 1.0
NOTE_MS: Final = 10_000
SHARE: Final = 0.1

Tell = Callable[[], Awaitable[None]]


async def _nobody() -> None:
    """Nobody waits."""


class Watch:
    """One site's. `floor`: as it is now; None while it is not up to date. `told`: called when something began or ended."""

    def __init__(
        self,
        ledger: Ledger,
        floor: Callable[[], Floor | None],
        told: Tell = _nobody,
        *,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.fired = 0
        self.ended = 0
        self._ledger = ledger
        self._floor = floor
        self._told = told
        self._now_ms = now_ms
        self._state: dict[Key, Cause] | None = None
        self._noted_ms = 0
        self._judged_s = 0.0
        self._is_away = False

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._judged_s = 0.0
            try:
                await self.look()
            except Exception:
                log.exception("Alerts could not be looked at; the next look comes.")
            await asyncio.sleep(max(EVERY_S, self._judged_s / SHARE))

    async def look(self) -> Judged | None:
        """Judges once; None: nothing could be judged, or kept."""
        floor = self._floor()
        if floor is None:
            return None
        try:
            judged = await self._look(floor)
        except StoreError as error:
            if not self._is_away:
                log.warning("Alerts are not looked at while the database is away: %s", error)
            self._is_away, self._state = True, None  # somebody else may have kept something meanwhile
            return None
        self._is_away = False
        return judged

    async def _look(self, floor: Floor) -> Judged:
        rules, state = await asyncio.to_thread(self._read)
        began_s = time.monotonic()
        now_ms = self._now_ms()
        is_noted = now_ms - self._noted_ms >= NOTE_MS
        busy = {rule_id for rule_id, _ in state}
        due = [one for one in rules if is_noted or one.is_on or one.id in busy]  # others only say how they stand
        judged = evaluate(state, due, floor, now_ms)
        self._judged_s = time.monotonic() - began_s
        places, zone = places_of(floor.settings), floor.settings.time_zone
        kept: dict[Key, Cause] = judged.state
        if judged.is_news or self._ledger.timers_of(state) != self._ledger.timers_of(judged.state):
            kept = await asyncio.to_thread(self._ledger.keep, judged, state, places, zone)
        self._state = kept
        if is_noted:
            await asyncio.to_thread(self._ledger.note, kept, judged.standing, judged.at_ms)
            self._noted_ms = now_ms
        if judged.is_news:
            self.fired += len(judged.began)
            self.ended += len(judged.ended)
            await self._told()
        return judged

    def _read(self) -> tuple[list[KnownRule], State]:
        return self._ledger.rules(), self._ledger.state() if self._state is None else self._state
