"""Reads: in order, waiting, and never past something that is missing."""

from __future__ import annotations

import asyncio
import random

import pytest

from collectors.events import Entry
from collectors.stream import (
    START,
    Client,
    Lease,
    LostTail,
    Reader,
    StreamDown,
    Trimmed,
    Undecodable,
    Writer,
    events_key,
    trim_older,
    trim_to_save_memory,
)
from collectors.stream.connection import command
from collectors.stream.keys import id_ms
from tests.patience import HANG_S
from tests.redis_server import RedisServer, entered, scenario


async def _filled(client: Client, count: int) -> tuple[Reader, list[str]]:
    """A reader of a stream of `count` entries, and their ids. Small nodes, so that trimming has something to cut."""
    await client.config_set("stream-node-max-entries", 10)
    lease = Lease(client, "main", "pbx")
    await lease.acquire()
    await Writer(client, lease, "pbx").append(entered(count))
    reader = Reader(client, "main")
    return reader, [stream_id for stream_id, _ in await reader.read(START, count=count)]


@scenario
async def test_it_reads_on_from_any_position(server: RedisServer) -> None:
    async with server.client() as client:
        reader, ids = await _filled(client, 30)
        assert [i for i, _ in await reader.read(START, count=7)] == ids[:7]
        assert [i for i, _ in await reader.read(ids[6], count=7)] == ids[7:14]
        assert await reader.read(ids[-1]) == []


@scenario
async def test_an_empty_stream_is_no_error(server: RedisServer) -> None:
    async with server.client() as client:
        reader = Reader(client, "main")
        assert await reader.read(START) == []
        assert await reader.span() == (START, START, 0)
        assert await reader.holds(START)


@scenario
async def test_it_waits_for_what_is_appended_meanwhile(server: RedisServer) -> None:
    async with server.client() as client, server.client() as other:
        _, ids = await _filled(client, 2)
        lease = Lease(client, "main", "second")
        await lease.acquire()
        writer, last_id, found = Writer(client, lease, "second"), ids[-1], list[str]()
        for first in range(1, 6):  # a slow machine may append only when the waiting was over
            waiting = asyncio.create_task(Reader(other, "main").read(last_id, block_ms=5000))
            last_id = await writer.append(entered(1, first=first))
            found = [i for i, _ in await asyncio.wait_for(waiting, HANG_S)]
            if found:
                break
        assert found == [last_id]


@scenario
async def test_waiting_ends_before_the_clients_time_out(valkey: RedisServer) -> None:
    async with valkey.client() as client:
        reader, ids = await _filled(client, 1)
        assert await reader.read(ids[0], block_ms=60_000) == []


@scenario
async def test_records_that_cannot_be_read_come_in_their_place(server: RedisServer) -> None:
    async with server.client() as client:
        reader, _ = await _filled(client, 1)
        await client.xadd(events_key("main"), {"e": b"\xc1garbage"})
        await client.xadd(events_key("main"), {"other": "field"})
        records = [record for _, record in await reader.read(START)]
        assert isinstance(records[0], Entry)
        assert [type(record) for record in records[1:]] == [Undecodable, Undecodable]


@scenario
async def test_unread_entries_that_were_trimmed_are_noticed(server: RedisServer) -> None:
    async with server.client() as client:
        reader, ids = await _filled(client, 100)
        await client.xtrim(events_key("main"), maxlen=50, approximate=False)
        with pytest.raises(Trimmed) as caught:
            await reader.read(ids[20])
        assert (caught.value.after_id, caught.value.first_id) == (ids[20], ids[50])
        assert [i for i, _ in await reader.read(ids[50])] == ids[51:]
        assert [i for i, _ in await reader.read(START)] == ids[50:]


async def _past_the_millisecond_of(client: Client, stream_id: str) -> None:
    """An emptied server gives the ids of one millisecond again: nobody could tell those entries from the lost ones."""
    seconds, microseconds = await client.time()
    while seconds * 1000 + microseconds // 1000 <= id_ms(stream_id):
        seconds, microseconds = await client.time()


@scenario
async def test_an_emptied_server_is_noticed(server: RedisServer) -> None:
    async with server.client() as client:
        reader, ids = await _filled(client, 3)
        await client.flushall()
        with pytest.raises(LostTail):
            await reader.read(ids[-1])
        await _past_the_millisecond_of(client, ids[-1])
        _, later = await _filled(client, 3)
        with pytest.raises(Trimmed):
            await reader.read(ids[-1])
        assert [i for i, _ in await reader.read(START)] == later


@scenario
async def test_a_loss_behind_an_unseen_reconnect_is_noticed(server: RedisServer) -> None:
    """The client library reconnects by itself; that must hide nothing."""
    async with server.client() as client:
        reader, ids = await _filled(client, 3)
        kept_bytes = await server.written_bytes(client)
        await client.xadd(events_key("main"), {"e": b"lost"})
        lost_id = (await reader.span()).last_id
        server.cut_power(kept_bytes)
        assert await reader.read(ids[-1]) == []
        with pytest.raises(LostTail):
            await reader.read(lost_id)


@scenario
async def test_an_absent_server_is_told_soon(valkey: RedisServer) -> None:
    async with valkey.client() as client:
        reader, ids = await _filled(client, 1)
        valkey.kill()
        with pytest.raises(StreamDown, match="cannot be reached"):
            await asyncio.wait_for(reader.read(ids[0], block_ms=1000), 5)
        valkey.start()
        assert await reader.read(ids[0]) == []


@scenario
async def test_a_span_tells_lag_and_what_it_holds(valkey: RedisServer) -> None:
    async with valkey.client() as client:
        for stream_id in ("1000-0", "5000-0", "9000-0"):
            await client.xadd(events_key("main"), {"e": b"x"}, id=stream_id)
        span = await Reader(client, "main").span()
        assert span == ("1000-0", "9000-0", 3)
        assert (span.lag_ms("5000-0"), span.lag_ms("9000-0"), span.lag_ms(START)) == (4000, 0, 0)
        assert [span.holds(i) for i in ("999-0", "1000-0", "9000-0", "9000-1")] == [False, True, True, False]
        assert not await Reader(client, "main").holds("5000-1")


@scenario
async def test_it_finds_the_position_of_a_time(server: RedisServer) -> None:
    async with server.client() as client:
        for stream_id in ("1000-0", "5000-0", "5000-1", "9000-0"):
            await client.xadd(events_key("main"), {"e": b"x"}, id=stream_id)
        reader = Reader(client, "main")
        assert [await reader.position_before(at_ms) for at_ms in (0, 1000, 1001, 5000, 5001, 99_999)] == [
            START,
            START,
            "1000-0",
            "1000-0",
            "5000-1",
            "9000-0",
        ]
        assert await Reader(client, "empty").position_before(5000) == START


@scenario
async def test_trimming_keeps_what_is_young_and_what_is_not_in_a_checkpoint(server: RedisServer) -> None:
    async with server.client() as client:
        reader, ids = await _filled(client, 100)
        assert await trim_older(client, "main", 3_600_000) == 0
        now_ms = int(ids[-1].split("-")[0])
        key = events_key("old")
        for minute in range(100):
            await client.xadd(key, {"e": b"x"}, id=f"{now_ms - (100 - minute) * 60_000}-0")
        assert await trim_older(client, "old", 50 * 60_000, not_past=START) == 0
        held_back = await trim_older(client, "old", 50 * 60_000, not_past=f"{now_ms - 75 * 60_000}-0")
        assert 0 < held_back <= 26
        await trim_older(client, "old", 50 * 60_000)
        oldest_ms = int((await Reader(client, "old").span()).first_id.split("-")[0])
        assert now_ms - 60 * 60_000 - 1000 <= oldest_ms <= now_ms - 50 * 60_000 + 1000
        assert (await reader.span()).entries == 100


@scenario
async def test_short_memory_takes_the_oldest_share_but_nothing_unkept(server: RedisServer) -> None:
    async with server.client() as client:
        await client.config_set("stream-node-max-entries", 10)
        key = events_key("main")
        for second in range(200):
            await client.xadd(key, {"e": b"x"}, id=f"{1_000_000 + second * 1000}-0")
        assert await trim_to_save_memory(client, "main", 0.2, not_past=START) == 0
        removed = await trim_to_save_memory(client, "main", 0.2, not_past="1100000-0")
        assert 10 <= removed <= 20
        for _ in range(100):
            await trim_to_save_memory(client, "main", 0.5, not_past="1100000-0")
        assert (await command(client, "XRANGE", key, "1100000-0", "1100000-0")) != []


@scenario
async def test_being_cancelled_always_ends_a_reading_task(valkey: RedisServer) -> None:
    """On Python 3.11 the client library forgets some cancellations (about one in twenty here, without `collectors.stream.cancelling`)."""
    rng = random.Random(3)
    async with valkey.client() as client:
        reader, ids = await _filled(client, 1)

        async def read_for_ever() -> None:
            while True:
                await reader.read(ids[0], block_ms=5)

        for _ in range(150):
            task = asyncio.create_task(read_for_ever())
            await asyncio.sleep(rng.random() / 100)
            task.cancel()
            done, _ = await asyncio.wait([task], timeout=HANG_S)
            assert done
