"""A link to Redis that never forgets that its task was cancelled.

The client library sends through `asyncio.wait_for`, which before Python 3.12 loses a cancellation that comes in the moment in which the
sending is done, or fails: about one in twenty under load. A task that asks Redis again and again would then never end, nor the process.
The remedy stands where the loss is, at the connection, so that whatever asks is safe: clients, scripts, subscriptions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection

from collectors.cancelling import cancellation_first

if TYPE_CHECKING:
    _Base = AbstractConnection
else:
    _Base = object


class _KeepsCancellation(_Base):
    """Mixed into the library's connections."""

    async def send_packed_command(
        self,
        command: bytes | str | Iterable[bytes],
        check_health: bool = True,  # noqa: FBT001, FBT002 — the library's signature
    ) -> None:
        try:
            with cancellation_first():
                await super().send_packed_command(command, check_health)
        except asyncio.CancelledError:
            await self.disconnect(nowait=True)  # an answer may be on its way that nobody will take
            raise


def keep_cancellations(client: Redis) -> None:
    """Makes this client's links so. Before its first command."""
    pool: Any = client.connection_pool
    kind = pool.connection_class
    pool.connection_class = type(f"Cancellable{kind.__name__}", (_KeepsCancellation, kind), {})
