"""What the switch shows of itself: agents, queues and pause reasons, as the historian has folded them.

A record in Redis, rewritten by the historian (`dashboard.history.seen_keeper`) while it changes. It only helps people to name what
is there, so it may be some seconds old, or missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
import redis

from collectors.stream.keys import site_key


class SeenAgent(msgspec.Struct, frozen=True):
    """`name`: as the switch says it, "" for none. `queues`: served now. `calls`: handled today."""

    id: str
    name: str = ""
    queues: tuple[str, ...] = ()
    calls: int = 0


class Seen(msgspec.Struct, frozen=True):
    """`at_ms`: when it was written; 0 for never."""

    at_ms: int = 0
    agents: tuple[SeenAgent, ...] = ()
    queues: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


_SEEN: Final = msgspec.json.Decoder(Seen)


SeenNow = Callable[[], Seen]


def seen_key(site: str) -> str:
    """Where the record is."""
    return site_key(site, "seen")


def nothing_seen() -> Seen:
    """For who has no record to read."""
    return Seen()


class SeenRecord:
    """Reads the record of a site. Nothing is seen while Redis is away, or when no historian ever ran."""

    def __init__(self, client: redis.Redis, site: str) -> None:
        self._client = client
        self._key = seen_key(site)

    def read(self) -> Seen:
        """The newest."""
        try:
            body = self._client.get(self._key)
            return Seen() if body is None else _SEEN.decode(body)
        except (redis.RedisError, msgspec.DecodeError, msgspec.ValidationError):
            return Seen()
