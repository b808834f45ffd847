"""What a collector that takes over finds in the stream."""

from __future__ import annotations

from collectors.events import AnyEvent, Fact, LinkLost, SourceAlive
from collectors.stream import Client, Lease, Writer, cursor_key, events_key
from collectors.stream.known import Known, last_known
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
