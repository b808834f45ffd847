"""Errors of tasks that run together, as the one error that a caller can do something about."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from collectors.cancelling import cancellation_first


class first_error:  # noqa: N801 — reads as a statement where it is used
    """Around a TaskGroup: raises the first error of the first of `kinds` that occurred, else the first error at all.

    Without it a caller would have to take groups of groups apart.
    """

    def __init__(self, *kinds: type[Exception]) -> None:
        self._kinds = kinds

    async def __aenter__(self) -> None:
        """Nothing to begin."""

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Raises one error in place of the group."""
        if not isinstance(error, BaseExceptionGroup):
            return
        for kind in self._kinds:
            found = error.subgroup(kind)
            if found is not None:
                raise _leaf(found) from None
        raise _leaf(error) from None


async def cancellable(work: Coroutine[Any, Any, None]) -> None:
    """Does the work, which holds a TaskGroup, for who goes on after its errors. Raises what it raises; `CancelledError` whenever the
    caller was asked to end.

    A group whose task is cancelled in the moment in which one of its children fails tells of the failure only: who then goes on would
    never end. Nor can it find out, because before Python 3.13 groups count their own requests among those to the task. So the work
    has a task of its own here.
    """
    with cancellation_first():
        await asyncio.create_task(work)


def _leaf(group: BaseException) -> BaseException:
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group
