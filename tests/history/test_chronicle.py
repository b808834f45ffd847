"""History beside a stream that loses what it had, a database that is away, entries that cannot be folded, and other historians."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine

from collectors.stream import START, Client, Reader
from dashboard import replica as replica_module
from dashboard.floor.checkpoint import FOLD_VERSION, dump
from dashboard.history import chronicle as chronicle_module
from dashboard.history.chronicle import Chronicle
from dashboard.history.keeping import CheckpointKeeper
from dashboard.history.offline import record
from dashboard.history.writing import HistoryTables
from dashboard.replica import Replica
from dashboard.store import Checkpoints, StoreError, open_store, upgrade
from tests.history.kept import NUMBERS, kept, whole
from tests.history.test_recording import check_day
from tests.redis_server import RedisServer, scenario
from tests.replica.recorded import facts, hash_of, records, unbroken, writer
from tests.replica.test_replica import _Poisonous


class Historian:
    """A replica, its history and its checkpoints, without a lease, on a database of its own."""

    def __init__(self, client: Client, engine: Engine) -> None:
        self.engine = engine
        self.checkpoints = Checkpoints(engine, "main", FOLD_VERSION)
        self.chronicle = Chronicle(HistoryTables(engine, "main", NUMBERS), every_s=0.02)
        self.replica = Replica(Reader(client, "main"), self.checkpoints, companion=self.chronicle)
        self.chronicle.follow(self.replica)
        self.keeper = CheckpointKeeper(
            self.replica, self.checkpoints, every_s=3600, every_events=10**9, kept=50,
            after_history=self.chronicle.write_and,
        )  # fmt: skip

    async def write(self) -> None:
        await self.chronicle.write_and(lambda: None)

    async def reaches(self, stream_id: str) -> None:
        while self.replica.position != stream_id or not self.replica.is_current:
            await asyncio.sleep(0.005)

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self.replica.run(lambda *_: None)), asyncio.create_task(self.chronicle.run())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = _database(tmp_path / "floor.db")
    yield opened
    opened.dispose()


def _database(file: Path) -> Engine:
    opened = open_store(f"sqlite:///{file}", wait_s=0.05)
    upgrade(opened)
    return opened


async def expected(client: Client, folder: Path) -> object:
    """What the whole stream gives that there is now."""
    other = _database(folder / "expected.db")
    record(other, "main", await records(client), NUMBERS)
    rows = whole(other)
    other.dispose()
    (folder / "expected.db").unlink()
    return rows


@scenario
async def test_after_a_power_cut_history_goes_back_with_the_stream(
    server: RedisServer, engine: Engine, tmp_path: Path
) -> None:
    async with server.client() as client:
        pbx = await writer(client)
        historian = Historian(client, engine)
        async with historian.following():
            for first in range(0, 500, 100):
                held_id = await pbx.append(facts()[first : first + 100])
                await historian.reaches(held_id)
                await (historian.keeper.keep_now() if first == 200 else historian.write())
            kept_bytes = await server.written_bytes(client)
            before = whole(engine)
            for first in range(500, 700, 50):
                lost_id = await pbx.append(facts()[first : first + 50])
                await historian.reaches(lost_id)
                await historian.keeper.keep_now()
            assert historian.chronicle.tables.cursor() == lost_id
            server.cut_power(kept_bytes)
            await historian.reaches(held_id)
            await historian.write()
            assert historian.replica.rebuilds["lost_tail"] == 1
            assert whole(engine) == before == await expected(client, tmp_path)
            with suppress(Exception):
                await pbx.append(facts()[700:])  # the writer finds out, and sends what it still has
            last_id = await pbx.append(facts()[700:])
            await historian.reaches(last_id)
            await historian.write()
        assert whole(engine) == await expected(client, tmp_path)
        assert hash_of(historian.replica.floor) == hash_of(await unbroken(client))


@scenario
async def test_an_emptied_redis_leaves_the_tables_that_belong_to_the_newest_checkpoint(
    valkey: RedisServer, engine: Engine
) -> None:
    async with valkey.client() as client:
        historian = Historian(client, engine)
        pbx = await writer(client)
        await pbx.append(facts()[:400])
        await historian.replica.catch_up()
        await historian.keeper.keep_now()
        at_the_checkpoint = kept(engine)
        await pbx.append(facts()[400:500])
        await historian.replica.catch_up()
        await historian.write()
        assert kept(engine) != at_the_checkpoint
        await client.flushall()
        await historian.replica.catch_up()
        assert kept(engine) == at_the_checkpoint
        again = Historian(client, engine)  # and a historian that starts only now does the same
        await again.replica.catch_up()
        assert kept(engine) == at_the_checkpoint
        other = await writer(client, "pbx-2")
        await other.append(facts()[500:])
        await again.replica.catch_up()
        await again.write()
        check_day(again.replica.floor, kept(engine))
        assert len(kept(engine)["visits"]) > len(at_the_checkpoint["visits"])


@scenario
async def test_what_the_database_could_not_take_is_written_when_it_is_back(
    valkey: RedisServer, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chronicle_module, "MANY", 50)
    monkeypatch.setattr(chronicle_module, "FULL", 200)
    async with valkey.client() as client, valkey.client() as other:
        pbx = await writer(client)
        historian = Historian(other, engine)
        async with historian.following():
            await historian.reaches(await pbx.append(facts()[:100]))
            with engine.connect().execution_options(floorwatch_writes=True) as held, held.begin():
                written = historian.chronicle.failures
                last_id = ""
                for first in range(100, len(facts()), 60):
                    last_id = await pbx.append(facts()[first : first + 60])
                    await asyncio.sleep(0.01)
                while historian.chronicle.failures == written or historian.chronicle.waiting < 200:
                    await asyncio.sleep(0.01)
                with pytest.raises(StoreError, match="busy"):
                    await historian.write()
                await asyncio.sleep(0.1)
                assert historian.replica.position != last_id  # the stream is the memory
            await historian.reaches(last_id)
            await historian.write()
        assert whole(engine) == await expected(client, tmp_path)


@scenario
async def test_a_poison_entry_leaves_no_trace_of_its_half(
    valkey: RedisServer, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisonous = _Poisonous({350, 900}, 1_000_000)
    async with valkey.client() as client:
        pbx = await writer(client)
        await pbx.append(facts())
        rows = await expected(client, tmp_path)
        monkeypatch.setattr(replica_module, "fold", poisonous)
        historian = Historian(client, engine)
        async with historian.following():
            await historian.reaches((await records(client))[-1][0])
            await historian.write()
        assert historian.replica.left_out == 2
        check_day(historian.replica.floor, kept(engine))
        assert whole(engine) != rows


@scenario
async def test_a_floor_never_begins_ahead_of_the_history(valkey: RedisServer, engine: Engine, tmp_path: Path) -> None:
    """A site whose checkpoints are older than its history: everything that the stream still holds is recorded."""
    async with valkey.client() as client:
        await (await writer(client)).append(facts())
        ids = [stream_id for stream_id, _ in await records(client)]
        for place in (300, 800):
            state = dump(await unbroken(client, ids[place]))
            Checkpoints(engine, "main", FOLD_VERSION).save(ids[place], state, 0)
        first = Historian(client, engine)
        await first.replica.start()
        assert first.replica.position == START
        await first.replica.catch_up()
        assert await first.keeper.keep_now()
        assert whole(engine) == await expected(client, tmp_path)
        second = Historian(client, engine)
        await second.replica.start()
        assert second.replica.position == ids[-1] == second.chronicle.tables.cursor()


@scenario
async def test_of_two_historians_one_writes_and_the_other_begins_anew(
    valkey: RedisServer, engine: Engine, tmp_path: Path
) -> None:
    async with valkey.client() as client:
        pbx = await writer(client)
        await pbx.append(facts()[:300])
        one, other = Historian(client, engine), Historian(client, engine)
        for historian in (one, other):
            await historian.replica.catch_up()
        await one.write()
        await other.write()  # the same entries: it finds them written
        await pbx.append(facts()[300:400])
        await one.replica.catch_up()
        await one.write()
        await pbx.append(facts()[400:])
        await other.replica.catch_up()
        await other.write()
        await other.replica.catch_up()
        await other.write()
        assert whole(engine) == await expected(client, tmp_path)
