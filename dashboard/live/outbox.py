"""Commands on their way to the control process: put into their stream once, at once, or not at all.

Nothing waits for Redis: a command that cannot be put there now is refused now, and never sent later. Bounded: so many are under way.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final, Literal

from redis.exceptions import RedisError, ResponseError

from collectors.stream import Client
from collectors.stream.keys import commands_key
from dashboard.supervision.commands import FIELD, KEPT, Request, encode

log = logging.getLogger("floorwatch.live.commands")

MOST_UNDER_WAY: Final = 200
WITHIN_S: Final = 1.0

Sent = Literal["sent", "not_sent", "unsure"]
"""unsure: the link broke after it was written; nobody knows whether it arrived."""


class Outbox:
    """One site's. `client`: of one attempt (`connect(..., attempts=1)`): what is sent again may be done twice."""

    def __init__(self, client: Client, site: str) -> None:
        self._client = client
        self._key = commands_key(site)
        self._under_way = 0

    async def send(self, request: Request) -> Sent:
        """Puts it into the stream."""
        if self._under_way >= MOST_UNDER_WAY:
            return "not_sent"
        self._under_way += 1
        try:
            return await self._send(request)
        finally:
            self._under_way -= 1

    async def _send(self, request: Request) -> Sent:
        is_written = False
        try:
            async with asyncio.timeout(WITHIN_S):
                await self._client.ping()  # a dead link is found before anything is written
                is_written = True
                await self._client.xadd(self._key, {FIELD: encode(request)}, maxlen=KEPT, approximate=True)
        except ResponseError as error:
            log.warning("Redis takes no commands: %s", error)
            return "not_sent"
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("A command cannot be sent: %s", str(error) or type(error).__name__)
            return "unsure" if is_written else "not_sent"
        return "sent"
