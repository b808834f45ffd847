"""Refusals on their way to the log: in order, never more than fit, and never the end of the one who writes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from dashboard.access.audit_line import Target
from dashboard.live.denials import MOST_WAITING, Denials
from dashboard.store import StoreError
from tests.live.people import Book, person
from tests.patience import HANG_S
from tests.redis_server import scenario

BOARD = Target("board", "floor")


async def _here(task: Callable[[], Any]) -> Any:
    return task()


@scenario
async def test_what_finds_no_room_is_counted_and_the_rest_is_written_in_order() -> None:
    book, lost = Book(), []
    denials = Denials(book, _here, lambda: lost.append(1))
    crowd = [person() for _ in range(MOST_WAITING + 3)]
    for one in crowd:
        denials.add(one, "floor.view", BOARD)
    assert len(lost) == 3
    task = asyncio.ensure_future(denials.run())
    async with asyncio.timeout(HANG_S):
        while len(book.refused) < MOST_WAITING:
            await asyncio.sleep(0)
    assert book.refused == [(one, "floor.view", BOARD) for one in crowd[:MOST_WAITING]]
    task.cancel()


@scenario
async def test_a_log_that_cannot_be_written_ends_nothing() -> None:
    class Broken(Book):
        def denied(self, *refusal: Any) -> None:
            if not self.refused:
                self.refused.append(refusal)
                raise StoreError("away")
            super().denied(*refusal)

    book = Broken()
    denials = Denials(book, _here, lambda: None)
    first, second = person(), person()
    denials.add(first, "floor.view", BOARD)
    denials.add(second, "floor.view", BOARD)
    task = asyncio.ensure_future(denials.run())
    async with asyncio.timeout(HANG_S):
        while len(book.refused) < 2:
            await asyncio.sleep(0)
    assert [actor for actor, _, _ in book.refused] == [first, second]
    task.cancel()
