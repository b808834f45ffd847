"""Reading what leaderboards need from the database: their documents again and again, and of history what a period lacks.

Documents, results, marks and how people appear are read as `repeated_reading` says. Sums of the past are read when the scoreboard wants
them; what history does not have yet is asked for again. Each in a thread: nothing waits for the database but this.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

from sqlalchemy import Engine

from dashboard.access.unavailable import AccessUnavailable
from dashboard.leaderboards.current import Current, CurrentLeaderboards
from dashboard.leaderboards.standings.past import PastReading, PastSums
from dashboard.leaderboards.standings.period_numbers import Wanted
from dashboard.live.clocks import Instant
from dashboard.live.denials import InThread
from dashboard.live.gateway import Gateway
from dashboard.live.repeated_reading import RepeatedReading

log = logging.getLogger("floorwatch.live.leaderboards")

LOOK_S: Final = 0.25
AGAIN_S: Final = 2.0
"""History was not there yet, or could not be read."""


class Readable(Protocol):
    """Where leaderboards are kept, and history. Both block, and raise `AccessUnavailable`."""

    def current(self, now_ms: int) -> Current: ...

    def past(self, wanted: Wanted) -> PastSums: ...


class NoLeaderboards:
    """Where there are none."""

    def current(self, now_ms: int) -> Current:  # noqa: ARG002 (as it is asked)
        """None."""
        return Current(appearing={})

    def past(self, wanted: Wanted) -> PastSums:
        """Nothing."""
        return PastSums(wanted.bounds, {}, (0, 0), 0)


class KeptLeaderboards:
    """One site's, in the database."""

    def __init__(self, engine: Engine, site: str) -> None:
        self._current = CurrentLeaderboards(engine, site)
        self._past = PastReading(engine, site)

    def current(self, now_ms: int) -> Current:
        """As they stand."""
        return self._current.read(now_ms)

    def past(self, wanted: Wanted) -> PastSums:
        """As history has it."""
        return self._past.read(wanted.bounds, wanted.metrics, with_queues=wanted.with_queues)


class LeaderboardReading:
    """Keeps a gateway's leaderboards as they are stored, and their past read."""

    def __init__(self, gateway: Gateway, kept: Readable, in_thread: InThread, clocks: Callable[[], Instant]) -> None:
        self._gateway = gateway
        self._kept = kept
        self._in_thread = in_thread
        self._clocks = clocks
        self._reading = RepeatedReading(self._read, "Leaderboards cannot be read; what is known stays.")

    def look_again(self) -> None:
        """A notice came, or may have been missed."""
        self._reading.look_again()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._reading.run())
            tasks.create_task(self._follow_past())

    async def _read(self) -> None:
        now_ms = self._clocks().at_ms
        current = await self._in_thread(lambda: self._kept.current(now_ms))
        self._gateway.leaderboards_are(current, self._clocks())

    async def _follow_past(self) -> None:
        while True:
            wanted = self._gateway.leaderboards.wanted()
            wait_s = LOOK_S
            for one in wanted:
                if not await self._read_past(one):
                    wait_s = AGAIN_S
            await asyncio.sleep(wait_s)

    async def _read_past(self, wanted: Wanted) -> bool:
        """Whether it is known now."""
        try:
            sums = await self._in_thread(lambda: self._kept.past(wanted))
        except AccessUnavailable:
            return False
        except Exception:
            log.exception("History cannot be read for leaderboards; what is known stays.")
            return False
        return self._gateway.past_is(wanted, sums, self._clocks())
