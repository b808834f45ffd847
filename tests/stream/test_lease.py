"""One writer at a time, also when one of them sleeps through its own replacement."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time

import pytest

from collectors.stream import START, Lease, LeaseLost, Reader, StreamDown, Writer, cursor_key, events_key
from collectors.stream.connection import command
from collectors.stream.lease import POLL_S, TTL_MS
from tests.patience import HANG_S
from tests.redis_server import RedisServer, entered, scenario


def test_a_dead_holder_is_replaced_within_5_s() -> None:
    assert TTL_MS / 1000 + POLL_S < 5


@scenario
async def test_only_one_of_two_holds_it(server: RedisServer) -> None:
    async with server.client() as client:
        one, two = Lease(client, "main", "pbx"), Lease(client, "main", "pbx")
        assert await one.try_acquire()
        assert not await two.try_acquire()
        assert (one.is_held, two.is_held) == (True, False)
        assert 0 < await client.pttl(one.keys[0]) <= TTL_MS


@scenario
async def test_leases_of_other_names_and_sites_are_independent(valkey: RedisServer) -> None:
    async with valkey.client() as client:
        leases = [Lease(client, "main", "a"), Lease(client, "main", "b"), Lease(client, "north", "a")]
        assert [await lease.try_acquire() for lease in leases] == [True, True, True]


@scenario
async def test_a_stale_writer_writes_nothing(server: RedisServer) -> None:
    async with server.client() as client:
        old, new = Lease(client, "main", "pbx"), Lease(client, "main", "pbx")
        await old.acquire()
        stale = Writer(client, old, "pbx")
        await stale.append(entered(2))
        await client.delete(old.keys[0])  # as if it had expired while its holder slept
        await new.acquire()
        assert new.epoch > old.epoch
        await Writer(client, new, "pbx").append(entered(1, first=10))
        with pytest.raises(LeaseLost):
            await stale.append(entered(300, first=20))
        assert (old.is_held, stale.pending) == (False, 0)
        rows = await Reader(client, "main").read(START)
        assert [record.event.call for _, record in rows] == ["c1", "c2", "c10"]  # type: ignore[union-attr]


@scenario
async def test_a_holder_that_slept_has_its_lease_back_if_nobody_took_it(server: RedisServer) -> None:
    async with server.client() as client:
        lease = Lease(client, "main", "pbx")
        epoch = await lease.acquire()
        writer = Writer(client, lease, "pbx")
        await writer.append(entered(1))
        await client.delete(lease.keys[0])
        await writer.append(entered(1, first=2))
        await client.delete(lease.keys[0])
        await lease.renew()
        assert lease.epoch == epoch
        assert await client.pttl(lease.keys[0]) > 0
        assert [r.n for _, r in await Reader(client, "main").read(START)] == [1, 2]  # type: ignore[union-attr]


@scenario
async def test_it_is_not_given_back_once_another_has_had_it(server: RedisServer) -> None:
    async with server.client() as client:
        old, new = Lease(client, "main", "pbx"), Lease(client, "main", "pbx")
        await old.acquire()
        await client.delete(old.keys[0])
        await new.acquire()
        await new.release()
        with pytest.raises(LeaseLost):
            await old.renew()


@scenario
async def test_release_lets_a_standby_in_at_once(server: RedisServer) -> None:
    async with server.client() as client:
        active, standby = Lease(client, "main", "pbx"), Lease(client, "main", "pbx")
        await active.acquire()
        waiting = asyncio.create_task(standby.acquire(poll_s=0.01))
        await asyncio.sleep(0)
        await active.release()
        assert await asyncio.wait_for(waiting, 3) > 0, "not the 4 s of a lease that nobody gave back"
        with pytest.raises(LeaseLost):
            await Writer(client, active, "pbx").append(entered(1))


@scenario
async def test_releasing_what_is_anothers_changes_nothing(valkey: RedisServer) -> None:
    async with valkey.client() as client:
        old, new = Lease(client, "main", "pbx"), Lease(client, "main", "pbx")
        await old.acquire()
        await client.delete(old.keys[0])
        await new.acquire()
        await old.release()
        await new.renew()
        assert new.is_held


@scenario
async def test_acquiring_whose_answer_was_lost_may_be_asked_again(server: RedisServer) -> None:
    async with server.client() as client:
        lease = Lease(client, "main", "pbx")
        real = lease._acquire

        async def answer_is_lost(**arguments: object) -> None:
            await real(**arguments)  # type: ignore[arg-type]
            raise ConnectionResetError("the answer was lost")

        lease._acquire = answer_is_lost  # type: ignore[assignment]
        with pytest.raises(StreamDown):
            await lease.try_acquire()
        lease._acquire = real
        assert await lease.try_acquire()
        assert await client.get(lease.keys[0]) == lease.token.encode()


@scenario
async def test_the_epoch_rises_even_over_a_server_that_forgot_it(server: RedisServer) -> None:
    async with server.client() as client:
        lease = Lease(client, "main", "pbx")
        first = await lease.acquire()
        await client.set(lease.keys[1], 7)  # a failover to a copy that is far behind
        await client.delete(lease.keys[0])
        assert await Lease(client, "main", "pbx").acquire() >= first


@scenario
async def test_keeping_waits_out_an_outage(valkey: RedisServer) -> None:
    async with valkey.client(answer_s=HANG_S, attempts=1) as client:
        lease = Lease(client, "main", "pbx", ttl_ms=200)
        epoch = await lease.acquire()
        keeping = asyncio.create_task(lease.keep())
        valkey.kill()
        with pytest.raises(StreamDown):
            await lease.renew()
        valkey.start()
        await lease.renew()
        assert (lease.epoch, keeping.done()) == (epoch, False)
        keeping.cancel()


_CHILD = """
import asyncio, sys
from collectors.stream import Lease, LeaseLost, Writer, connect
from tests.redis_server import entered
async def main():
    client = connect(sys.argv[1])
    lease = Lease(client, "main", "pbx", ttl_ms=600)
    await lease.acquire()
    writer = Writer(client, lease, "pbx")
    print("holding", flush=True)
    try:
        while True:
            await writer.append(entered(5))
    except LeaseLost:
        print("lost", flush=True)
    await client.aclose()
asyncio.run(main())
"""


def _holder(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", _CHILD, url], stdout=subprocess.PIPE, text=True)


@scenario
async def test_a_stopped_process_that_wakes_up_cannot_write(server: RedisServer) -> None:
    child = _holder(server.url)
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "holding\n"
        async with server.client() as client:
            while not await client.exists(events_key("main")):
                await asyncio.sleep(0.005)
            os.kill(child.pid, signal.SIGSTOP)
            begun = time.monotonic()
            lease = Lease(client, "main", "pbx")
            await lease.acquire(poll_s=0.05)
            assert time.monotonic() - begun < 3.5, "its own 0.6 s, not the 4 s of others"
            last_id = await Writer(client, lease, "pbx").append(entered(1))
            os.kill(child.pid, signal.SIGCONT)
            assert child.stdout.readline() == "lost\n"
            assert await Reader(client, "main").read(last_id) == []
            assert (await command(client, "GET", cursor_key("main", "pbx"))).decode().startswith(f"{lease.epoch}:1:")
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
