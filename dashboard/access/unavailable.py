"""Nobody can say who this is: neither the database nor its copy in Redis answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import RedisError


class AccessUnavailable(Exception):  # noqa: N818 — the field's word
    """Neither yes nor no. What is open stays open; what is new is told to come back (503)."""


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """Redis that fails or does not answer, where it alone knows."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise AccessUnavailable(f"Redis cannot be reached ({error}): sessions live there.") from error
