"""From an outbox in SQL into the stream, each line exactly once, whatever dies meanwhile.

A line goes from SQL only after the stream has it, so a crash in between leaves lines that were told already. Then the stream itself is
asked: nobody else writes as this writer, and lines are told in order, so what stands behind the last position that SQL knows is the
beginning of what SQL still holds. The position moves on while there is nothing to tell, so that little has to be read.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Final, Protocol

from collectors.events import AnyEvent, Fact
from collectors.stream import (
    Client,
    LostTail,
    Reader,
    StreamDown,
    StreamFull,
    StreamOverflow,
    StreamReset,
    Trimmed,
    Writer,
)
from collectors.stream.packing import Undecodable
from dashboard.store import StoreError

log = logging.getLogger("floorwatch.history")

AT_ONCE: Final = 1_000
LOOK_S: Final = 0.2
"""So long a line waits at most before it is told."""
REST_S: Final = 1.0
MOVE_ON_S: Final = 30.0


class OutboxLine(Protocol):
    """One line. `at_ms`: of what moment it is; None: of when it is told."""

    @property
    def id(self) -> int: ...
    @property
    def event(self) -> AnyEvent: ...
    @property
    def at_ms(self) -> int | None: ...


class OutboxRows(Protocol):
    """A site's lines. Calls block, and raise `StoreError`."""

    def position(self) -> str: ...
    def waiting(self, most: int) -> Sequence[OutboxLine]: ...
    def told(self, ids: Sequence[int], position: str) -> None: ...


class OutboxRelay:
    """Tells `rows` through `writer`, whose cursor is its own. `told`: lines since the start."""

    def __init__(
        self,
        client: Client,
        writer: Writer,
        rows: OutboxRows,
        *,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.told = 0
        self._writer = writer
        self._reader = Reader(client, writer.lease.site)
        self._rows = rows
        self._now_ms = now_ms
        self._monotonic = monotonic
        self._is_sure = False
        self._moved_at_s = 0.0
        self._complaint = ""

    async def run(self) -> None:
        """For ever. Raises `LeaseLost`; outages of Redis and of the database are waited out."""
        while True:
            try:
                rest_s = 0.0 if await self.tell() else LOOK_S
                self._complaint = ""
            except (StoreError, StreamDown, StreamFull) as error:
                self._complain(str(error))
                rest_s = REST_S
            await asyncio.sleep(rest_s)

    async def tell(self) -> int:
        """Tells what waits; how many lines. Raises `StoreError`, `StreamDown`, `StreamFull`, `LeaseLost`: call again."""
        if not self._is_sure:
            await self._find_told()
        lines = await asyncio.to_thread(self._rows.waiting, AT_ONCE)
        if not lines:
            await self._move_on()
            return 0
        self._is_sure = False  # until SQL knows it too
        position = await self._written(lines)
        if not position:
            return 0
        await self._note([line.id for line in lines], position)
        self._is_sure = True
        self.told += len(lines)
        return len(lines)

    async def _written(self, lines: Sequence[OutboxLine]) -> str:
        """Where the last of them stands; "" if that is to be found out."""
        now_ms = self._now_ms()
        facts = [Fact(line.event, now_ms if line.at_ms is None else line.at_ms) for line in lines]
        while True:
            try:
                return await self._writer.append(facts)
            except (StreamDown, StreamFull) as error:
                self._complain(str(error))
                facts = []  # the writer keeps them
                await asyncio.sleep(REST_S)
            except (StreamOverflow, StreamReset) as error:
                self._complain(str(error))
                return ""

    async def _find_told(self) -> None:
        """Takes away the lines that the stream has."""
        position = await asyncio.to_thread(self._rows.position)
        if not position:
            await self._note([], (await self._reader.span()).last_id)
        else:
            lines = await asyncio.to_thread(self._rows.waiting, AT_ONCE)
            if lines:
                there, last = await self._ours_after(position, len(lines))
                same = takewhile(
                    lambda pair: pair[0] == pair[1], zip(there, (line.event for line in lines), strict=False)
                )
                count = sum(1 for _ in same)
                if count:
                    await self._note([line.id for line in lines[:count]], last)
        self._is_sure = True

    async def _ours_after(self, position: str, most: int) -> tuple[list[AnyEvent], str]:
        """What this writer told after a position, and where the last of it stands."""
        found: list[AnyEvent] = []
        last = after = position
        try:
            while len(found) < most and (rows := await self._reader.read(after)):
                after = rows[-1][0]
                for stream_id, entry in rows:
                    if not isinstance(entry, Undecodable) and entry.switch == self._writer.switch and len(found) < most:
                        found.append(entry.event)
                        last = stream_id
        except (Trimmed, LostTail) as error:  # what stood there is gone, and with it what we told
            log.warning("What was told to the stream cannot be looked up: %s", error)
        return found, last

    async def _move_on(self) -> None:
        now_s = self._monotonic()
        if self._moved_at_s and now_s - self._moved_at_s < MOVE_ON_S:
            return
        self._moved_at_s = now_s
        await self._note([], (await self._reader.span()).last_id)

    async def _note(self, ids: Sequence[int], position: str) -> None:
        await asyncio.to_thread(self._rows.told, ids, position)

    def _complain(self, sentence: str) -> None:
        if sentence != self._complaint:
            log.warning("What was told waits for the stream: %s", sentence)
        self._complaint = sentence
