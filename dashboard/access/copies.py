"""Copies in Redis of what the database says, for the time that it is away.

The database is the truth and is asked first; each reading and each change renews the copy. A copy with a higher version is not
overwritten by an older one that arrives late: so nothing that was taken away comes back.
"""

from __future__ import annotations

import contextlib
from typing import Final, Generic, TypeVar, cast

import msgspec
from redis import Redis
from redis.exceptions import RedisError

T = TypeVar("T", bound=msgspec.Struct)

# KEYS copy; ARGV version, body, seconds to keep.
_PUT: Final = """
local kept = tonumber(redis.call('HGET', KEYS[1], 'version') or '-1')
if kept > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'body', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""


class Copies(Generic[T]):
    """Copies of one kind of record. Without Redis none is kept and none is found."""

    def __init__(self, redis: Redis, kind: type[T], *, kept_s: int) -> None:
        self._redis = redis
        self._record = msgspec.json.Decoder(kind)
        self._kept_s = kept_s
        self._put = redis.register_script(_PUT)

    def put(self, key: str, record: T, version: int) -> None:
        """Keeps it, unless a newer one is there."""
        with contextlib.suppress(RedisError, OSError):
            self._put(keys=[key], args=[version, msgspec.json.encode(record), self._kept_s])

    def get(self, key: str) -> T | None:
        """The copy; None for none, or one that this release cannot read."""
        try:
            body = cast("bytes | None", self._redis.hget(key, "body"))
            return None if body is None else self._record.decode(body)
        except (RedisError, OSError, msgspec.MsgspecError):
            return None
