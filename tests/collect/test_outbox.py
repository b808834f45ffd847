"""Facts that Redis cannot take: kept, then dropped once, then one resync when it answers again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from collectors.clock import SystemClock
from collectors.outbox import Outbox
from collectors.stream import START, Client, Lease, LeaseLost, Reader, StreamDown, Writer, connect
from tests.asterisk.loop import until
from tests.redis_server import RedisServer, entered, scenario

UNTIL_MS = 1_700_000_000_000
Asked = list[tuple[str, int]]


@asynccontextmanager
async def outbox_on(client: Client, **settings: float) -> AsyncIterator[tuple[Outbox, Asked, asyncio.Task[None]]]:
    lease = Lease(client, "main", "pbx")
    await lease.acquire()
    outbox = Outbox(Writer(client, lease, "pbx", **settings), lease, SystemClock(), UNTIL_MS)  # type: ignore[arg-type]
    asked: Asked = []
    task = asyncio.create_task(outbox.run(lambda reason, since_ms: asked.append((reason, since_ms))))
    try:
        yield outbox, asked, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def quick(server: RedisServer) -> Client:
    return connect(server.url, answer_s=0.5, attempts=1)


async def calls(server: RedisServer) -> list[str]:
    """What is in the stream, asked for with patience."""
    async with server.client() as client:
        return [getattr(entry, "event").call for _, entry in await Reader(client, "main").read(START)]  # noqa: B009


@scenario
async def test_facts_are_written_in_order_and_counted(valkey: RedisServer) -> None:
    async with valkey.client() as client, outbox_on(client) as (outbox, _, _):
        for n in range(1, 6):
            outbox.put(entered(2, first=2 * n - 1))
        await until(lambda: not outbox.pending)
        assert await calls(valkey) == [f"c{n}" for n in range(1, 11)]
        assert outbox.written_until_ms == UNTIL_MS + 10
        assert outbox.events_by_type == {"QueueEntered": 10}


@scenario
async def test_an_outage_within_the_buffer_loses_nothing(valkey: RedisServer) -> None:
    client = quick(valkey)
    async with outbox_on(client) as (outbox, asked, _):
        with valkey.paused():
            outbox.put(entered(3))
            await until(lambda: bool(outbox.why_not_written))
            outbox.put(entered(2, first=4))
            assert "Redis cannot be reached" in outbox.why_not_written
        await until(lambda: not outbox.pending)
        assert outbox.why_not_written == ""
        assert await calls(valkey) == ["c1", "c2", "c3", "c4", "c5"]
        assert asked == []
    await client.aclose()


@scenario
async def test_an_outage_beyond_the_buffer_costs_one_resync_when_redis_is_back(valkey: RedisServer) -> None:
    client = quick(valkey)
    async with outbox_on(client, buffer_entries=5) as (outbox, asked, _):
        outbox.put(entered(2))
        await until(lambda: not outbox.pending)
        valkey.kill()
        outbox.put(entered(10, first=3))
        await until(lambda: outbox.overflows == 1)
        outbox.put(entered(10, first=13))
        await until(lambda: bool(outbox.why_not_written))
        assert asked == []
        valkey.start()
        await until(lambda: bool(asked))
        kept = await calls(valkey)
        assert kept == ["c1", "c2"][: len(kept)]  # a server that is killed may lose its last second
        assert asked == [("overflow", UNTIL_MS + (len(kept) or 2))]
        outbox.put(entered(1, first=90))
        await until(lambda: not outbox.pending)
        assert await calls(valkey) == [*kept, "c90"]
        assert outbox.overflows == 1
    await client.aclose()


@scenario
async def test_a_server_that_lost_acknowledged_entries_leads_to_a_resync(valkey: RedisServer) -> None:
    async with valkey.client() as client, outbox_on(client, resend_s=0) as (outbox, asked, _):
        for n in range(1, 4):
            outbox.put(entered(1, first=n))
            await until(lambda: not outbox.pending)
            await asyncio.sleep(0.01)
        await client.delete("floor:{main}:events", "floor:{main}:cursor:pbx")
        outbox.put(entered(1, first=4))
        await until(lambda: bool(asked))
        assert asked == [("overflow", UNTIL_MS + 3)]


@scenario
async def test_after_the_lease_is_lost_nothing_is_written(valkey: RedisServer) -> None:
    async with valkey.client() as client, valkey.client() as other, outbox_on(client) as (outbox, _, task):
        outbox.put(entered(1))
        await until(lambda: not outbox.pending)
        await client.delete("floor:{main}:lease:pbx")
        assert await Lease(other, "main", "pbx").try_acquire()
        outbox.put(entered(1, first=2))
        with pytest.raises(LeaseLost):
            await task
        assert await calls(valkey) == ["c1"]


@scenario
async def test_flush_says_when_redis_is_away(valkey: RedisServer) -> None:
    client = quick(valkey)
    lease = Lease(client, "main", "pbx")
    await lease.acquire()
    outbox = Outbox(Writer(client, lease, "pbx"), lease, SystemClock())
    outbox.put(entered(1))
    with valkey.paused(), pytest.raises(StreamDown):
        await outbox.flush()
    assert outbox.pending == 1
    await outbox.flush()
    assert outbox.pending == 0
    await client.aclose()
