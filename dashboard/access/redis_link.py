"""How access connects to Redis: waiting for each answer, because services are called from threads.

The same URLs, time-outs and second try on a broken link as the stream's (`collectors.stream.connection`). An answer that does
not come within `ANSWER_S` is an outage: a page says so, nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from redis import Redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry
from redis.sentinel import Sentinel

from collectors.stream.connection import link_settings, told_as_wrong_url
from collectors.stream.sentinel import SCHEMES, for_sentinels, master_address

ANSWER_S = 1.5
_ATTEMPTS = 2


def connect(url: str, *, name: str = "floorwatch-access", answer_s: float = ANSWER_S) -> Redis:
    """A client for `redis://host:port/db`, `rediss://…`, `unix:///path.sock` or `redis+sentinel://…`; answers are bytes.
    Connects at its first command; may be shared by threads. Raises `StreamError` on a URL of another form.
    """
    backoff = ExponentialWithJitterBackoff(base=0.05, cap=0.2)
    retry = Retry(backoff, retries=_ATTEMPTS - 1, supported_errors=(RedisConnectionError,))
    settings = {**link_settings(url, name, answer_s), "retry": retry}
    with told_as_wrong_url(url):
        if url.partition("://")[0] in SCHEMES:
            return _by_sentinel(url, settings)
        return Redis.from_url(url, **settings)


def command(redis: Redis, *words: str | bytes | int) -> Any:
    """One command and its answer, without the library's choice of types. Raises the library's errors."""
    return redis.execute_command(*words)  # type: ignore[no-untyped-call]


def hash_of(redis: Redis, key: str) -> dict[str, str]:
    """A hash as text; empty for none."""
    return as_text(cast("Mapping[bytes, bytes]", redis.hgetall(key)))


def as_text(found: Mapping[bytes, bytes]) -> dict[str, str]:
    """Names and values of a hash, decoded; bytes that are no text become marks, so that nothing stops at them."""
    return {name.decode(errors="replace"): value.decode(errors="replace") for name, value in found.items()}


def members_of(redis: Redis, key: str) -> list[str]:
    """A set's members as text, in order."""
    return sorted(member.decode(errors="replace") for member in cast("Iterable[bytes]", redis.smembers(key)))


def _by_sentinel(url: str, settings: dict[str, Any]) -> Redis:
    master = master_address(url)
    sentinel = Sentinel(master.sentinels, sentinel_kwargs=for_sentinels(settings))  # type: ignore[no-untyped-call]
    client = sentinel.master_for(master.name, **master.options, **settings)  # type: ignore[no-untyped-call]
    return cast("Redis", client)
