"""Appends: in order, once, and never lost without a word."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from collectors.events import Entry
from collectors.stream import (
    START,
    Client,
    Lease,
    LostTail,
    Reader,
    StreamDown,
    StreamFull,
    StreamOverflow,
    StreamReset,
    Writer,
    cursor_key,
    events_key,
)
from collectors.stream.connection import command
from collectors.stream.writer import BATCH
from tests.patience import HANG_S
from tests.redis_server import RedisServer, entered, scenario


async def _writer(client: Client, switch: str = "pbx") -> Writer:
    lease = Lease(client, "main", switch)
    await lease.acquire()
    return Writer(client, lease, switch)


async def _entries(client: Client) -> list[Entry]:
    found: list[Entry] = []
    position = START
    reader = Reader(client, "main")
    while rows := await reader.read(position):
        position = rows[-1][0]
        found += [record for _, record in rows if isinstance(record, Entry)]
    return found


def _calls(entries: Sequence[Entry]) -> list[str]:
    return [entry.event.call for entry in entries]  # type: ignore[union-attr]


@scenario
async def test_facts_come_out_in_order_stamped_with_their_place(server: RedisServer) -> None:
    async with server.client() as client:
        writer = await _writer(client)
        count = 2 * BATCH + 7
        last_id = await writer.append(entered(count))
        await writer.append(entered(3, first=count + 1))
        rows = await Reader(client, "main").read(START, count=10_000)
        entries = [record for _, record in rows if isinstance(record, Entry)]
        assert rows[count - 1][0] == last_id
        assert _calls(entries) == [f"c{n}" for n in range(1, count + 4)]
        assert [entry.n for entry in entries] == list(range(1, count + 4))
        assert {(entry.site, entry.switch, entry.epoch) for entry in entries} == {("main", "pbx", writer.lease.epoch)}


@scenario
async def test_nothing_to_append_writes_nothing(valkey: RedisServer) -> None:
    async with valkey.client() as client:
        assert await (await _writer(client)).append(()) == ""
        assert not await client.exists(events_key("main"))


@scenario
async def test_two_switches_write_to_one_stream(valkey: RedisServer) -> None:
    async with valkey.client() as client:
        one, two = await _writer(client, "a"), await _writer(client, "b")
        await one.append(entered(2))
        await two.append(entered(2, first=10))
        await one.append(entered(1, first=3))
        assert [(e.switch, e.n) for e in await _entries(client)] == [("a", 1), ("a", 2), ("b", 1), ("b", 2), ("a", 3)]


@scenario
async def test_an_append_whose_answer_was_lost_is_written_once(server: RedisServer) -> None:
    async with server.client() as client:
        writer = await _writer(client)
        real = writer._append

        async def answer_is_lost(**arguments: object) -> None:
            await real(**arguments)  # type: ignore[arg-type]
            raise ConnectionResetError("the answer was lost")

        writer._append = answer_is_lost  # type: ignore[assignment]
        with pytest.raises(StreamDown):
            await writer.append(entered(3))
        assert writer.pending == 3
        writer._append = real
        await writer.append(entered(2, first=4))
        assert _calls(await _entries(client)) == ["c1", "c2", "c3", "c4", "c5"]
        assert writer.pending == 0


@scenario
async def test_what_redis_could_not_take_is_kept_and_goes_first(server: RedisServer) -> None:
    async with server.client(answer_s=HANG_S, attempts=1) as client:
        writer = await _writer(client)
        await writer.append(entered(2))
        server.kill()
        for first in (3, 5):
            with pytest.raises(StreamDown):
                await writer.append(entered(2, first=first))
        assert writer.pending == 4
        server.start()
        await writer.append(entered(1, first=7))
        entries = await _entries(client)
        assert _calls(entries) == [f"c{n}" for n in range(1, 8)]
        assert [entry.n for entry in entries] == list(range(1, 8))


@scenario
async def test_a_full_redis_is_told_and_recovered_from(server: RedisServer) -> None:
    async with server.client() as client:
        writer = await _writer(client)
        await writer.append(entered(5))
        used = int((await client.info("memory"))["used_memory"])
        await client.config_set("maxmemory", used + 400_000)
        with pytest.raises(StreamFull, match="maxmemory"):
            await writer.append(entered(20_000, first=6))
        written = len(await _entries(client))
        assert 5 < written < writer.n
        assert written + writer.pending == writer.n
        with pytest.raises(StreamFull):
            await writer.append(())
        await client.config_set("maxmemory", 0)
        await writer.append(())
        assert [entry.n for entry in await _entries(client)] == list(range(1, writer.n + 1))


@scenario
async def test_buffering_ends_after_its_time_with_a_word(valkey: RedisServer) -> None:
    now = 1000.0
    async with valkey.client(answer_s=HANG_S, attempts=1) as client:
        lease = Lease(client, "main", "pbx")
        await lease.acquire()
        writer = Writer(client, lease, "pbx", buffer_s=30, monotonic=lambda: now)
        valkey.kill()
        with pytest.raises(StreamDown):
            await writer.append(entered(3))
        now += 29
        with pytest.raises(StreamDown):
            await writer.append(entered(3))
        now += 2
        with pytest.raises(StreamOverflow, match="7 entries dropped"):
            await writer.append(entered(1))
        valkey.start()
        await writer.append(entered(1, first=50))
        assert [(e.n, *_calls([e])) for e in await _entries(client)] == [(8, "c50")]


@scenario
async def test_buffering_ends_after_so_many_entries_with_a_word(valkey: RedisServer) -> None:
    async with valkey.client(answer_s=HANG_S, attempts=1) as client:
        lease = Lease(client, "main", "pbx")
        await lease.acquire()
        writer = Writer(client, lease, "pbx", buffer_entries=10)
        valkey.kill()
        with pytest.raises(StreamOverflow):
            await writer.append(entered(11))
        assert writer.pending == 0


@scenario
async def test_what_a_server_lost_of_the_last_seconds_it_gets_again(server: RedisServer) -> None:
    async with server.client() as client:
        writer = await _writer(client)
        await writer.append(entered(2))
        kept_bytes = await server.written_bytes(client)
        await writer.append(entered(2 * BATCH, first=3))
        last_id = await writer.append(entered(1, first=2 * BATCH + 3))
        server.cut_power(kept_bytes)
        with pytest.raises(LostTail):
            await Reader(client, "main").read(last_id)
        count = 2 * BATCH + 4
        await writer.append(entered(1, first=count))
        entries = await _entries(client)
        assert _calls(entries) == [f"c{n}" for n in range(1, count + 1)]
        assert [entry.n for entry in entries] == list(range(1, count + 1))
        assert (writer.resent, writer.pending) == (2 * BATCH + 1, 0)


@scenario
async def test_lost_from_the_writers_very_first_entry_on_it_gets_them_again(server: RedisServer) -> None:
    async with server.client() as client:
        writer = await _writer(client)
        kept_bytes = await server.written_bytes(client)
        await writer.append(entered(3))
        server.cut_power(kept_bytes)
        await writer.append(entered(1, first=4))
        assert _calls(await _entries(client)) == ["c1", "c2", "c3", "c4"]


@scenario
async def test_a_server_that_lost_more_than_that_is_found_out(server: RedisServer) -> None:
    now = 1000.0
    async with server.client() as client:
        lease = Lease(client, "main", "pbx")
        await lease.acquire()
        writer = Writer(client, lease, "pbx", monotonic=lambda: now, resend_s=5)
        await writer.append(entered(2))
        kept_bytes = await server.written_bytes(client)
        await writer.append(entered(1, first=3))
        now += 6
        last_id = await writer.append(entered(1, first=4))
        server.cut_power(kept_bytes)
        with pytest.raises(StreamReset, match="lost acknowledged"):
            await writer.append(entered(2, first=5))
        assert _calls(await _entries(client)) == ["c1", "c2"]
        await writer.append(entered(2, first=7))  # the resync
        entries = await _entries(client)
        assert _calls(entries) == ["c1", "c2", "c7", "c8"]
        assert [entry.n for entry in entries] == [1, 2, 7, 8]
        with pytest.raises(LostTail):
            await Reader(client, "main").read(last_id)


@scenario
async def test_a_new_epoch_counts_from_one(valkey: RedisServer) -> None:
    async with valkey.client() as client:
        first = await _writer(client)
        await first.append(entered(3))
        await first.lease.release()
        await first.lease.acquire()
        await first.append(entered(2, first=4))
        assert [entry.n for entry in await _entries(client)] == [1, 2, 3, 1, 2]
        assert b":2:" in await command(client, "GET", cursor_key("main", "pbx"))


@scenario
async def test_scripts_are_sent_again_to_a_server_that_forgot_them(server: RedisServer) -> None:
    async with server.client() as client:
        writer = await _writer(client)
        await writer.append(entered(1))
        await client.script_flush()
        await writer.append(entered(1, first=2))
        await writer.lease.renew()
        assert _calls(await _entries(client)) == ["c1", "c2"]
