"""Leaderboards, as the active historian sees to them: how they stand held against its floor, periods frozen, celebrations told.

Runs beside the historian's own work and never in its way: whatever goes wrong here is said and tried again. Only the lease, once it is
lost, ends it.
"""

from __future__ import annotations

import time
from collections.abc import Coroutine
from typing import Any

from redis.exceptions import RedisError
from sqlalchemy import Engine

from collectors.events import LEADERBOARDS_WRITER
from collectors.stream import Client, Lease, Writer
from dashboard.access.keys import notices_channel
from dashboard.access.notices import Notice, encode
from dashboard.floor.changes import Changes
from dashboard.floor.state import Floor
from dashboard.history.outbox_relay import OutboxRelay
from dashboard.leaderboards.celebrations.outbox import CelebrationOutbox
from dashboard.leaderboards.standings.counting import Counting
from dashboard.leaderboards.watch import Watch
from dashboard.replica import Replica


class LeaderboardRounds:
    """One term's."""

    def __init__(self, client: Client, lease: Lease, engine: Engine, site: str, replica: Replica) -> None:
        self._client = client
        self._site = site
        self._replica = replica
        self.watch = Watch(engine, site, self._floor, Counting(engine, site).count, self._told)
        writer = Writer(client, lease, LEADERBOARDS_WRITER, cursor=LEADERBOARDS_WRITER)
        self.relay = OutboxRelay(client, writer, CelebrationOutbox(engine, site, _now_ms))

    def rounds(self) -> tuple[Coroutine[Any, Any, None], ...]:
        """Each for ever, a task each. The first raises `LeaseLost`."""
        return (self.relay.run(), self.watch.run())

    def folded(self, changes: Changes, floor: Floor) -> None:
        """What entries changed."""
        self.watch.folded(changes, floor)

    def _floor(self) -> Floor | None:
        return self._replica.floor if self._replica.is_current else None

    async def _told(self) -> None:
        """Screens hear of it at once; without Redis they look by themselves."""
        try:
            await self._client.publish(notices_channel(self._site), encode(Notice("leaderboards")))
        except (RedisError, OSError):
            return


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
