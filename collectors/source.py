"""A switch as a source of facts, over all the lives of its link: connect → subscribe → snapshot → apply what came meanwhile → live.

Invariants:

* **Recovery is start-up.** A lost link, an overflow here or downstream, and a take-over all lead through the same steps; after a
  reload of the switch only the lists are asked for again.
* **Order.** Everything that the switch said before a list ended is applied before the snapshot made of it, and before time is
  told to the translator.
* **Our load on the switch does not depend on us being lucky**: at most one attempt to connect a second, and besides the snapshots
  after a gap at most one in `reconcile_every_s`.
* Nothing here awaits a consumer: facts are handed to `emit`, which returns at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from collectors.clock import Clock
from collectors.events import Fact
from collectors.link import Heard, Life, LinkError, RingDropped, Switch
from collectors.together import first_error
from collectors.waits import Waits

Message = TypeVar("Message")
Line = TypeVar("Line")
Line_contra = TypeVar("Line_contra", contravariant=True)
_log = logging.getLogger("floorwatch.collect")
_LOGGED_SURPRISES = 20
_DOUBT_MS = 20_000


class Translates(Protocol[Message, Line_contra]):
    """Messages → facts, pure. See `collectors.asterisk.translate.Translator` for the contract of each."""

    skew_ms: int
    wants_resync: bool

    @property
    def boot(self) -> str: ...
    def link_lost(self, reason: str, since_ms: int, at_ms: int) -> list[Fact]: ...
    def linked(self, at_ms: int, gap_from_ms: int | None = None) -> list[Fact]: ...
    def booted(self, core_status: Message | None, at_ms: int) -> list[Fact]: ...
    def message(self, message: Message, at_ms: int) -> list[Fact]: ...
    def tick(self, now_ms: int) -> list[Fact]: ...
    def listing(self, at_ms: int) -> None: ...
    def snapshot(self, items: list[Message], at_ms: int) -> list[Fact]: ...
    def log_line(self, line: Line_contra, at_ms: int) -> list[Fact]: ...
    def log_read_up_to(self, at_ms: int) -> list[Fact]: ...


@dataclass(frozen=True, slots=True)
class SourcePace:
    """`reconcile_every_s`: how often the whole switch is listed without a reason. `tick_s`: deadlines and the switch's log."""

    tick_s: float = 0.5
    reconcile_every_s: float = 300.0


@dataclass(slots=True)
class SourceCounts:
    """What a source did so far; `read` sums `Life.counts` over all lives."""

    attempts: int = 0
    lives: int = 0
    overflows: int = 0
    snapshots: int = 0
    surprises: int = 0
    read: Counter[str] = field(default_factory=Counter)


class Source(Generic[Message, Line]):
    """See the module. `known_until_ms`: up to when the stream already knows this switch, None: not at all. `read_log` gives the
    lines of the switch's own log since the last call; it may block a little, and raise OSError.

    `why_not_live` is a sentence while the link is down or the first snapshot is missing, "" while facts flow.
    """

    def __init__(
        self,
        switch: Switch[Message],
        translator: Translates[Message, Line],
        emit: Callable[[list[Fact]], None],
        clock: Clock,
        *,
        read_log: Callable[[], Sequence[Line]] | None = None,
        known_until_ms: int | None = None,
        pace: SourcePace | None = None,
        waits: Waits | None = None,
    ) -> None:
        self.counts = SourceCounts()
        self.why_not_live = "The switch was not reached yet."
        self._switch = switch
        self._translator = translator
        self._emit_all = emit
        self._clock = clock
        self._log_lines = read_log
        self._pace = pace or SourcePace()
        self._waits = waits or Waits()
        self._gap_from_ms = known_until_ms
        self._reconcile_ms = round(self._pace.reconcile_every_s * 1000)
        self._life: Life[Message] | None = None
        self._ended: Life[Message] | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._resync: asyncio.Task[None] | None = None
        self._log_turn = asyncio.Lock()
        self._log_reading: asyncio.Future[Sequence[Line]] | None = None
        self._log_read_at_ms = 0
        self._told_reason = ""
        self._has_been_live = False
        self._listed_ms = 0
        self._relisted_ms: int | None = None

    async def run(self) -> None:
        """Runs until cancelled. Raises LinkError only if the very first link shows that a setting is wrong."""
        await _together(self._lives(), self._ticks())

    def resync(self, reason: str, since_ms: int) -> None:
        """Facts were lost on their way out: mark the gap and start over on the same link."""
        if self._life is not None:
            self._begin_gap(reason, since_ms)
        else:
            self._widen_gap(since_ms)

    def say_goodbye(self, reason: str = "shutdown") -> None:
        """The collector ends: from now on nobody watches this switch."""
        if not self._told_reason:
            now_ms = self._clock.now_ms()
            self._emit(self._translator.link_lost(reason, now_ms, now_ms))
            self._told_reason = reason

    @property
    def last_heard_ms(self) -> int | None:
        """When the switch last gave a sign of life, None: not yet."""
        return self._life.last_heard_ms if self._life is not None else self._gap_from_ms

    def read_counts(self) -> Counter[str]:
        """What was read over all lives, the present one included."""
        return self.counts.read + Counter(self._life.counts if self._life is not None else {})

    # -- many lives --------------------------------------------------------------------------------------------------

    async def _lives(self) -> None:
        while True:
            self.counts.attempts += 1
            began_ms = 0
            try:
                async with self._switch.open() as life:
                    began_ms = self._clock.monotonic_ms()
                    await self._live(life)
            except LinkError as error:
                self._lost(error)
                if error.is_misconfigured and not self._has_been_live:
                    raise
                lived_ms = self._clock.monotonic_ms() - began_ms if began_ms else 0
                await self._clock.sleep(self._waits.after(error.reason, lived_ms / 1000))

    def _lost(self, error: LinkError) -> None:
        life, self._ended = self._ended, None
        now_ms = self._clock.now_ms()
        self.why_not_live = str(error)
        if life is not None:
            self.counts.read.update(life.counts)
            self._apply(life.drain())
            self._widen_gap(life.last_heard_ms)
            self._told_reason = ""
        if error.reason != self._told_reason:
            _log.warning("%s", error)
            self._told_reason = error.reason
            since_ms = self._gap_from_ms if self._gap_from_ms is not None else now_ms
            self._emit(self._translator.link_lost(error.reason, since_ms, now_ms))

    def _widen_gap(self, since_ms: int) -> None:
        self._gap_from_ms = since_ms if self._gap_from_ms is None else min(since_ms, self._gap_from_ms)

    # -- one life ----------------------------------------------------------------------------------------------------

    async def _live(self, life: Life[Message]) -> None:
        self._life = life
        self.counts.lives += 1
        self._emit(self._translator.linked(self._clock.now_ms(), self._gap_from_ms))
        self._told_reason = ""
        try:
            async with first_error(LinkError), asyncio.TaskGroup() as self._tasks:
                self._begin_resync(self._start_over(life))
                self._tasks.create_task(self._hear(life))
        finally:
            self._life, self._ended, self._resync = None, life, None

    async def _hear(self, life: Life[Message]) -> None:
        while True:
            try:
                heard = await life.heard()
            except RingDropped as dropped:
                self.counts.overflows += 1
                _log.warning("%s", dropped)
                self._begin_gap("overflow", dropped.since_ms)
            else:
                self._apply(heard)

    def _begin_gap(self, reason: str, since_ms: int) -> None:
        now_ms = self._clock.now_ms()
        self.why_not_live = "What was missed is being read from the switch again."
        self._widen_gap(since_ms)
        self._emit(self._translator.link_lost(reason, since_ms, now_ms))
        self._emit(self._translator.linked(now_ms, self._gap_from_ms))
        if self._life is not None:
            self._begin_resync(self._start_over(self._life))

    def _begin_resync(self, steps: Coroutine[Any, Any, None]) -> None:
        if self._resync is not None:
            self._resync.cancel()
        self._resync = self._tasks.create_task(steps) if self._tasks is not None else None

    async def _start_over(self, life: Life[Message]) -> None:
        identity = await life.identity()
        await self._read_log()
        self._apply(life.drain())
        self._emit(self._translator.booted(identity, self._clock.now_ms()))
        await self._list(life)

    async def _list(self, life: Life[Message]) -> None:
        self._translator.listing(self._clock.now_ms())
        items = await life.lists()
        await self._read_log()
        self._apply(life.drain())
        self._emit(self._translator.snapshot(items, self._clock.now_ms()))
        self._listed_ms = self._clock.monotonic_ms()
        self.counts.snapshots += 1
        self._has_been_live = True
        self.why_not_live = ""
        self._gap_from_ms = None

    # -- time and the switch's log -----------------------------------------------------------------------------------

    async def _ticks(self) -> None:
        while True:
            await self._clock.sleep(self._pace.tick_s)
            if self.counts.lives:
                await self._read_log()
            if self._life is not None:
                self._apply(self._life.drain())
            self._emit(self._translator.tick(self._clock.now_ms()))
            self._relist_if_due()

    async def _read_log(self) -> None:
        """One reading at a time, in a thread; a reading whose caller was cancelled is taken over by the next one."""
        if self._log_lines is None:
            return
        async with self._log_turn:
            if self._log_reading is None:
                self._log_read_at_ms = self._clock.now_ms()
                self._log_reading = asyncio.ensure_future(asyncio.to_thread(self._log_lines))
            try:
                lines = await asyncio.shield(self._log_reading)
            except OSError as error:
                self._log_reading = None
                self._surprised("The queue_log cannot be read: %s", error)
                return
            self._log_reading = None
            for line in lines:
                self._emit(self._translator.log_line(line, self._clock.now_ms()))
            self._emit(self._translator.log_read_up_to(self._log_read_at_ms))

    def _relist_if_due(self) -> None:
        """Another snapshot without a gap: after a reload, to make sure that we hear, or because the last one is old."""
        if self._life is None or self._resync is None or not self._resync.done():
            return
        now_ms = self._clock.monotonic_ms()
        age_ms = now_ms - self._listed_ms
        is_doubtful = self._life.is_in_doubt and age_ms >= _DOUBT_MS
        if not (self._translator.wants_resync or is_doubtful or age_ms >= self._reconcile_ms):
            return
        if self._relisted_ms is None or now_ms - self._relisted_ms >= self._reconcile_ms:
            self._relisted_ms = now_ms
            self._begin_resync(self._list(self._life))

    # -- facts -------------------------------------------------------------------------------------------------------

    def _apply(self, heard: list[Heard[Message]]) -> None:
        translator = self._translator
        facts: list[Fact] = []
        for at_ms, messages, alive in heard:
            if alive is not None:
                translator.skew_ms = alive.skew_ms if alive.skew_ms is not None else translator.skew_ms
                facts.append(Fact(alive, at_ms, boot=translator.boot))
            for message in messages:
                try:
                    facts += translator.message(message, at_ms)
                except Exception as error:  # noqa: BLE001 — one message that we misread must not stop the floor
                    self._surprised("A message was not understood and left out (%r): %r", error, message)
        self._emit(facts)

    def _emit(self, facts: list[Fact]) -> None:
        if facts:
            self._emit_all(facts)

    def _surprised(self, words: str, *details: object) -> None:
        self.counts.surprises += 1
        if self.counts.surprises <= _LOGGED_SURPRISES:
            _log.error(words, *details)


async def _together(*steps: Coroutine[Any, Any, None]) -> None:
    async with first_error(LinkError), asyncio.TaskGroup() as tasks:
        for step in steps:
            tasks.create_task(step)
