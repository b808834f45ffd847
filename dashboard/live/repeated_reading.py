"""What a gateway keeps up to date from the database: read at the start, every 30 s, and at once when a notice says that it changed.

One task, one reading after the other. Invariants: what cannot be read changes nothing, so what is known stays, and is asked for
again (after 5 s while the database is away); a notice that comes during a reading is not lost in it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from dashboard.access.unavailable import AccessUnavailable
from dashboard.live.denials import InThread

log = logging.getLogger("floorwatch.live.reading")

EVERY_S: Final = 30.0
UNREACHABLE_S: Final = 5.0

Read = Callable[[], Awaitable[None]]


class RepeatedReading:
    """`read` raises `AccessUnavailable` while nobody can be asked; `failed` is the sentence for the log when it fails otherwise.

    `then` is what else this task does: after each reading, and by itself whenever it is asked for (`go_on`).
    """

    def __init__(
        self,
        read: Read,
        failed: str,
        then: Read | None = None,
        *,
        every_s: float = EVERY_S,
        unreachable_s: float = UNREACHABLE_S,
    ) -> None:
        self._read = read
        self._failed = failed
        self._then = then
        self._every_s = every_s
        self._unreachable_s = unreachable_s
        self._is_due = True
        self._is_awake = asyncio.Event()

    def look_again(self) -> None:
        """A notice came, or may have been missed."""
        self._is_due = True
        self._is_awake.set()

    def go_on(self) -> None:
        """`then` is wanted; what was read still holds."""
        self._is_awake.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._is_awake.clear()
            wait_s = self._every_s
            try:
                await self._once()
            except AccessUnavailable:
                wait_s = self._unreachable_s
            except Exception:
                log.exception(self._failed)
            await self._wait(wait_s)

    async def _once(self) -> None:
        if self._is_due:
            self._is_due = False  # before it is read: who says so meanwhile is heard
            try:
                await self._read()
            except Exception:
                self._is_due = True
                raise
        if self._then is not None:
            await self._then()

    async def _wait(self, wait_s: float) -> None:
        try:
            async with asyncio.timeout(wait_s):
                await self._is_awake.wait()
        except TimeoutError:
            self._is_due = True


def following(
    look: Callable[[], Any], in_thread: InThread, know: Callable[[Any], None], failed: str
) -> RepeatedReading:
    """The plain case: `look` blocks, in a thread; `know` hears what it found."""

    async def read() -> None:
        know(await in_thread(look))

    return RepeatedReading(read, failed)
