"""kill -9 of the server while it is written and read: nothing acknowledged is lost, and both go on by themselves."""

from __future__ import annotations

import asyncio
import random
from contextlib import AbstractAsyncContextManager

import pytest

from collectors.events import Entry
from collectors.stream import START, Client, Lease, LeaseLost, LostTail, Reader, StreamDown, Trimmed, Writer
from tests.patience import HANG_S
from tests.redis_server import RedisServer, entered, scenario

KILLS = 4


class _Load:
    """A writer and a reader at work, and what each of them knows."""

    def __init__(self, server: RedisServer) -> None:
        self.server = server
        self.rng = random.Random(7)
        self.acknowledged = [0]
        self.read: list[int] = []
        self.is_over = False

    def client(self) -> AbstractAsyncContextManager[Client]:
        return self.server.client(answer_s=HANG_S, attempts=1)

    async def write(self) -> None:
        async with self.client() as client:
            lease = Lease(client, "main", "pbx")
            await lease.acquire()
            writer = Writer(client, lease, "pbx")
            while not self.is_over or writer.pending:
                facts = [] if writer.pending else entered(self.rng.randrange(1, 400), first=writer.n + 1)
                try:
                    await writer.append(facts)
                except StreamDown:
                    await asyncio.sleep(0.01)
                else:
                    self.acknowledged.append(writer.n)

    async def follow(self, writing: asyncio.Task[None]) -> None:
        position = START
        async with self.client() as client:
            reader = Reader(client, "main")
            while not writing.done() or len(self.read) < self.acknowledged[-1]:
                try:
                    rows = await reader.read(position, block_ms=50)
                except StreamDown:
                    await asyncio.sleep(0.01)
                    continue
                except (LostTail, Trimmed):  # killed before it wrote it down: the writer writes it again
                    position, self.read = START, []
                    continue
                self.read += [record.n for _, record in rows if isinstance(record, Entry)]
                position = rows[-1][0] if rows else position


@scenario
async def test_nothing_acknowledged_is_lost(server: RedisServer) -> None:
    load = _Load(server)
    writing = asyncio.create_task(load.write())
    following = asyncio.create_task(load.follow(writing))
    for _ in range(KILLS):
        target = len(load.acknowledged) + load.rng.randrange(3, 30)
        while len(load.acknowledged) < target and not writing.done():
            await asyncio.sleep(0.002)
        server.kill()
        await asyncio.sleep(0.03)
        server.start()
    load.is_over = True
    await asyncio.gather(writing, following)
    assert load.acknowledged[-1] > 1000
    assert load.read == list(range(1, load.acknowledged[-1] + 1))


@scenario
async def test_an_outage_longer_than_the_lease_costs_no_entry_if_nobody_took_over(valkey: RedisServer) -> None:
    async with valkey.client(answer_s=HANG_S, attempts=1) as client:
        lease = Lease(client, "main", "pbx", ttl_ms=50)
        await lease.acquire()
        writer = Writer(client, lease, "pbx")
        await writer.append(entered(3))
        valkey.kill()
        with pytest.raises(StreamDown):
            await writer.append(entered(2, first=4))
        await asyncio.sleep(0.06)
        valkey.start()
        await writer.append(())
        rows = await Reader(client, "main").read(START)
        assert [record.n for _, record in rows if isinstance(record, Entry)] == [1, 2, 3, 4, 5]


@scenario
async def test_a_standby_that_took_over_in_the_outage_keeps_the_old_one_out(valkey: RedisServer) -> None:
    async with valkey.client(answer_s=HANG_S, attempts=1) as client:
        old = Lease(client, "main", "pbx", ttl_ms=50)
        await old.acquire()
        writer = Writer(client, old, "pbx")
        valkey.kill()
        with pytest.raises(StreamDown):
            await writer.append(entered(2))
        await asyncio.sleep(0.06)
        valkey.start()
        assert await Lease(client, "main", "pbx").try_acquire()
        with pytest.raises(LeaseLost):
            await writer.append(())
        assert await Reader(client, "main").read(START) == []
