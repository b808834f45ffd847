"""Finding the master through Redis Sentinel: `redis+sentinel://[user:password@]host:26379,host2:26379/NAME[/db]`.

The master is asked for anew at each connection, so a failover is an outage (`StreamDown`) of some seconds; what the new master
lacks is found out by writer and reader as after any other loss. User and password are the data servers'.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.sentinel import Sentinel
from redis.exceptions import RedisError

from collectors.stream.cancelling import keep_cancellations
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


@dataclass(frozen=True, slots=True)
class MasterAddress:
    """What such a URL says; `options` are the data servers': database, user, password, TLS."""

    name: str
    sentinels: tuple[tuple[str, int], ...]
    options: Mapping[str, Any]


def master_address(url: str) -> MasterAddress:
    """Reads the URL. Raises `StreamError` on one that lacks the master's name."""
    parts = urlsplit(url)
    name, _, db = parts.path.strip("/").partition("/")
    addresses = tuple(_address(place) for place in parts.netloc.rpartition("@")[2].split(",") if place)
    if not name or not addresses:
        raise StreamError(
            "The Redis URL lacks something: write redis+sentinel://host:26379,host2:26379/NAME-OF-THE-MASTER."
        )
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    options = {
        "db": int(db) if db.isdigit() else 0,
        "username": unquote(user) or None,
        "password": unquote(password) or None,
        "ssl": parts.scheme.startswith("rediss"),
    }
    return MasterAddress(name, addresses, options)


def for_sentinels(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What of a connection's settings holds for the links to the sentinels too."""
    return {key: settings[key] for key in _FOR_SENTINELS}


def connect_by_sentinel(url: str, settings: dict[str, Any]) -> MasterClient:
    """A client with `settings` (of every connection). Raises `StreamError` on a URL that lacks the master's name."""
    master = master_address(url)
    sentinel = Sentinel(master.sentinels, sentinel_kwargs=for_sentinels(settings))  # type: ignore[no-untyped-call]
    client: MasterClient = sentinel.master_for(master.name, redis_class=MasterClient, **master.options, **settings)
    client.sentinels = tuple(sentinel.sentinels)
    for one in client.sentinels:
        keep_cancellations(one)
    return client


def _address(place: str) -> tuple[str, int]:
    host, _, port = place.strip().rpartition(":") if ":" in place else (place.strip(), "", "")
    if port and not port.isdigit():
        raise StreamError(f"The Redis URL has a sentinel without a port number: {place!r}.")
    return host, int(port or DEFAULT_PORT)
