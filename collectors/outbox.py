"""Facts on their way from a source into the stream: the place where an outage of Redis is waited out.

Invariants:

* Putting facts in never waits, so the switch's link never feels Redis.
* What Redis cannot take is kept in order (by the stream's writer, 30 s); when it had to be dropped, or Redis lost what it had
  acknowledged, nothing more is written until Redis answers again, and then `resync` is called with the time of the last entry
  that is in the stream. So an outage costs the switch one resync, however long it is.
* After the lease is lost nothing is written: `run` ends with `LeaseLost`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable

from collectors.clock import Clock
from collectors.events import Fact
from collectors.stream import Lease, StreamDown, StreamFull, StreamOverflow, StreamReset, Writer
from collectors.stream.known import last_known

RETRY_S = 0.25
_log = logging.getLogger("floorwatch.collect")


Resync = Callable[[str, int], None]
"""Told a word of LINK_REASONS, and since when (epoch, ms) facts are missing."""


class Outbox:
    """See the module. `written_until_ms`: the time of the last fact that is surely in the stream, None: there is none yet.

    `why_not_written` is a sentence while Redis does not take facts, "" otherwise.
    """

    def __init__(self, writer: Writer, lease: Lease, clock: Clock, until_ms: int | None = None) -> None:
        self.written_until_ms = until_ms
        self.why_not_written = ""
        self.events_by_type: Counter[str] = Counter()
        self.overflows = 0
        self.lag_ms = 0
        self._writer = writer
        self._lease = lease
        self._clock = clock
        self._facts: list[Fact] = []
        self._news = asyncio.Event()

    @property
    def pending(self) -> int:
        """Facts that are not in the stream yet."""
        return len(self._facts) + self._writer.pending

    def put(self, facts: list[Fact]) -> None:
        """Takes facts, in order; returns at once."""
        self._facts += facts
        self._news.set()

    async def run(self, resync: Resync) -> None:
        """Writes for ever. Raises LeaseLost, and StreamError where Redis refuses us for good."""
        task = asyncio.current_task()
        while task is None or not task.cancelling():  # Python 3.11 can lose a cancel that meets the end of a send
            await self._news.wait()
            try:
                await self.flush()
            except (StreamDown, StreamFull) as error:
                await self._wait(str(error))
            except (StreamOverflow, StreamReset) as error:
                _log.error("%s", error)
                await self._start_over(resync)

    async def flush(self) -> None:
        """Writes what is there. Raises StreamDown, StreamFull: kept; StreamOverflow, StreamReset, LeaseLost: gone."""
        self._news.clear()
        facts, self._facts = self._facts, []
        await self._writer.append(facts)
        self._note(facts)

    def _note(self, facts: list[Fact]) -> None:
        self.why_not_written = ""
        if facts:
            now_ms = self._clock.now_ms()
            self.lag_ms = now_ms - facts[0].at_ms if not facts[0].backfilled else self.lag_ms
            self.written_until_ms = max((fact.at_ms for fact in facts if not fact.backfilled), default=now_ms)
            self.events_by_type.update(type(fact.event).__name__ for fact in facts)

    async def _wait(self, why: str) -> None:
        if not self.why_not_written:
            _log.warning("%s", why)
        self.why_not_written = why
        await self._clock.sleep(RETRY_S)
        self._news.set()

    async def _start_over(self, resync: Resync) -> None:
        """What was not written is lost, and what comes until Redis answers goes the same way. The stream says where it ends."""
        self.overflows += 1
        while True:
            try:
                await self._lease.renew()
                known = await last_known(self._lease.client, self._lease.site, self._lease.name)
            except (StreamDown, StreamFull) as error:
                await self._wait(str(error))
            else:
                break
        self._facts.clear()
        self.why_not_written = ""
        until_ms = known.until_ms if known is not None else self.written_until_ms
        resync("overflow", until_ms if until_ms is not None else self._clock.now_ms())
