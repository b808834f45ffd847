"""What a gateway keeps up to date: when it is read, what a failure leaves, and that no notice is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from dashboard.access.unavailable import AccessUnavailable
from dashboard.live.repeated_reading import RepeatedReading, following

FAILED = "It cannot be read."


async def in_thread(task: Callable[[], Any]) -> Any:
    return task()


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_what_is_known_stays_while_nobody_can_be_asked_and_a_notice_asks_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answers: list[str | Exception] = ["first", AccessUnavailable("away"), RuntimeError("broken"), "second"]
    known: list[str] = []

    def look() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def story() -> None:
        reading = following(look, in_thread, known.append, FAILED)
        running = asyncio.create_task(reading.run())
        for so_far in (["first"], ["first"], ["first"], ["first", "second"]):
            await settled()
            assert known == so_far
            if answers:
                reading.look_again()
        running.cancel()

    asyncio.run(story())
    assert [line.getMessage() for line in caplog.records] == [FAILED], "being away is no fault of the reading"


def test_a_notice_that_comes_during_a_reading_is_read_once_more() -> None:
    read = 0

    async def story() -> None:
        answered = asyncio.Event()

        async def slow() -> None:
            nonlocal read
            read += 1
            await answered.wait()

        reading = RepeatedReading(slow, FAILED)
        running = asyncio.create_task(reading.run())
        await settled()
        reading.look_again()
        await settled()
        assert read == 1
        answered.set()
        await settled()
        assert read == 2
        running.cancel()

    asyncio.run(story())


def test_what_else_is_done_waits_for_the_first_reading_and_asks_for_no_other() -> None:
    done: list[str] = []
    is_away = True

    async def read() -> None:
        done.append("read")
        if is_away:
            raise AccessUnavailable("away")

    async def then() -> None:
        done.append("then")

    async def story() -> None:
        nonlocal is_away
        reading = RepeatedReading(read, FAILED, then)
        running = asyncio.create_task(reading.run())
        await settled()
        reading.go_on()
        await settled()
        assert done == ["read", "read"], "never read: it is tried again first"
        is_away = False
        reading.go_on()
        await settled()
        reading.go_on()
        await settled()
        assert done == ["read", "read", "read", "then", "then"]
        running.cancel()

    asyncio.run(story())


@pytest.mark.parametrize("is_away", [False, True])
def test_without_a_notice_it_is_read_when_its_time_has_come(is_away: bool) -> None:  # noqa: FBT001
    read = 0

    async def story() -> None:
        is_enough = asyncio.Event()

        async def count() -> None:
            nonlocal read
            read += 1
            if read == 3:
                is_enough.set()
            if is_away:
                raise AccessUnavailable("away")

        every_s, unreachable_s = (3600.0, 0.0) if is_away else (0.0, 3600.0)
        reading = RepeatedReading(count, FAILED, every_s=every_s, unreachable_s=unreachable_s)
        running = asyncio.create_task(reading.run())
        await is_enough.wait()
        running.cancel()

    asyncio.run(story())
    assert read >= 3
