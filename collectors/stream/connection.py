"""How we connect: one factory, every time-out and retry explicit.

redis-py's defaults retry ten times, which turns a time-out of one second into fifteen; a collector must know sooner
that it has to buffer. Here only a broken link is tried a second time (a server that was restarted leaves one in the pool), and
an unanswered command is not: it costs `_ANSWER_S`, and writers, readers and leases each know what they may send again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from collectors.stream.cancelling import keep_cancellations
from collectors.stream.errors import StreamError
from collectors.stream.sentinel import SCHEMES, connect_by_sentinel

Client: TypeAlias = Redis
"""The client that everything here takes; made by `connect` only (answers are bytes, records come as they came)."""

_CONNECT_S = 1.0
_ANSWER_S = 1.5
_ATTEMPTS = 2
_LONGEST_BLOCK_MS = 1000
_BACKOFF = ExponentialWithJitterBackoff(base=0.05, cap=0.2)


def connect(url: str, *, name: str = "floorwatch", answer_s: float = _ANSWER_S, attempts: int = _ATTEMPTS) -> Client:
    """A client for `redis://host:port/db`, `rediss://…`, `unix:///path.sock` or `redis+sentinel://…`. Connects at its first command.

    `name` shows in `CLIENT LIST`. Raises `StreamError` on a URL of another form.
    """
    retry = Retry(_BACKOFF, retries=attempts - 1, supported_errors=(RedisConnectionError,))
    settings = {**link_settings(url, name, answer_s), "retry": retry}
    with told_as_wrong_url(url):
        client = _client(url, settings)
    keep_cancellations(client)
    for command in ("XREAD", "XRANGE"):
        client.set_response_callback(command, _as_it_came)  # type: ignore[arg-type]
    return client


def link_settings(url: str, name: str, answer_s: float) -> dict[str, Any]:
    """What every connection of ours has, all but how often a command is tried."""
    settings: dict[str, Any] = {
        "client_name": name,
        "socket_connect_timeout": _CONNECT_S,
        "socket_timeout": answer_s,
        "health_check_interval": 0,
        "protocol": 2,
        "decode_responses": False,
    }
    if not url.startswith("unix://"):
        settings["socket_keepalive"] = True
    return settings


@contextmanager
def told_as_wrong_url(url: str) -> Iterator[None]:
    """The library's `ValueError` about a URL as one sentence, without the password in it."""
    try:
        yield
    except ValueError as error:
        raise StreamError(
            f"The Redis URL {_without_password(url)!r} cannot be used: "
            "write redis://host:6379/0, rediss://… for TLS or unix:///path.sock."
        ) from error


def longest_block_ms(client: Client) -> int:
    """How long a read may wait on this client: it must end before the time-out of its socket does."""
    answer_s = client.connection_pool.connection_kwargs.get("socket_timeout") or _ANSWER_S
    return min(_LONGEST_BLOCK_MS, int(answer_s * 1000 * 2 / 3))


def _client(url: str, settings: dict[str, Any]) -> Client:
    if url.partition("://")[0] in SCHEMES:
        return connect_by_sentinel(url, settings)
    return Redis.from_url(url, **settings)


async def command(client: Client, *arguments: str | bytes | int) -> Any:
    """One command, its answer as it came. Raises the client library's errors."""
    return await client.execute_command(*arguments)  # type: ignore[no-untyped-call]


def _as_it_came(answer: Any, **_options: Any) -> Any:
    """The library would build a dict per record first: half the time of a read."""
    return answer


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
