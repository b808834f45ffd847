"""Tasks that run together fail as one error, and whoever runs them can still be ended."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from collectors.together import cancellable, first_error
from tests.cancelled import ends_when_cancelled

TURNS = 12


class _LostError(Exception):
    pass


async def _fail(when: asyncio.Event, error: Exception) -> None:
    await when.wait()
    raise error


async def _serve(when: asyncio.Event, *errors: Exception) -> None:
    async with first_error(_LostError), asyncio.TaskGroup() as tasks:
        for error in errors:
            tasks.create_task(_fail(when, error))


async def _stand_by_and_serve(when: asyncio.Event) -> None:
    """As our processes do: what is lost is waited for again."""
    with suppress(_LostError):
        await cancellable(_serve(when, _LostError()))
    await asyncio.Event().wait()


def test_of_several_errors_the_wanted_kind_is_raised() -> None:
    async def run() -> None:
        when = asyncio.Event()
        when.set()
        await _serve(when, ValueError(), _LostError())

    with pytest.raises(_LostError):
        asyncio.run(run())


@pytest.mark.parametrize("turns", range(TURNS))
def test_a_cancel_in_any_turn_around_a_failure_ends_the_task(turns: int) -> None:
    async def run() -> None:
        when = asyncio.Event()
        task = asyncio.create_task(_stand_by_and_serve(when))
        for _ in range(3):
            await asyncio.sleep(0)
        when.set()
        await ends_when_cancelled(task, turns)

    asyncio.run(run())
