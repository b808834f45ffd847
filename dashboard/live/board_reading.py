"""Reading the boards that the gateway shows, again and again: what is published, and the drafts that somebody looks at.

Published boards are read as `repeated_reading` says; drafts when somebody asks for one, and with the rest. One task, one reading after
the other, each in a thread: nothing waits for the database but this. Invariant: what cannot be read changes nothing; what is shown
stays.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Protocol

from dashboard.access.actor import Actor
from dashboard.access.unavailable import AccessUnavailable
from dashboard.live.boards_known import draft_of
from dashboard.live.clocks import Instant
from dashboard.live.denials import InThread
from dashboard.live.gateway import Gateway
from dashboard.live.repeated_reading import RepeatedReading
from dashboard.live.screens import Screen
from dashboard.wallboards.published import Published

log = logging.getLogger("floorwatch.live.boards")


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
        self._reading = RepeatedReading(
            self._read_published, "Boards cannot be read; what is known stays.", self._read_drafts
        )
        gateway.draft_wanted = self.draft_wanted

    def look_again(self) -> None:
        """A notice came, or may have been missed."""
        self._reading.look_again()

    def draft_wanted(self, screen: Screen) -> None:
        """Somebody asks for the draft of a board."""
        self._wanted[screen] = None
        self._reading.go_on()

    async def run(self) -> None:
        """Until cancelled."""
        await self._reading.run()

    async def _read_published(self) -> None:
        self._gateway.replace_boards(await self._in_thread(self._kept.all), self._clocks())
        self._wanted |= dict.fromkeys(self._gateway.showing_drafts())

    async def _read_drafts(self) -> None:
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
