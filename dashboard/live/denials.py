"""What was refused goes on record, without holding up anybody: one thread writes, a bounded queue waits for it.

A refusal needs no record to hold; a flood of them must not cost more than the log can take. What does not fit is counted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from dashboard.access.actor import Actor
from dashboard.access.audit_line import Target

log = logging.getLogger("floorwatch.live.access")

MOST_WAITING: Final = 200
TELL_EVERY_S: Final = 30.0


class AuditLog(Protocol):
    """The audit log as the gateway writes it; see `dashboard.access.audit`. Blocks."""

    def record(self, actor: Actor, action: str, target: Target = ..., *, reason: str = ...) -> int: ...

    def denied(self, actor: Actor, what: str, target: Target | str = ...) -> None: ...

    def tell_repeats(self) -> None: ...


InThread = Callable[[Callable[[], Any]], Awaitable[Any]]


class Denials:
    """Refusals on their way to the log. `lost` hears of each that found no room."""

    def __init__(self, audit: AuditLog, in_thread: InThread, lost: Callable[[], None]) -> None:
        self._audit = audit
        self._in_thread = in_thread
        self._lost = lost
        self._waiting: asyncio.Queue[tuple[Actor, str, Target]] = asyncio.Queue(MOST_WAITING)

    def add(self, actor: Actor, what: str, target: Target) -> None:
        """This actor was not allowed `what` (a permission, or an action) there."""
        try:
            self._waiting.put_nowait((actor, what, target))
        except asyncio.QueueFull:
            self._lost()

    async def run(self) -> None:
        """Writes, until cancelled; counts of repeated ones are told when their minute is over."""
        while True:
            try:
                async with asyncio.timeout(TELL_EVERY_S):
                    actor, what, target = await self._waiting.get()
                await self._write(lambda: self._audit.denied(actor, what, target))  # noqa: B023 — awaited at once
            except TimeoutError:
                await self._write(self._audit.tell_repeats)

    async def _write(self, line: Callable[[], None]) -> None:
        try:
            await self._in_thread(line)
        except Exception:
            log.exception("A refusal is not on record.")
