"""Looking again at who is at each socket: every 30 s, and at once when a notice says that something changed.

What was found at the handshake holds only until somebody takes it away. Sockets of one session (or token, or screen) are looked
at together; those whose turn it is are taken in small batches, one after the other in a thread, so that two thousand screens are a
steady trickle and nothing waits for Redis. Those of a notice have a thread of their own and wait for nobody's turn. When neither
store can be reached, what is open stays open.

Invariant: what was found later counts: an answer is dropped if the same visitor was asked about again meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from dashboard.access.notices import Notice
from dashboard.access.unavailable import AccessUnavailable
from dashboard.live.screens import Screen
from dashboard.live.visitor import Visitor

log = logging.getLogger("floorwatch.live.access")

EVERY_S: Final = 30.0
UNREACHABLE_S: Final = 5.0
"""How soon those are looked at again of whom nobody could say anything."""

AT_ONCE: Final = 0.0
"""Due before all others: a notice came."""

BATCH: Final = 50
LOOK_S: Final = 0.5
PAUSE_S: Final = 0.005
"""Between two batches: the thread gives way to the ticks."""


class Again(Protocol):
    """Looks visitors up anew; see `Admission.again`."""

    def __call__(
        self, visitors: Sequence[Visitor], *, at_once: bool
    ) -> Awaitable[list[Visitor | Exception | None]]: ...


Found = Callable[[Screen, Visitor | None], None]


@dataclass(eq=False, slots=True)
class _Known:
    """`is_mixed`: a socket was opened by who looked different, so all of them are told at the next look."""

    visitor: Visitor
    due_at: float
    asked: int = 0
    is_mixed: bool = False
    screens: set[Screen] = field(default_factory=set)


class Rechecks:
    """Everybody who is connected. `found` hears, on the loop, what each socket's visitor is now; None: nobody any more."""

    def __init__(self, again: Again, found: Found, clock: Callable[[], float] = time.monotonic) -> None:
        self.heard = 0
        """Notices so far: whoever was admitted while one came is looked at again at once."""
        self._again = again
        self._found = found
        self._clock = clock
        self._known: dict[tuple[str, str, str], _Known] = {}
        self._is_wanted = asyncio.Event()

    def add(self, screen: Screen, visitor: Visitor, heard: int) -> None:
        """A socket was opened by this visitor, who was found when `heard` notices had come."""
        known = self._known.get(_key(visitor))
        if known is None:
            due_at = self._clock() + random.uniform(EVERY_S / 2, EVERY_S)  # noqa: S311 — spreads load
            known = self._known[_key(visitor)] = _Known(visitor, due_at)
        known.screens.add(screen)
        known.is_mixed = known.is_mixed or visitor != known.visitor
        if heard != self.heard or known.is_mixed:
            self._at_once(known)

    def drop(self, screen: Screen, visitor: Visitor) -> None:
        """The socket is gone."""
        known = self._known.get(_key(visitor))
        if known is not None:
            known.screens.discard(screen)
            if not known.screens:
                del self._known[_key(visitor)]

    def notice(self, notice: Notice) -> None:
        """Something changed: whom it may be about is looked at at once."""
        self.heard += 1
        for known in self._known.values():
            if notice.kind == "everybody" or _is_about(notice, known.visitor):
                self._at_once(known)

    def everybody(self) -> None:
        """Notices may have been missed."""
        self.notice(Notice("everybody"))

    async def run(self) -> None:
        """Looks again, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._by_turns())
            tasks.create_task(self._of_notices())

    async def _by_turns(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            while batch := self._take(self._clock(), [one for one in self._known.values() if one.due_at > AT_ONCE]):
                await self._look(batch, at_once=False)
                await asyncio.sleep(PAUSE_S)

    async def _of_notices(self) -> None:
        while True:
            await self._is_wanted.wait()
            self._is_wanted.clear()
            while batch := self._take(AT_ONCE, self._known.values()):
                await self._look(batch, at_once=True)

    def _at_once(self, known: _Known) -> None:
        known.due_at = AT_ONCE
        self._is_wanted.set()

    def _take(self, until: float, among: Iterable[_Known]) -> list[_Known]:
        """A few of those who are due, the longest due first; they are due again later, or at the next notice."""
        due = sorted((known for known in among if known.due_at <= until), key=lambda known: known.due_at)[:BATCH]
        for known in due:
            known.due_at = self._clock() + EVERY_S
            known.asked += 1
        return due

    async def _look(self, batch: list[_Known], *, at_once: bool) -> None:
        asked = [known.asked for known in batch]
        answers = await self._again([known.visitor for known in batch], at_once=at_once)
        for known, mark, answer in zip(batch, asked, answers, strict=True):
            if known.asked != mark:
                continue
            if isinstance(answer, Exception):
                self._nobody_can_say(known, answer)
            elif answer != known.visitor or known.is_mixed:
                self._changed(known, answer)

    def _nobody_can_say(self, known: _Known, error: Exception) -> None:
        if known.due_at != AT_ONCE:
            known.due_at = self._clock() + UNREACHABLE_S
        if not isinstance(error, AccessUnavailable):
            log.error("Looking again at %s %s failed: %r", known.visitor.actor.kind, known.visitor.actor.id, error)

    def _changed(self, known: _Known, visitor: Visitor | None) -> None:
        known.is_mixed = False
        if visitor is not None:
            known.visitor = visitor
        for screen in tuple(known.screens):
            self._found(screen, visitor)


def _key(visitor: Visitor) -> tuple[str, str, str]:
    actor = visitor.actor
    return actor.kind, actor.session or actor.id, actor.address


def _is_about(notice: Notice, visitor: Visitor) -> bool:
    actor = visitor.actor
    match notice.kind:
        case "session":
            return actor.kind == "person" and notice.id == actor.session
        case "account":
            return notice.id == actor.account_id
        case "token" | "screen":
            return actor.kind == notice.kind and notice.id in {actor.id, actor.session}
        case "everybody":
            return True
        case "boards" | "announcements" | "supervision" | "messages" | "alerts" | "leaderboards":
            return False
