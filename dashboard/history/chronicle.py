"""The history of a replica's floor: recorded as it folds, written every few seconds, and brought back to where the stream is.

Invariants:

* **The floor never begins ahead of the history.** Whenever the replica chooses a base, `align` first brings the tables to a
  position that the stream still vouches for, and names it: no newer checkpoint is taken. Entries up to there are folded without
  being recorded, those after it are recorded.
* **A checkpoint is never ahead of the history**: `write_and` writes first, up to the position at which it looks.
* **Nothing is dropped.** While the database is away, what waits to be written grows up to `FULL`; then folding waits, and the stream
  is the memory. Only a floor that is given up takes what was recorded of it along: it is recorded again from the next one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, TypeVar

from collectors.stream import START, Reader, newer
from dashboard.floor.state import Floor
from dashboard.history.recording import Recording
from dashboard.history.writing import Batch, HistoryMoved, HistoryTables
from dashboard.replica import Replica
from dashboard.store import StoreError

log = logging.getLogger("floorwatch.history")

T = TypeVar("T")

MANY: Final = 20_000
"""So many rows are written before their time."""
FULL: Final = 100_000


class Chronicle:
    """A replica's companion (`dashboard.replica.Companion`). Give it to the replica, then `follow` it; run `run` as a task."""

    def __init__(self, tables: HistoryTables, *, every_s: float) -> None:
        self.tables = tables
        self.failures = 0
        self._every_s = every_s
        self._replica: Replica | None = None
        self._recording: Recording | None = None
        self._written = START
        self._unwritten: Batch | None = None
        self._is_lost = True
        self._lock = asyncio.Lock()
        self._due = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()

    def follow(self, replica: Replica) -> None:
        """The replica whose companion this is."""
        self._replica = replica

    @property
    def waiting(self) -> int:
        """How many rows wait to be written, roughly."""
        waiting = 0 if self._unwritten is None else len(self._unwritten.pending)
        return waiting + (len(self._recording.pending) if self._recording is not None else 0)

    # -- what the replica asks -----------------------------------------------------------------------------------------

    def lose(self) -> None:
        """The replica gives its floor up: what was recorded of it and not written goes too."""
        self._is_lost = True
        self._recording = self._unwritten = None
        self._has_room.set()

    async def align(self, reader: Reader, vouched: Sequence[str], newest: str | None) -> str | None:
        """Brings the tables to where the stream is. Returns the newest position that the floor may begin at; None: any.

        `vouched`: checkpoints whose entry is in the stream; `newest`: of all checkpoints. Raises `StoreError`, `StreamDown`.
        """
        async with self._lock:
            cursor = await asyncio.to_thread(self.tables.cursor)
            if cursor is None:
                self._written = START
                return START
            marks = await asyncio.to_thread(self.tables.marks)
            for mark in (cursor, *marks):
                if mark != START and await reader.holds(mark):
                    await self._go_back(cursor, mark)
                    return mark
            self._written = cursor
            if not vouched:
                await self._begin_anew(cursor, marks, newest)
            return None

    def take_up(self, floor: Floor, position: str) -> None:
        """The replica has this floor now, at this position."""
        self._is_lost = False
        self._recording = None if newer(self._written, position) else Recording(floor)

    def folding(self, floor: Floor, stream_id: str) -> None:
        """An entry is about to be folded into the floor."""
        if self._recording is None and newer(stream_id, self._written):
            self._recording = Recording(floor)

    async def room(self) -> None:
        """Waits while there is too much to be written."""
        if self.waiting >= MANY:
            self._due.set()
            if self.waiting >= FULL:
                self._has_room.clear()
                await self._has_room.wait()

    # -- writing -------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Writes every few seconds, or sooner when there is much. A database outage is only noted."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every_s):
                    await self._due.wait()
            self._due.clear()
            try:
                await self.write_and(lambda: None)
            except StoreError as error:
                self.failures += 1
                log.warning("What happened is not written yet: %s", error)

    async def write_and(self, look: Callable[[], T]) -> T | None:
        """Writes everything recorded, then gives what `look` saw at that very position; None while there is no floor.

        Raises `StoreError`: what was recorded waits for the next time.
        """
        async with self._lock:
            await self._write_rest()
            if self._is_lost:
                return None
            batch, seen = self._take(), look()
            if batch is not None:
                self._unwritten = batch
                await self._write_rest()
            return seen

    async def _write_rest(self) -> None:
        batch = self._unwritten
        if batch is None:
            return
        try:
            await asyncio.to_thread(self.tables.write, batch)
        except HistoryMoved as error:
            log.warning("%s Another historian is at work, so this one begins anew.", error)
            self.lose()
            if self._replica is not None:
                self._replica.begin_anew()
            return
        self._written = batch.to_id
        if self._unwritten is batch:
            self._unwritten = None
        self._has_room.set()

    def _take(self) -> Batch | None:
        """What was recorded since the last time, if the floor is whole and further on."""
        replica = self._replica
        if replica is None or not replica.is_sound or not newer(replica.position, self._written):
            return None
        if self._recording is None:  # entries that cannot be read: the floor did not change
            self._recording = Recording(replica.floor)
        return Batch(self._written, replica.position, replica.floor.stream_ms, self._recording.take())

    # -- going back ----------------------------------------------------------------------------------------------------

    async def _go_back(self, cursor: str, mark: str) -> None:
        self._written = mark
        if mark != cursor:
            log.warning("The stream lost its newest entries: history goes back from %s to %s", cursor, mark)
            await asyncio.to_thread(self.tables.go_back, mark)

    async def _begin_anew(self, cursor: str, marks: Sequence[str], newest: str | None) -> None:
        """Another stream: history goes back to the floor that the replica goes on from, and takes in all of the new stream."""
        goal = START if newest is None else newest
        if goal in marks:
            await asyncio.to_thread(self.tables.go_back, goal)
        log.warning(
            "The stream is another one: history goes on from %s with the whole of it", goal if goal in marks else cursor
        )
        await asyncio.to_thread(self.tables.begin_at, START)
        self._written = START
