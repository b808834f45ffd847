"""Which servers are refused, warned about, and what a wrong address says."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing

import pytest

from collectors.stream import (
    START,
    DeadLetter,
    DeadLetters,
    Lease,
    Reader,
    RedisRefused,
    StreamDown,
    StreamError,
    Writer,
    check_redis,
    connect,
    events_key,
)
from collectors.stream.connection import command
from collectors.stream.embedded import bundled
from tests.redis_server import RedisServer, entered, running, scenario


@scenario
async def test_a_safe_server_is_taken_without_a_word(server: RedisServer) -> None:
    async with server.client() as client:
        facts = await check_redis(client, "main")
        assert facts.warnings == ()
        assert facts.product == ("Valkey" if server.program == bundled() else "Redis")


@pytest.mark.parametrize("policy", ["allkeys-lru", "allkeys-lfu", "allkeys-random"])
@scenario
async def test_a_server_that_may_evict_the_stream_is_refused(server: RedisServer, policy: str) -> None:
    async with server.client() as client:
        await client.config_set("maxmemory-policy", policy)
        with pytest.raises(RedisRefused, match="maxmemory-policy noeviction"):
            await check_redis(client, "main")


@scenario
async def test_a_stream_that_will_expire_is_refused(server: RedisServer) -> None:
    async with server.client() as client:
        await client.xadd(events_key("main"), {"e": b"x"})
        await client.expire(events_key("main"), 1000)
        with pytest.raises(RedisRefused, match="PERSIST"):
            await check_redis(client, "main")


@scenario
async def test_what_is_risky_is_warned_about(server: RedisServer) -> None:
    async with server.client() as client:
        await client.config_set("maxmemory-policy", "volatile-ttl")
        await client.config_set("appendonly", "no")
        warnings = " ".join((await check_redis(client, "main")).warnings)
        assert "appendonly yes" in warnings
        assert "volatile-ttl" in warnings


@scenario
async def test_a_wrong_password_is_one_sentence(valkey: RedisServer) -> None:
    async with valkey.client() as admin:
        await admin.config_set("requirepass", "right")
    async with aclosing(connect(f"unix://floor:wrong@{valkey.socket}")) as client:
        with pytest.raises(RedisRefused, match="user, password") as caught:
            await check_redis(client)
        assert "wrong" not in str(caught.value).replace("WRONGPASS", "")


@scenario
async def test_a_server_that_is_not_there_is_told_soon() -> None:
    async with aclosing(connect("redis://127.0.0.1:1/0")) as client:
        begun = time.monotonic()
        with pytest.raises(StreamDown, match="check that it runs"):
            await check_redis(client)
        assert time.monotonic() - begun < 10


@scenario
async def test_a_server_that_hangs_is_told_soon(valkey: RedisServer) -> None:
    """redis-py's defaults would take 15 s and more for this."""
    async with valkey.client() as client:
        await check_redis(client)
        with valkey.paused():
            begun = time.monotonic()
            with pytest.raises(StreamDown):
                await check_redis(client)
            assert 1 < time.monotonic() - begun < 10
        await check_redis(client)


@pytest.mark.parametrize("url", ["http://x", "nonsense", "redis-cluster://user:secret@x"])
def test_another_kind_of_url_is_one_sentence_without_the_password(url: str) -> None:
    with pytest.raises(StreamError, match="redis://host:6379/0") as caught:
        connect(url)
    assert "secret" not in str(caught.value)


@scenario
async def test_everything_runs_on_a_cluster_node() -> None:
    """A cluster refuses scripts whose keys are in several slots: the site's hash tag keeps ours in one."""
    with running(bundled(), "--cluster-enabled", "yes") as server:
        async with server.client() as client:
            await command(client, "CLUSTER", "ADDSLOTSRANGE", 0, 16383)
            while b"cluster_state:ok" not in await command(client, "CLUSTER", "INFO"):
                await asyncio.sleep(0.02)
            lease = Lease(client, "main", "pbx")
            await lease.acquire()
            await lease.renew()
            await Writer(client, lease, "pbx").append(entered(600))
            await DeadLetters(client, "main").put(DeadLetter("5-1", b"x", "why"))
            assert len(await Reader(client, "main").read(START)) == 600
            assert "Redis Cluster" in " ".join((await check_redis(client, "main")).warnings)
            await lease.release()


@scenario
async def test_dead_letters_are_kept_once(server: RedisServer) -> None:
    async with server.client() as client:
        letters = DeadLetters(client, "main")
        assert await letters.put(DeadLetter("1700-1", b"\xc1", "名字 cannot be read"))
        assert not await letters.put(DeadLetter("1700-1", b"\xc1", "again"))
        assert await letters.put(DeadLetter("1700-2", b"y", "z"))
        assert await letters.newest() == [
            DeadLetter("1700-2", b"y", "z"),
            DeadLetter("1700-1", b"\xc1", "名字 cannot be read"),
        ]
        assert await letters.count() == 2
