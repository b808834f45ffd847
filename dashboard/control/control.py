"""One time of being the control of a switch: from taking its lease to losing it.

Everything that it needs from outside is given, so that a whole control runs inside a test, on an in-process switch.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from collectors.clock import Clock
from collectors.link import LinkError
from collectors.source import SourcePace
from collectors.stream import Client, Lease, LeaseLost, StreamError
from collectors.together import first_error
from dashboard.access.audit import Audit
from dashboard.control.asking import Asking
from dashboard.control.beat import Beat
from dashboard.control.config import SwitchConfig
from dashboard.control.desk import Desk
from dashboard.control.inbox import Inbox
from dashboard.control.media import Media
from dashboard.control.records import Records
from dashboard.control.room import Room
from dashboard.control.teller import Teller
from dashboard.control.told import left_open
from dashboard.control.watch import Watch
from dashboard.floor.state import Floor
from dashboard.store import StoreError

log = logging.getLogger("floorwatch.control")

GOODBYE_S: Final = 2.0
RETRY_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all controls of a process share. `floor`: the floor as it is now."""

    site: str
    client: Client
    audit: Audit
    asking: Asking
    media: Media
    floor: Callable[[], Floor]
    clock: Clock
    pace: SourcePace = field(default_factory=SourcePace)


class Control:
    """Of one switch, under `lease`."""

    def __init__(self, config: SwitchConfig, lease: Lease, around: Surroundings) -> None:
        self.name = config.name
        self.lease = lease
        self._clock = around.clock
        self._floor = around.floor
        self.teller = Teller(around.client, lease, config.name, around.clock)
        self.records = Records(around.audit, around.site, config.name, around.clock)
        self.room = Room(config, around.media, self.records, self.teller.command, around.clock, around.pace)
        self.inbox = Inbox(around.client, around.site, config.name, around.clock)
        self.desk = Desk(self.room, self.inbox, around.asking, self.records, around.floor, around.clock)
        self.watch = Watch(self.room, around.asking, around.floor, around.clock)
        self.beat = Beat(self.room, self.teller, around.clock)

    async def serve(self) -> None:
        """Until cancelled. Raises LeaseLost, and LinkError where the very first link shows that a setting is wrong."""
        term = asyncio.create_task(self._term())
        try:
            await asyncio.shield(term)
        except asyncio.CancelledError:
            await self.room.close()  # while the link still stands
            await self._say_goodbye()
            raise
        finally:
            term.cancel()
            await asyncio.gather(term, return_exceptions=True)

    async def _term(self) -> None:
        async with first_error(LeaseLost, StreamError, LinkError), asyncio.TaskGroup() as tasks:
            tasks.create_task(self._while_held(self.lease.keep()))
            tasks.create_task(self._while_held(self.teller.outbox.run(self._told_again)))
            tasks.create_task(self.room.link.run())
            tasks.create_task(self.beat.run())
            tasks.create_task(self.watch.run())
            tasks.create_task(self._work())

    async def _while_held(self, work: Coroutine[Any, Any, None]) -> None:
        """Who has lost the lease takes everybody out before the link goes: the next one knows nothing of them."""
        try:
            await work
        except LeaseLost:
            await self.room.close()
            raise

    async def _work(self) -> None:
        """What an earlier process left open is closed first; then what it and we note is written, and commands are taken."""
        while True:
            try:
                await asyncio.to_thread(self.records.left_open)
            except StoreError as error:
                log.warning("%s No command is taken meanwhile.", error)
                await self._clock.sleep(RETRY_S)
            else:
                break
        for changed in left_open(self._floor(), self.name):
            self.teller.command(changed)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.records.run())
            tasks.create_task(self.desk.run())

    def _told_again(self, _reason: str, _since_ms: int) -> None:
        self.room.tell_again()
        self.beat.again()

    async def _say_goodbye(self) -> None:
        self.beat.goodbye()
        with suppress(StreamError, TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                await self.records.flush()
                await self.teller.outbox.flush()
