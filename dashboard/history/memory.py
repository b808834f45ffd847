"""Housekeeping of the stream: by age, and, when Redis is nearly full, earlier than that.

Invariant: nothing that is not in a checkpoint yet is ever trimmed. A full Redis takes no more events; giving up the oldest
hours (only a new fold version would read them again) is better than losing the present.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from collectors.stream import Client, RedisRefused, StreamError, check_redis, trim_older, trim_to_save_memory

log = logging.getLogger("floorwatch.history")

FULL = 0.9
"""Share of `maxmemory` from which young entries are trimmed too."""

SHARE = 0.2
"""Of the stream, per round."""


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

    async def run(self) -> None:
        """Trims from time to time, more often while memory is short; outages of Redis are left to others to notice."""
        while True:
            await asyncio.sleep(min(1.0, self._every_s) if self._is_short_of_memory else self._every_s)
            try:
                await self.trim_now()
            except StreamError as error:
                log.debug("Not trimmed: %s", error)

    async def trim_now(self) -> int:
        """One round. Returns how many entries went. Raises `StreamError`."""
        position = self._kept_position()
        removed = await trim_older(self._client, self._site, self._retention_ms, not_past=position)
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

    async def _is_nearly_full(self) -> bool:
        try:
            facts = await check_redis(self._client)
        except RedisRefused as error:
            log.warning("%s", error)  # it was changed while we run: say it, do not stop
            return False
        return facts.maxmemory > 0 and facts.used_memory > FULL * facts.maxmemory
