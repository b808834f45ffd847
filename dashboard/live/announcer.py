"""The announcements that paired screens are told: the whole list of each, after its hello and whenever that changes.

`Announcer` is plain calls with the time as an argument; `Following` looks the announcements up again every 30 s, and at once when a
notice comes, in a thread. Invariant: what is known stays shown until it ends, also while nobody can be asked; until
something was known at all, no screen is told that there is nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

from dashboard.access.unavailable import AccessUnavailable
from dashboard.live import frames
from dashboard.live.denials import InThread
from dashboard.live.frames import Told
from dashboard.wallboards.announcement import Announcement

log = logging.getLogger("floorwatch.live.announcements")

EVERY_S: Final = 30.0
UNREACHABLE_S: Final = 5.0


class Announcer:
    """What stands on the screens of a site."""

    def __init__(self) -> None:
        self._current: tuple[Announcement, ...] | None = None

    def know(self, current: Sequence[Announcement]) -> None:
        """All of the site, as they are now."""
        self._current = tuple(current)

    def list_of(self, screen_id: str, now_ms: int) -> tuple[Told, ...] | None:
        """What this screen shows now, the oldest first; None while that is not known."""
        if self._current is None:
            return None
        return tuple(_told(one) for one in self._current if one.is_for(screen_id, now_ms))

    def frame(self, messages: tuple[Told, ...], now_ms: int) -> bytes:
        """The list as it travels."""
        return frames.announce(messages, now_ms)


class Following:
    """Keeps an announcer up to date. `look` blocks and raises `AccessUnavailable`; `changed` hears that something may be new."""

    def __init__(
        self,
        announcer: Announcer,
        look: Callable[[], Sequence[Announcement]],
        in_thread: InThread,
        changed: Callable[[], None],
    ) -> None:
        self._announcer = announcer
        self._look = look
        self._in_thread = in_thread
        self._changed = changed
        self._is_wanted = asyncio.Event()

    def look_again(self) -> None:
        """A notice came, or may have been missed."""
        self._is_wanted.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._is_wanted.clear()
            wait_s = EVERY_S
            try:
                self._announcer.know(await self._in_thread(self._look))
                self._changed()
            except AccessUnavailable:
                wait_s = UNREACHABLE_S
            except Exception:
                log.exception("Announcements cannot be looked up; what is known stays.")
            await self._wait(wait_s)

    async def _wait(self, wait_s: float) -> None:
        try:
            async with asyncio.timeout(wait_s):
                await self._is_wanted.wait()
        except TimeoutError:
            pass


def _told(one: Announcement) -> Told:
    return Told(one.id, one.form, one.text, one.priority, one.until_ms, one.seconds)
