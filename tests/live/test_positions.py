"""Waiting for a place in the stream: woken by the fold, bounded in time."""

from __future__ import annotations

import asyncio

import pytest

from dashboard.live.positions import Positions, place


def test_stream_ids_compare_as_numbers() -> None:
    assert place("9-0") < place("10-0") < place("10-2") < place("10-10")
    assert place("") < place("0-1")


@pytest.mark.parametrize("text", ["x", "1", "1-", "-1", "1-2-3", "1-x", "9" * 30 + "-0", "１-0"])
def test_what_is_no_stream_id_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="no stream id"):
        place(text)


def test_who_waits_is_woken_when_the_floor_gets_there() -> None:
    async def scenario() -> list[bool]:
        positions = Positions()
        positions.move("5-0")
        waits = [asyncio.ensure_future(positions.wait_for(wanted, 5)) for wanted in ("5-0", "6-0", "7-0")]
        await asyncio.sleep(0)
        assert waits[0].done()
        positions.move("6-1")
        assert await waits[1]
        assert not waits[2].done()
        positions.move("7-0")
        return [await wait for wait in waits]

    assert asyncio.run(scenario()) == [True, True, True]


def test_the_wait_is_bounded() -> None:
    async def scenario() -> bool:
        positions = Positions()
        return await positions.wait_for("1-0", 0.01)

    assert asyncio.run(scenario()) is False
