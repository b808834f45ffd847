"""What a collector that takes over finds in the stream."""

from __future__ import annotations

import asyncio

import pytest

from collectors.events import AnyEvent, Fact, LinkLost, SourceAlive
from collectors.stream import Client, Lease, Writer, cursor_key, events_key
from collectors.stream import known as room
from collectors.stream.known import Known, last_known, recalled
from tests.redis_server import RedisServer, scenario


async def write(client: Client, switch: str, *facts: Fact) -> None:
    lease = Lease(client, "main", switch)
    assert await lease.try_acquire()
    await Writer(client, lease, switch).append(facts)
    await lease.release()


def fact(event: AnyEvent, at_ms: int, *, backfilled: bool = False) -> Fact:
    return Fact(event, at_ms, boot="2026-11-21 18:39:53", backfilled=backfilled)


@scenario
async def test_the_last_entry_of_this_switch(valkey: RedisServer) -> None:
    async with valkey.client() as client:
        assert await last_known(client, "main", "pbx") is None
        await write(client, "pbx", fact(SourceAlive(), 1000), fact(SourceAlive(), 3000))
        await write(client, "other", fact(SourceAlive(), 9000))
        assert await last_known(client, "main", "pbx") == Known("2026-11-21 18:39:53", 3000, is_link_down=False)
        await write(client, "pbx", fact(LinkLost("shutdown", 4000), 4000))
        assert await last_known(client, "main", "pbx") == Known("2026-11-21 18:39:53", 4000, is_link_down=True)


@scenario
async def test_a_back_filled_entry_is_known_since_it_was_written(valkey: RedisServer) -> None:
    async with valkey.client() as client:
        await write(client, "pbx", fact(SourceAlive(), 1000, backfilled=True))
        known = await last_known(client, "main", "pbx")
        assert known is not None
        assert known.until_ms > 1_600_000_000_000


@scenario
async def test_where_the_server_lost_the_last_entry_the_one_before_counts(valkey: RedisServer) -> None:
    async with valkey.client() as client:
        await write(client, "pbx", fact(SourceAlive(), 1000))
        await write(client, "other", fact(SourceAlive(), 2000))
        await client.set(cursor_key("main", "pbx"), "7:3:99999999999999-0")
        known = await last_known(client, "main", "pbx")
        assert known is not None
        assert known.until_ms == 1000
        await client.delete(events_key("main"))
        assert await last_known(client, "main", "pbx") is None


@scenario
async def test_a_take_over_remembers_this_switch_oldest_first(valkey: RedisServer) -> None:
    async with valkey.client() as client:
        assert await recalled(client, "main", "pbx") == []
        await write(client, "pbx", *(fact(SourceAlive(), n) for n in range(2500)))
        await write(client, "other", fact(SourceAlive(), 1))
        await write(client, "pbx", fact(SourceAlive(), 2500))
        assert [entry.at_ms for entry in await recalled(client, "main", "pbx")] == list(range(2501))


@scenario
async def test_of_a_busy_stream_the_newest_entries_are_remembered(
    valkey: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "RECALLED", 100)
    async with valkey.client() as client:
        for part in range(20):
            await write(client, "pbx", *(fact(SourceAlive(), 100 * part + n) for n in range(100)))
            await asyncio.sleep(0.01)
        times = [entry.at_ms for entry in await recalled(client, "main", "pbx")]
        assert times == sorted(times)
        assert times[-1] == 1999
        assert 1 <= len(times) < 1000
