"""Reading the boards that the gateway shows, again and again: what is published, and the drafts that somebody looks at.

Published boards are read at the start, every 30 s, and at once when a notice says that one changed; drafts when somebody asks for one,
and with the rest. One task, one reading after the other, each in a thread: nothing waits for the database but this. Invariant: what
cannot be read changes nothing; what is shown stays.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from dashboard.access.actor import Actor
from dashboard.access.unavailable import AccessUnavailable
from dashboard.live.boards_known import draft_of
from dashboard.live.denials import InThread
from dashboard.live.gateway import Gateway, Instant
from dashboard.live.screens import Screen
from dashboard.wallboards.published import Published

log = logging.getLogger("floorwatch.live.boards")

EVERY_S: Final = 30.0
UNREACHABLE_S: Final = 5.0


class Readable(Protocol):
    """Where boards are kept; see `PublishedBoards`. Both block, and raise `AccessUnavailable`."""

    def all(self) -> Mapping[str, Published]: ...

    def draft(self, board_id: str, actor: Actor) -> Published | None: ...


class NoBoards:
    """Where nothing is published."""

    def all(self) -> Mapping[str, Published]:
        """None."""
        return {}

    def draft(self, board_id: str, actor: Actor) -> Published | None:  # noqa: ARG002 — as it is asked
        """None."""
        return None


class BoardReading:
    """Keeps a gateway's boards as they are stored."""

    def __init__(self, gateway: Gateway, kept: Readable, in_thread: InThread, clocks: Callable[[], Instant]) -> None:
        self._gateway = gateway
        self._kept = kept
        self._in_thread = in_thread
        self._clocks = clocks
        self._wanted: dict[Screen, None] = {}
        self._is_due = True
        self._is_wanted = asyncio.Event()
        gateway.draft_wanted = self.draft_wanted

    def look_again(self) -> None:
        """A notice came, or may have been missed."""
        self._is_due = True
        self._is_wanted.set()

    def draft_wanted(self, screen: Screen) -> None:
        """Somebody asks for the draft of a board."""
        self._wanted[screen] = None
        self._is_wanted.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._is_wanted.clear()
            wait_s = EVERY_S
            try:
                await self._read()
            except AccessUnavailable:
                wait_s = UNREACHABLE_S
            except Exception:
                log.exception("Boards cannot be read; what is known stays.")
            await self._wait(wait_s)

    async def _read(self) -> None:
        if self._is_due:
            published = await self._in_thread(self._kept.all)
            self._is_due = False
            self._gateway.replace_boards(published, self._clocks())
            self._wanted |= dict.fromkeys(self._gateway.showing_drafts())
        while self._wanted:
            screen = next(iter(self._wanted))
            try:
                await self._read_draft(screen)
            except AccessUnavailable:
                raise
            except Exception:  # nobody's draft keeps the others waiting
                log.exception("The draft %r cannot be read.", screen.board)
                self._wanted.pop(screen, None)

    async def _read_draft(self, screen: Screen) -> None:
        """Who cannot be answered now stays wanted."""
        board_id, actor = draft_of(screen.board or ""), screen.visitor.actor
        if board_id is not None and not screen.has_ended:
            found = await self._in_thread(lambda: self._kept.draft(board_id, actor))
            if screen.visitor.actor == actor:
                self._gateway.draft_is(screen, board_id, found, self._clocks())
            elif not screen.has_ended:
                return
        self._wanted.pop(screen, None)

    async def _wait(self, wait_s: float) -> None:
        try:
            async with asyncio.timeout(wait_s):
                await self._is_wanted.wait()
        except TimeoutError:
            self._is_due = True
