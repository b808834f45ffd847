"""A real failover: the master is killed, Sentinel makes the replica the master, writer and reader go on there."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from collectors.events import Entry
from collectors.stream import (
    START,
    Client,
    Lease,
    LostTail,
    Reader,
    StreamDown,
    StreamError,
    Writer,
    connect,
)
from collectors.stream.connection import command
from collectors.stream.embedded import bundled
from tests.ports import free_ports
from tests.redis_server import entered, scenario

DOWN_AFTER_MS = 400
"""So soon only once the master is dead: before, a slow moment of the machine would be taken for its death."""


class Trio:
    """A master, its replica and one sentinel, on free ports of the loopback."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="floorwatch-"))
        self.master, self.replica, self.sentinel = free_ports(3)
        self.url = f"redis+sentinel://127.0.0.1:{self.sentinel}/floor"
        self.processes: dict[int, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        common = ["--save", "", "--bind", "127.0.0.1", "--repl-diskless-sync-delay", "0"]
        self._spawn(self.master, [*common, "--appendonly", "yes", "--appenddirname", "one"])
        self._spawn(
            self.replica,
            [*common, "--appendonly", "yes", "--appenddirname", "two", "--replicaof", "127.0.0.1", str(self.master)],
        )

    def start_sentinel(self) -> None:
        """Last: a sentinel learns at once of a replica that is there already, of a later one after ten seconds."""
        configuration = self.folder / "sentinel.conf"
        configuration.write_text(
            f"port {self.sentinel}\nbind 127.0.0.1\nsentinel monitor floor 127.0.0.1 {self.master} 1\n"
            f"sentinel down-after-milliseconds floor 60000\nsentinel failover-timeout floor 2000\n"
        )
        self._spawn(self.sentinel, ["--sentinel"], first=[str(configuration)])

    def _spawn(self, port: int, options: list[str], first: list[str] | None = None) -> None:
        place = first or ["--port", str(port)]
        self.processes[port] = subprocess.Popen(
            [str(bundled()), *place, "--dir", str(self.folder), *options], stdout=subprocess.DEVNULL
        )

    def kill(self, port: int) -> None:
        process = self.processes.pop(port)
        process.kill()
        process.wait()

    async def kill_master(self) -> None:
        self.kill(self.master)
        async with aclosing(connect(f"redis://127.0.0.1:{self.sentinel}")) as sentinel:
            await command(sentinel, "SENTINEL", "SET", "floor", "down-after-milliseconds", DOWN_AFTER_MS)

    def close(self) -> None:
        for port in list(self.processes):
            self.kill(port)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def trio() -> Iterator[Trio]:
    started = Trio()
    try:
        started.start()
        yield started
    finally:
        started.close()


async def _is_complete(trio: Trio) -> None:
    """Until the replica follows the master, and a sentinel watches both."""
    async with aclosing(connect(f"redis://127.0.0.1:{trio.master}")) as master:
        await _is_in_step(master)
    trio.start_sentinel()
    async with aclosing(connect(f"redis://127.0.0.1:{trio.sentinel}")) as sentinel:
        while not await _answer(sentinel, "SENTINEL", "REPLICAS", "floor"):
            await asyncio.sleep(0.02)


async def _is_in_step(master: Client) -> None:
    """Until the replica has what this client wrote."""
    while not await _answer(master, "WAIT", 1, 200):
        await asyncio.sleep(0.02)


async def _answer(client: Client, *words: str | int) -> object:
    """The answer, None while that server is still starting."""
    try:
        return await command(client, *words)
    except RedisError:
        return None


async def _append_until_taken(writer: Writer) -> int:
    """Tries as a collector does. Returns the number of outages that it met."""
    outages = 0
    while True:
        try:
            await writer.append(())
        except StreamDown:
            outages += 1
            await asyncio.sleep(0.05)
        else:
            return outages


@scenario
async def test_writer_and_reader_survive_a_failover(trio: Trio) -> None:
    async with aclosing(connect(trio.url, answer_s=5, attempts=1)) as client:
        await _is_complete(trio)
        lease = Lease(client, "main", "pbx", ttl_ms=30_000)
        await lease.acquire()
        writer = Writer(client, lease, "pbx")
        position = await writer.append(entered(50))
        await _is_in_step(client)
        await trio.kill_master()
        begun = time.monotonic()
        with pytest.raises(StreamDown):
            await writer.append(entered(5, first=51))
        assert await _append_until_taken(writer) > 0
        assert time.monotonic() - begun < 40
        rows = await Reader(client, "main").read(position)
        assert [record.n for _, record in rows if isinstance(record, Entry)] == [51, 52, 53, 54, 55]


@scenario
async def test_what_the_new_master_lacks_it_gets_again(trio: Trio) -> None:
    async with aclosing(connect(trio.url, answer_s=5, attempts=1)) as client:
        await _is_complete(trio)
        lease = Lease(client, "main", "pbx", ttl_ms=30_000)
        await lease.acquire()
        writer = Writer(client, lease, "pbx")
        await writer.append(entered(50))
        await _is_in_step(client)
        async with aclosing(connect(f"redis://127.0.0.1:{trio.replica}")) as replica:
            await replica.replicaof("127.0.0.1", 1)  # cut off: nothing comes from the master any more
            position = await writer.append(entered(5, first=51))
            await trio.kill_master()
            await replica.replicaof("127.0.0.1", trio.master)
        with pytest.raises(StreamDown):
            await writer.append(entered(1, first=56))
        await _append_until_taken(writer)
        assert writer.resent == 5
        with pytest.raises(LostTail):
            await Reader(client, "main").read(position)
        rows = await Reader(client, "main").read(START)
        assert [record.n for _, record in rows if isinstance(record, Entry)] == list(range(1, 57))


@pytest.mark.parametrize(
    "url", ["redis+sentinel://127.0.0.1:26379", "redis+sentinel:///floor", "redis+sentinel://h:x/floor"]
)
def test_a_url_that_lacks_something_is_one_sentence(url: str) -> None:
    with pytest.raises(StreamError, match="Redis URL"):
        connect(url)
