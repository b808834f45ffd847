"""When each paired screen was last seen, told every 5 s for all of them in one go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol

from dashboard.access.screen_record import Seen
from dashboard.live.denials import InThread
from dashboard.live.screens import Screen

log = logging.getLogger("floorwatch.live.access")

EVERY_S: Final = 5.0


class Sightings(Protocol):
    """Where it is told; see `dashboard.access.screen_record`. Blocks."""

    def saw(self, seen: Mapping[str, Seen]) -> None: ...


class LastSeen:
    """The paired screens of this gateway: the open ones, and those that closed since the last telling."""

    def __init__(
        self,
        sightings: Sightings,
        in_thread: InThread,
        screens: Callable[[], Iterable[Screen]],
        now_ms: Callable[[], int],
    ) -> None:
        self._sightings = sightings
        self._in_thread = in_thread
        self._screens = screens
        self._now_ms = now_ms
        self._closed: dict[str, Seen] = {}

    def closed(self, screen: Screen) -> None:
        """A socket is gone; told with the next ones, unless the screen has another."""
        if screen.visitor.actor.kind == "screen":
            self._closed[screen.visitor.actor.id] = self._seen(screen, is_open=False)

    async def run(self) -> None:
        """Tells, until cancelled; at the end, that all are closed."""
        try:
            while True:
                await asyncio.sleep(EVERY_S)
                await self._tell(self.take())
        finally:
            for screen in self._screens():
                self.closed(screen)
            self._sightings_at_the_end(self.take(with_open=False))

    def take(self, *, with_open: bool = True) -> dict[str, Seen]:
        """What is to be told now."""
        told, self._closed = self._closed, {}
        if with_open:
            for screen in self._screens():
                if screen.visitor.actor.kind == "screen" and not screen.has_ended:
                    told[screen.visitor.actor.id] = self._seen(screen, is_open=True)
        return told

    def _seen(self, screen: Screen, *, is_open: bool) -> Seen:
        address = screen.visitor.actor.address
        return Seen(self._now_ms(), address, screen.board or "", screen.release, is_open, screen.restarts)

    async def _tell(self, seen: dict[str, Seen]) -> None:
        if seen:
            try:
                await self._in_thread(lambda: self._sightings.saw(seen))
            except Exception:
                log.exception("When screens were last seen cannot be told.")

    def _sightings_at_the_end(self, seen: dict[str, Seen]) -> None:
        """The loop is about to end: told at once, bounded by the link's own time-outs."""
        if seen:
            try:
                self._sightings.saw(seen)
            except Exception:
                log.exception("When screens were last seen cannot be told.")
