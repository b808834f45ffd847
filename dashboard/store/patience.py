"""A link to PostgreSQL that does not wait for ever: not for a server that hangs (its disk stalls, its machine swaps), nor for one that
cannot be reached.

A hanging server keeps its links open, so that no time-out of TCP helps, and its own `statement_timeout` hangs with it. An answer that does
not come within `ANSWER_S` ends the link. From then on the server is in doubt: one thread at a time tries to reach it, not more
often than every `REST_S`; all others hear at once that it is away, instead of waiting for it one after the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen

ANSWER_S: Final = 8.0
"""Longer than the wait for another writer's lock."""
REST_S: Final = 2.0
_LOOK_S: Final = 0.1

T = TypeVar("T")


class Link(psycopg.Connection[Any]):
    """A connection whose every answer comes in time, or it is closed."""

    answer_s: float | None = ANSWER_S
    """None: as long as it takes."""
    lost: Callable[[], None] | None = None
    """Hears that an answer did not come."""

    def wait(self, gen: PQGen[T], interval: float = _LOOK_S, timeout: float | None = None) -> T:
        """The answer. Raises `psycopg.OperationalError`; then the connection is closed."""
        try:
            return super().wait(gen, interval, self.answer_s if timeout is None else timeout)
        except psycopg.errors._WaitTimeout:  # the driver has no public name for it
            self.pgconn.finish()
            if timeout is not None:
                raise
            if self.lost is not None:
                self.lost()
            raise psycopg.OperationalError(f"no answer within {self.answer_s:g} s") from None


class Server:
    """A database server as one process knows it: in doubt or not."""

    def __init__(self, answer_s: float | None = ANSWER_S, *, clock_s: Callable[[], float] = monotonic) -> None:
        self._answer_s = answer_s
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._in_doubt_since_s: float | None = None
        self._is_tried = False

    def connect(self, words: Sequence[Any], options: Mapping[str, Any]) -> Link:
        """A new link. Raises `psycopg.OperationalError`: at once while the server is in doubt and somebody else tries."""
        is_trial = self._begin()
        try:
            link = Link.connect(*words, **options)
        except psycopg.OperationalError:
            self.doubt()
            raise
        finally:
            if is_trial:
                self._is_tried = False
        self._in_doubt_since_s = None
        link.answer_s, link.lost = self._answer_s, self.doubt
        return link

    def doubt(self) -> None:
        """It did not answer."""
        self._in_doubt_since_s = self._clock_s()

    def _begin(self) -> bool:
        """Whether this is the one try of a server in doubt."""
        with self._lock:
            since_s = self._in_doubt_since_s
            if since_s is None:
                return False
            if self._is_tried or self._clock_s() - since_s < REST_S:
                raise psycopg.OperationalError("the server did not answer a moment ago")
            self._is_tried = True
            return True
