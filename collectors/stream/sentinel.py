"""Finding the master through Redis Sentinel: `redis+sentinel://[user:password@]host:26379,host2:26379/NAME[/db]`.

The master is asked for anew at each connection, so a failover is an outage (`StreamDown`) of some seconds; what the new master
lacks is found out by writer and reader as after any other loss. User and password are the data servers'.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.sentinel import Sentinel
from redis.exceptions import RedisError

from collectors.stream.errors import StreamError

SCHEMES = ("redis+sentinel", "rediss+sentinel")
DEFAULT_PORT = 26379
_FOR_SENTINELS = ("socket_timeout", "socket_connect_timeout", "retry", "protocol")


class MasterClient(Redis):
    """A client of whichever server is the master; closes its links to the sentinels too."""

    sentinels: tuple[Redis, ...] = ()

    async def aclose(self, close_connection_pool: bool | None = None) -> None:  # noqa: FBT001 — the library's signature
        """Closes everything."""
        await super().aclose(close_connection_pool)
        for sentinel in self.sentinels:
            with suppress(RedisError, OSError):
                await sentinel.aclose()


def connect_by_sentinel(url: str, settings: dict[str, Any]) -> MasterClient:
    """A client with `settings` (of every connection). Raises `StreamError` on a URL that lacks the master's name."""
    parts = urlsplit(url)
    name, _, db = parts.path.strip("/").partition("/")
    addresses = [_address(place) for place in parts.netloc.rpartition("@")[2].split(",") if place]
    if not name or not addresses:
        raise StreamError(
            "The Redis URL lacks something: write redis+sentinel://host:26379,host2:26379/NAME-OF-THE-MASTER."
        )
    sentinel = Sentinel(addresses, sentinel_kwargs={key: settings[key] for key in _FOR_SENTINELS})  # type: ignore[no-untyped-call]
    credentials = parts.netloc.rpartition("@")[0]
    user, _, password = credentials.partition(":")
    client: MasterClient = sentinel.master_for(
        name,
        redis_class=MasterClient,
        db=int(db) if db.isdigit() else 0,
        username=unquote(user) or None,
        password=unquote(password) or None,
        ssl=parts.scheme.startswith("rediss"),
        **settings,
    )
    client.sentinels = tuple(sentinel.sentinels)
    return client


def _address(place: str) -> tuple[str, int]:
    host, _, port = place.strip().rpartition(":") if ":" in place else (place.strip(), "", "")
    if port and not port.isdigit():
        raise StreamError(f"The Redis URL has a sentinel without a port number: {place!r}.")
    return host, int(port or DEFAULT_PORT)
