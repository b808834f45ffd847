"""A record of what the switch shows, for the people who name it: agents, queues, pause reasons.

The historian folds the stream anyway, so it writes the record; pages only read it (`dashboard.directory.seen`). Nothing depends
on it: it is written while it changes, and again now and then, because Redis may have lost it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

import msgspec

from collectors.stream import Client
from collectors.stream.errors import StreamError, told_as_stream_errors
from dashboard.directory.seen import Seen, SeenAgent, seen_key
from dashboard.floor.counters import A_HANDLED
from dashboard.floor.state import Floor
from dashboard.replica import Replica

log = logging.getLogger("floorwatch.history")

EVERY_S = 3.0
AGAIN_MS = 60_000


class SeenKeeper:
    """Keeps the record of `replica`'s floor."""

    def __init__(
        self,
        client: Client,
        site: str,
        replica: Replica,
        *,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.written = 0
        self._client = client
        self._key = seen_key(site)
        self._replica = replica
        self._now_ms = now_ms
        self._kept = Seen()

    async def run(self) -> None:
        """Looks every few seconds. Outages of Redis are left to others to notice."""
        while True:
            try:
                await self.keep_now()
            except StreamError as error:
                log.debug("What the switch shows is not written: %s", error)
            await asyncio.sleep(EVERY_S)

    async def keep_now(self) -> bool:
        """Writes the record if it has changed, or is old. Raises `StreamError`."""
        if not self._replica.is_caught_up:
            return False
        now_ms = self._now_ms()
        seen = seen_of(self._replica.floor, self._kept.at_ms)
        if seen == self._kept and now_ms - self._kept.at_ms < AGAIN_MS:
            return False
        seen = msgspec.structs.replace(seen, at_ms=now_ms)
        with told_as_stream_errors():
            await self._client.set(self._key, msgspec.json.encode(seen))
        self._kept = seen
        self.written += 1
        return True


def seen_of(floor: Floor, at_ms: int) -> Seen:
    """What a floor knows of its switch, each list in order."""
    agents = (
        SeenAgent(
            agent.id,
            agent.name,
            tuple(sorted({membership.queue for membership in agent.memberships.values()})),
            agent.today[A_HANDLED],
        )
        for agent in floor.agents.values()
    )
    reasons = {reason for reason in floor.reasons if reason}
    return Seen(
        at_ms, tuple(sorted(agents, key=lambda agent: agent.id)), tuple(sorted(floor.queues)), tuple(sorted(reasons))
    )
