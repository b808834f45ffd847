"""Hearing the notices of access: a subscription that comes back by itself.

Redis keeps nothing for who is away, and a link may die without a word: so it is asked for a sign of life, and after each
beginning everybody is looked at again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

from redis.exceptions import RedisError

from collectors.stream import Client
from dashboard.access.keys import notices_channel
from dashboard.access.notices import Notice, decode

log = logging.getLogger("floorwatch.access")

LISTEN_S: Final = 1.0
SILENT_S: Final = 4.0
"""A link that answers no ping for so long is dead."""

RETRY_S: Final = 0.5


async def hear(client: Client, site: str, told: Callable[[Notice], None], began: Callable[[], None]) -> None:
    """Passes on every notice, until cancelled. `began`: the subscription stands (again); what was before may be lost."""
    was_lost = False
    while not _is_cancelled():
        try:
            async with client.pubsub() as subscription:
                await subscription.subscribe(notices_channel(site))
                await _until_silent(subscription, told, began)
        except (RedisError, OSError) as error:
            if not was_lost:
                log.warning("Notices of access are not heard (%s); who is here is looked at by turns meanwhile.", error)
            was_lost = True
        else:
            was_lost = False
        await asyncio.sleep(RETRY_S)
    raise asyncio.CancelledError


async def _until_silent(subscription: Any, told: Callable[[Notice], None], began: Callable[[], None]) -> None:
    """Until the link is dead. The server's answer to the subscription is what says that it stands."""
    loop = asyncio.get_running_loop()
    heard_at = loop.time()
    while loop.time() - heard_at < SILENT_S and not _is_cancelled():
        message = await subscription.get_message(timeout=LISTEN_S)
        if message is None:
            await subscription.ping()
            continue
        heard_at = loop.time()
        if message["type"] == "subscribe":
            began()
        elif message["type"] == "message":
            notice = decode(message["data"])
            if notice is not None:
                told(notice)


def _is_cancelled() -> bool:
    """The client library can swallow a cancel that comes while it connects again; the task still knows of it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
