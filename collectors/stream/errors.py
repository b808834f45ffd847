"""Everything that can go wrong between us and the stream. Each message is one sentence for people, with the remedy."""

# ruff: noqa: N818 — they are named by what happened, as the events are

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import (
    AuthenticationError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError


class StreamError(Exception):
    """Base of all errors of this package."""


class RedisRefused(StreamError):
    """This Redis must not be used as it is configured (it could lose events); or it refuses us."""


class StreamDown(StreamError):
    """Redis cannot be reached at the moment. Try again: nothing acknowledged is lost by trying."""


class StreamFull(StreamError):
    """Redis has reached `maxmemory` and takes no more entries. Nothing of the batch was written; try again."""


class StreamOverflow(StreamError):
    """The writer could not write for longer than it may buffer, and dropped what it held: resync."""


class LeaseLost(StreamError):
    """Somebody else is the writer now. Nothing was written; acquire the lease again, then resync."""


class StreamReset(StreamError):
    """The server lost entries that it had acknowledged (power cut, failover, emptied): resync, marking a gap."""


class Trimmed(StreamError):
    """Entries after the reader's position are gone from the old end, unread."""

    def __init__(self, after_id: str, first_id: str) -> None:
        self.after_id = after_id
        self.first_id = first_id
        super().__init__(
            f"The stream was trimmed to {first_id} before everything after {after_id} was read: the reader must rebuild."
        )


class LostTail(StreamError):
    """The server does not have the entry at the reader's position any more: it lost its newest entries."""

    def __init__(self, after_id: str, last_id: str) -> None:
        self.after_id = after_id
        self.last_id = last_id
        super().__init__(
            f"Redis has lost entries that were read (position {after_id}, its last is {last_id}): the reader must rebuild."
        )


@contextmanager
def told_as_stream_errors() -> Iterator[None]:
    """Turns the client library's errors into ours, so that callers know one family."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise _told(error) from error


def _told(error: RedisError | OSError) -> StreamError:
    while_connecting = isinstance(error, RedisConnectionError) and isinstance(error.__cause__, AuthenticationError)
    if isinstance(error, OutOfMemoryError):
        return StreamFull(
            "Redis is full (maxmemory): raise maxmemory or shorten the retention; nothing is written until then."
        )
    if isinstance(error, (AuthenticationError, NoPermissionError)) or while_connecting:
        reason = error.__cause__ if while_connecting else error
        return RedisRefused(f"Redis refuses us ({reason}): check user, password and rights in the Redis URL.")
    if isinstance(error, (RedisConnectionError, RedisTimeoutError, ReadOnlyError, OSError)):
        return StreamDown(f"Redis cannot be reached ({error}): check that it runs and that the URL is right.")
    return StreamError(f"Redis answered with an error: {error}")
