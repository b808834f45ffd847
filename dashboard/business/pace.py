"""How much one source may tell: enough for any call centre, too little to fill the database by mistake.

Counted in Redis over windows of ten seconds, for all page servers together. While Redis is away nothing is counted: what is told then
waits in SQL. Signed requests then wait at their sender's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from collectors.stream.keys import site_key
from dashboard.access.unavailable import told_as_unavailable

WINDOW_S: Final = 10
MOST_IN_WINDOW: Final = 20_000
"""Items: twice what a whole centre is built for."""
MOST_AT_ONCE: Final = 1_000
"""Items in one request."""
_SEEN_S: Final = 660
"""Longer than a signature counts: five minutes before its time and five after."""

log = logging.getLogger("floorwatch.business")


class Pace:
    """One site's."""

    def __init__(self, redis: Redis, site: str, now_ms: Callable[[], int]) -> None:
        self._redis = redis
        self._site = site
        self._now_ms = now_ms

    def wait_s(self, source: str, items: int) -> int:
        """Counts these items; seconds to wait if they are too many, 0 if they may be taken."""
        now_s = self._now_ms() // 1000
        window = now_s // WINDOW_S
        key = site_key(self._site, f"business:pace:{source}:{window}")
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                pipe.incrby(key, items)
                pipe.expire(key, 3 * WINDOW_S)
                count = int(pipe.execute()[0])
        except (RedisError, OSError) as error:
            log.warning("What is told is not counted: %s", error)
            return 0
        return 0 if count <= MOST_IN_WINDOW else (window + 1) * WINDOW_S - now_s

    def is_repeated(self, source: str, signed: str) -> bool:
        """Whether a request with this signature was here already. Notes it. Raises `AccessUnavailable`: nobody can tell, so it is to be
        sent again."""
        key = site_key(self._site, f"business:signed:{source}:{signed}")
        with told_as_unavailable():
            return not self._redis.set(key, b"1", nx=True, ex=_SEEN_S)

    def was_not_taken(self, source: str, signed: str) -> None:
        """The request with this signature came to nothing: the same again is its first."""
        with suppress(RedisError, OSError):  # then its sender signs anew
            self._redis.delete(site_key(self._site, f"business:signed:{source}:{signed}"))
