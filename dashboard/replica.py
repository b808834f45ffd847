"""A floor that is up to date: the newest checkpoint, and the stream from its position on, for ever.

Starting, coming back after an outage and recovering from a loss are one path: choose a base (`_base`), read on from it.

Invariants:

* **The floor is a function of the stream.** Two replicas at one position have the same floor, whatever checkpoint each
  started from. `floor` and `position` always belong together between two awaits.
* **Nothing is skipped in silence.** Unread entries that were trimmed, and entries that Redis lost after they were folded,
  lead back to a base that the stream still vouches for.
* **An outage blanks nothing.** While Redis is away the floor stays, `is_current` is False, and reading goes on from
  `position` afterwards. A database outage costs only the checkpoint: the stream is read from its start.
* **What is kept beside the floor goes where the floor goes** (`Companion`): it is told before the floor is replaced, each time.
* **A poison entry stops nothing.** If folding an entry raises, the floor may be half changed: it is rebuilt up to that entry
  and folding is tried again; after `TRIES` the entry is left out by every replica alike, and goes to the dead letters.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from collectors.events import Entry
from collectors.stream import (
    RETENTION_MS,
    START,
    DeadLetter,
    DeadLetters,
    LostTail,
    Reader,
    Span,
    StreamDown,
    StreamError,
    Trimmed,
    Undecodable,
    id_ms,
    newer,
    pack,
)
from collectors.stream.reader import COUNT
from dashboard.floor.changes import Changes
from dashboard.floor.checkpoint import CheckpointError, dump, load
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor
from dashboard.store import Checkpoints, StoreError

log = logging.getLogger("floorwatch.replica")

TRIES = 3
BLOCK_MS = 500
LAG_CHECK_S = 10.0
_PAUSES_S = (0.05, 0.1, 0.2, 0.5, 1.0)

OnChanges = Callable[[Changes, Floor, str], None]
"""Called after each batch with what changed, the floor and its position."""


class Companion(Protocol):
    """Something that is kept beside a replica's floor and must never be ahead of it: the history."""

    def lose(self) -> None:
        """The floor is given up, perhaps in the middle of an entry; until `take_up` there is none."""

    async def align(self, reader: Reader, vouched: Sequence[str], newest: str | None) -> str | None:
        """Goes back to where the stream is. Returns the newest position that the floor may begin at; None: any. `vouched`:
        checkpoints whose entry is in the stream, newest first; `newest`: of all there are. Raises `StoreError`, `StreamDown`."""

    def take_up(self, floor: Floor, position: str) -> None:
        """This is the floor now, folded up to this position."""

    def folding(self, floor: Floor, stream_id: str) -> None:
        """That entry is about to be folded."""

    async def room(self) -> None:
        """Waits while it cannot take in more."""


class _PoisonError(Exception):
    """Folding one entry raised; the floor is not to be trusted until it is rebuilt."""

    def __init__(self, before_id: str, stream_id: str, entry: Entry, cause: Exception) -> None:
        super().__init__(stream_id)
        self.before_id = before_id
        self.stream_id = stream_id
        self.entry = entry
        self.cause = cause


class Replica:
    """Follows one site's stream. `start`, then `run`; read `floor` and `position` in between at will.

    `dead_letters`: where entries go that cannot be folded; None: they are only counted (`left_out`). `companion`: with one, a
    floor is only replaced while the database answers.
    """

    def __init__(
        self,
        reader: Reader,
        checkpoints: Checkpoints | None = None,
        *,
        dead_letters: DeadLetters | None = None,
        companion: Companion | None = None,
        retention_ms: int = RETENTION_MS,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.floor = Floor(reader.site)
        self.position = START
        self.is_caught_up = False
        self.is_current = False
        self.lag_ms = 0
        self.events_by_type: Counter[str] = Counter()
        self.rebuilds: Counter[str] = Counter()
        self.outages = 0
        self.left_out = 0
        self.lag_warnings = 0
        self._reader = reader
        self._checkpoints = checkpoints
        self._dead_letters = dead_letters
        self._companion = companion
        self._is_to_begin_anew = False
        self._retention_ms = retention_ms
        self._now_ms = now_ms
        self._is_started = False
        self._is_sound = True
        self._tries: Counter[str] = Counter()
        self._poison: set[str] = set()
        self._safe: tuple[str, bytes] | None = None
        self._quiet_until = START
        self._lag_checked_at = 0.0

    async def start(self) -> None:
        """Takes the newest base that the stream vouches for. Waits while Redis is away. No entry is read yet."""
        pauses = iter(_PAUSES_S)
        pause_s = 0.0
        while True:
            try:
                await self._rebase()
            except (StreamDown, StoreError) as error:
                self._note_outage(error)
                pause_s = next(pauses, pause_s)
                await asyncio.sleep(pause_s)
            else:
                self._is_started = True
                return

    async def run(self, on_changes: OnChanges) -> None:
        """Reads on for ever; ends by being cancelled.

        `on_changes` is called with everything changed whenever the floor was replaced (first of all after `start`), and
        after each batch of entries with what they changed, merged.
        """
        if not self._is_started:
            await self.start()
        on_changes(everything(self.floor), self.floor, self.position)
        pauses = iter(_PAUSES_S)
        pause_s = 0.0
        while True:
            try:
                await self._step(on_changes)
                pauses = iter(_PAUSES_S)
            except (StreamDown, StoreError) as error:
                self._note_outage(error)
                pause_s = next(pauses, pause_s)
                await asyncio.sleep(pause_s)

    async def catch_up(self) -> None:
        """Reads to the present end of the stream, once. Raises `StreamDown`."""
        if not self._is_started:
            await self.start()
        self.is_caught_up = False
        while not self.is_caught_up:
            await self._step(lambda *_: None)

    @property
    def is_sound(self) -> bool:
        """False while the floor may be half changed by an entry that could not be folded."""
        return self._is_sound

    def begin_anew(self) -> None:
        """Choose a base again at the next read, as after a start."""
        self._is_to_begin_anew = True

    def snapshot(self) -> tuple[str, bytes] | None:
        """Position and dumped state, true together; None while there is nothing worth keeping."""
        if not self._is_sound or self.position == START:
            return None
        return self.position, dump(self.floor)

    async def _step(self, on_changes: OnChanges) -> None:
        """One read and its folding, or one recovery."""
        if self._is_to_begin_anew or not self._is_sound:
            await self._rebase()
            on_changes(everything(self.floor), self.floor, self.position)
            return
        if self._companion is not None:
            await self._companion.room()
        try:
            rows = await self._reader.read(self.position, COUNT, BLOCK_MS if self.is_caught_up else 0)
        except (Trimmed, LostTail) as error:
            log.warning("%s", error)
            self.rebuilds["trimmed" if isinstance(error, Trimmed) else "lost_tail"] += 1
            self._safe = None
            await self._rebase()
            on_changes(everything(self.floor), self.floor, self.position)
            return
        try:
            changes = await self._fold_all(rows)
        except _PoisonError as poison:
            await self._step_back(poison)
            return
        self.is_caught_up = self.is_current = len(rows) < COUNT
        if self.is_caught_up and not self._tries:
            self._safe = None
        if rows:
            self.lag_ms = max(0, self._now_ms() - id_ms(self.position))
            self._report(changes, on_changes)
        if not self.is_caught_up:
            await self._watch_lag()

    def _report(self, changes: Changes, on_changes: OnChanges) -> None:
        if newer(self._quiet_until, self.position):
            return  # screens have seen a later floor than this one: do not show them the way back to it
        if self._quiet_until != START:
            self._quiet_until = START
            changes = everything(self.floor)
        on_changes(changes, self.floor, self.position)

    async def _fold_all(self, rows: list[tuple[str, Entry | Undecodable]]) -> Changes:
        merged = Changes()
        for stream_id, record in rows:
            if isinstance(record, Undecodable):
                await self._leave_out(DeadLetter(stream_id, record.packed, record.reason))
            elif stream_id not in self._poison:
                merged.add(self._fold_one(stream_id, record))
            self.position = stream_id
        return merged

    def _fold_one(self, stream_id: str, entry: Entry) -> Changes:
        if self._tries and stream_id in self._tries:
            self._safe = (self.position, dump(self.floor))
        if self._companion is not None:
            self._companion.folding(self.floor, stream_id)
        try:
            changes = fold(self.floor, entry, stream_id)
        except Exception as error:
            self._is_sound = False
            raise _PoisonError(self.position, stream_id, entry, error) from error
        if self._tries:
            self._tries.pop(stream_id, None)
        self.events_by_type[type(entry.event).__name__] += 1
        return changes

    async def _step_back(self, poison: _PoisonError) -> None:
        """Rebuilds the floor from before the entry that could not be folded, and gives up on it after `TRIES`."""
        self._tries[poison.stream_id] += 1
        if self._tries[poison.stream_id] >= TRIES:
            log.error("Entry %s cannot be folded and is left out: %r", poison.stream_id, poison.cause)
            del self._tries[poison.stream_id]
            self._poison.add(poison.stream_id)
            reason = f"{type(poison.cause).__name__}: {poison.cause}"
            await self._leave_out(DeadLetter(poison.stream_id, pack(poison.entry), reason))
        self.rebuilds["poison"] += 1
        if newer(poison.before_id, self._quiet_until):
            self._quiet_until = poison.before_id
        if self._safe is not None and self._companion is None:
            self.position, state = self._safe
            self.floor = load(state)
            self._is_sound = True
        else:
            await self._rebase()

    async def _leave_out(self, letter: DeadLetter) -> None:
        self.left_out += 1
        if self._dead_letters is not None:
            try:
                await self._dead_letters.put(letter)
            except StreamError as error:
                log.warning("Entry %s is left out, and cannot be kept as a dead letter: %s", letter.stream_id, error)

    async def _rebase(self) -> None:
        """Replaces floor and position by the newest base: a checkpoint that the stream vouches for, else its start."""
        self.is_caught_up = self.is_current = False
        if self._companion is not None:
            self._companion.lose()
        span = await self._reader.span()
        try:
            self.floor, self.position = await self._base(span)
        except StoreError as error:
            if self._companion is not None:
                raise
            log.warning("No checkpoint can be read, so the day is rebuilt from the stream: %s", error)
            self.floor, self.position = Floor(self._reader.site), START
        self._is_sound, self._is_to_begin_anew = True, False
        if self._companion is not None:
            self._companion.take_up(self.floor, self.position)
        log.info("Following %s from %s of %s…%s", self._reader.site, self.position, span.first_id, span.last_id)

    async def _base(self, span: Span) -> tuple[Floor, str]:
        """The newest checkpoint whose entry is in the stream (and that the companion allows), with its position.

        If there is none (the stream was emptied, or trimmed beyond them all), the newest checkpoint and the start of the
        stream: the day's counters and the settings survive, and the next snapshot puts the present right.
        """
        if self._checkpoints is None:
            return Floor(self._reader.site), START
        positions = await asyncio.to_thread(self._checkpoints.positions)
        vouched = [one for one in positions if span.holds(one) and await self._reader.holds(one)]
        limit = None
        if self._companion is not None:
            limit = await self._companion.align(self._reader, vouched, positions[0] if positions else None)
        for stream_id in vouched:
            if limit is None or not newer(stream_id, limit):
                floor = await self._load(self._checkpoints, stream_id)
                if floor is not None:
                    return floor, stream_id
        if vouched and limit is not None:
            return Floor(self._reader.site), START
        for stream_id in positions:
            floor = await self._load(self._checkpoints, stream_id)
            if floor is not None:
                self.rebuilds["other_stream"] += 1
                return floor, START
        return Floor(self._reader.site), START

    async def _load(self, checkpoints: Checkpoints, stream_id: str) -> Floor | None:
        """The floor of one checkpoint; None if it is gone or cannot be read, then an older one is good enough."""
        try:
            found = await asyncio.to_thread(checkpoints.load, stream_id)
            return None if found is None else load(found.state)
        except (StoreError, CheckpointError) as error:
            log.warning("The checkpoint of %s cannot be read: %s", stream_id, error)
            return None

    async def _watch_lag(self) -> None:
        """Warns while the entries that are still to be read are in danger of being trimmed."""
        now = time.monotonic()
        if now - self._lag_checked_at < LAG_CHECK_S:
            return
        self._lag_checked_at = now
        lag_ms = (await self._reader.span()).lag_ms(self.position)
        if lag_ms > self._retention_ms / 2:
            self.lag_warnings += 1
            log.warning("Reading is %.1f h behind, more than half of what the stream keeps.", lag_ms / 3_600_000)

    def _note_outage(self, error: StreamDown | StoreError) -> None:
        if self.is_current or not self.outages:
            self.outages += 1
            log.warning("%s The floor stays as it was at %s.", error, self.position)
        self.is_current = False


def everything(floor: Floor) -> Changes:
    """The changes of a floor that was replaced as a whole."""
    changes = Changes()
    changes.queues.update(floor.queues)
    changes.agents.update(floor.agents)
    changes.monitorings.update(floor.core.monitorings)
    changes.commands.update(floor.core.commands)
    changes.controls.update(floor.core.controls)
    changes.waiting = changes.links = changes.settings = True
    return changes
