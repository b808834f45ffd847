"""Housekeeping of the stream: by age, and, when Redis is nearly full, earlier than that.

Invariant: nothing that is not in a checkpoint yet is ever trimmed. A full Redis takes no more events; giving up the oldest
hours (only a new fold version would read them again) is better than losing the present.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from collectors.stream import Client, RedisRefused, StreamError, check_redis, trim_older, trim_to_save_memory

log = logging.getLogger("floorwatch.history")

FULL = 0.9
"""Share of `maxmemory` from which young entries are trimmed too."""

SHARE = 0.2
"""Of the stream, per round."""

LOOK_S = 5.0
"""Between looks at the memory: well within the time that writers keep what they cannot write."""

SHORT_S = 1.0
"""The same while memory is short."""


class StreamKeeper:
    """Trims `site`'s stream. `kept_position` tells how far everything is in a checkpoint."""

    def __init__(
        self, client: Client, site: str, retention_ms: int, every_s: float, kept_position: Callable[[], str]
    ) -> None:
        self.trimmed = 0
        self.trimmed_young = 0
        self._client = client
        self._site = site
        self._retention_ms = retention_ms
        self._every_s = every_s
        self._kept_position = kept_position
        self._is_short_of_memory = False
        self._old_due_at = 0.0

    async def run(self) -> None:
        """Trims from time to time; looks at the memory more often. Outages of Redis are left to others to notice."""
        while True:
            await asyncio.sleep(min(SHORT_S if self._is_short_of_memory else LOOK_S, self._every_s))
            try:
                await self.trim_now()
            except StreamError as error:
                log.debug("Not trimmed: %s", error)

    async def trim_now(self) -> int:
        """One round: by age if that is due, for memory if it is short. Returns how many went. Raises `StreamError`."""
        position = self._kept_position()
        removed = await self._trim_old(position)
        self._is_short_of_memory = await self._is_nearly_full()
        if self._is_short_of_memory:
            young = await trim_to_save_memory(self._client, self._site, SHARE, not_past=position)
            self.trimmed_young += young
            removed += young
            log.warning(
                "Redis has used more than %d %% of maxmemory (%d entries trimmed before their time): raise maxmemory.",
                FULL * 100,
                young,
            )
        self.trimmed += removed
        return removed

    async def _trim_old(self, position: str) -> int:
        now = time.monotonic()
        if now < self._old_due_at:
            return 0
        self._old_due_at = now + self._every_s
        return await trim_older(self._client, self._site, self._retention_ms, not_past=position)

    async def _is_nearly_full(self) -> bool:
        try:
            facts = await check_redis(self._client)
        except RedisRefused as error:
            log.warning("%s", error)  # it was changed while we run: say it, do not stop
            return False
        return facts.maxmemory > 0 and facts.used_memory > FULL * facts.maxmemory
