"""What the active historian does for business events: reads what internal systems tell, lets tickets fall due, tells the stream,
forgets what is too old to be corrected."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final

from redis import Redis
from sqlalchemy import Engine

from collectors.events import BUSINESS_WRITER
from collectors.stream import Client, Lease, Writer
from dashboard.business import forgetting
from dashboard.business.due import MOST, fall_due
from dashboard.business.outbox import BusinessOutbox
from dashboard.directory.seen import SeenRecord
from dashboard.history.business_stream import BusinessStream
from dashboard.history.outbox_relay import OutboxRelay
from dashboard.store import StoreError

log = logging.getLogger("floorwatch.history")

DUE_S: Final = 5.0
FORGET_S: Final = 3600.0


class BusinessRounds:
    """One term's. `seen`: the link by which what the switch shows is read."""

    def __init__(self, client: Client, lease: Lease, engine: Engine, site: str, seen: Redis) -> None:
        self.relay = OutboxRelay(
            client, Writer(client, lease, BUSINESS_WRITER, cursor=BUSINESS_WRITER), BusinessOutbox(engine, site)
        )
        self.stream = BusinessStream(client, engine, site, SeenRecord(seen, site).read)
        self._engine = engine
        self._site = site

    def rounds(self) -> tuple[Coroutine[Any, Any, None], ...]:
        """Each for ever, a task each. The first raises `LeaseLost`."""
        return self.relay.run(), self.stream.run(), self._fall_due(), self._forget()

    async def _fall_due(self) -> None:
        while True:
            fallen = 0
            try:
                fallen = await asyncio.to_thread(fall_due, self._engine, self._site, time.time_ns() // 1_000_000)
            except StoreError as error:
                log.warning("Tickets do not fall due: %s", error)
            await asyncio.sleep(0.0 if fallen == MOST else DUE_S)

    async def _forget(self) -> None:
        while True:
            await asyncio.sleep(FORGET_S)
            with suppress(StoreError):  # the next hour will do
                await asyncio.to_thread(self._forget_all, time.time_ns() // 1_000_000)

    def _forget_all(self, now_ms: int) -> None:
        while forgetting.forget(self._engine, self._site, now_ms) == forgetting.MOST:
            time.sleep(1)  # others write too
