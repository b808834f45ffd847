"""Being asked to end comes before everything else that happened in the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cancellation_first() -> Iterator[None]:
    """Around what may forget that its task was cancelled meanwhile, or tell of a failure instead: raises `CancelledError` then."""
    before = _times_cancelled()
    try:
        yield
    except Exception as error:
        if _times_cancelled() > before:
            raise asyncio.CancelledError from error
        raise
    if _times_cancelled() > before:
        raise asyncio.CancelledError


def _times_cancelled() -> int:
    """How often the task that runs was asked to end."""
    task = asyncio.current_task()
    return task.cancelling() if task else 0
