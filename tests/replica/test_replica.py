"""A replica is where the stream is, and what the stream says, whatever it started from and whatever happened to it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from collectors.stream import START, Client, DeadLetters, Reader, StreamDown, StreamError, events_key, id_ms
from dashboard import replica as replica_module
from dashboard.floor.changes import Changes
from dashboard.floor.checkpoint import FOLD_VERSION, dump
from dashboard.floor.fold import fold as real_fold
from dashboard.floor.state import Floor
from dashboard.replica import TRIES, Replica
from dashboard.store import Checkpoints, open_store, upgrade
from dashboard.store.engine import writing
from dashboard.store.schema import checkpoints as table
from tests.patience import HANG_S
from tests.redis_server import RedisServer, scenario
from tests.replica.recorded import facts, hash_of, records, unbroken, writer


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Checkpoints]:
    engine = open_store(f"sqlite:///{tmp_path}/floor.db")
    upgrade(engine)
    yield Checkpoints(engine, "main", FOLD_VERSION)
    engine.dispose()


async def _keep_at(client: Client, kept: Checkpoints, stream_id: str) -> None:
    kept.save(stream_id, dump(await unbroken(client, stream_id)), 0, keep=100)


@asynccontextmanager
async def following(replica: Replica) -> AsyncIterator[list[tuple[Changes, str]]]:
    """Runs it in the background; gives what it reported so far."""
    reports: list[tuple[Changes, str]] = []
    task = asyncio.create_task(replica.run(lambda changes, _floor, position: reports.append((changes, position))))
    try:
        yield reports
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _reaches(replica: Replica, stream_id: str) -> None:
    while replica.position != stream_id or not replica.is_current:
        await asyncio.sleep(0.005)


@scenario
async def test_it_has_the_floor_of_an_unbroken_run(server: RedisServer) -> None:
    async with server.client() as client:
        pbx = await writer(client)
        await pbx.append(facts()[:400])
        replica = Replica(Reader(client, "main"))
        await replica.catch_up()
        assert replica.is_caught_up
        async with following(replica):
            for first in range(400, len(facts()), 90):
                last_id = await pbx.append(facts()[first : first + 90])
            await _reaches(replica, last_id)
        assert hash_of(replica.floor) == hash_of(await unbroken(client))
        assert replica.events_by_type.total() == len(facts())
        assert replica.events_by_type["Answered"] > 50


@scenario
async def test_it_reports_everything_first_then_what_changed(valkey: RedisServer) -> None:
    async with valkey.client() as client, valkey.client() as other:
        pbx = await writer(client)
        await pbx.append(facts()[:600])
        replica = Replica(Reader(other, "main"))
        await replica.catch_up()
        async with following(replica) as reports:
            last_id = await pbx.append(facts()[600:620])
            await _reaches(replica, last_id)
        first, *later = reports
        assert (first[0].queues, first[0].agents) == (set(replica.floor.queues), set(replica.floor.agents))
        assert first[0].settings
        assert first[0].links
        assert later[-1][1] == last_id
        assert any(changes.any and not changes.settings for changes, _ in later)


@scenario
async def test_any_older_checkpoint_leads_to_one_floor(valkey: RedisServer, kept: Checkpoints) -> None:
    async with valkey.client() as client:
        await (await writer(client)).append(facts())
        whole = await unbroken(client)
        ids = [stream_id for stream_id, _ in await records(client)]
        for stream_id in random.Random(5).sample(ids, 12):
            await _keep_at(client, kept, stream_id)
            replica = Replica(Reader(client, "main"), kept)
            await replica.start()
            assert replica.position == kept.positions()[0]
            await replica.catch_up()
            assert hash_of(replica.floor) == hash_of(whole)
            with writing(kept._engine) as connection:
                connection.execute(table.delete())


@scenario
async def test_of_several_checkpoints_the_newest_is_taken(valkey: RedisServer, kept: Checkpoints) -> None:
    async with valkey.client() as client:
        await (await writer(client)).append(facts())
        ids = [stream_id for stream_id, _ in await records(client)]
        for place in (100, 900, 500):
            await _keep_at(client, kept, ids[place])
        replica = Replica(Reader(client, "main"), kept)
        await replica.catch_up()
        assert replica.events_by_type.total() == len(ids) - 901
        assert hash_of(replica.floor) == hash_of(await unbroken(client))


@scenario
async def test_a_damaged_checkpoint_gives_way_to_an_older_one(valkey: RedisServer, kept: Checkpoints) -> None:
    async with valkey.client() as client:
        await (await writer(client)).append(facts())
        ids = [stream_id for stream_id, _ in await records(client)]
        await _keep_at(client, kept, ids[300])
        kept.save(ids[800], b"\x93damaged", 0)
        replica = Replica(Reader(client, "main"), kept)
        await replica.start()
        assert replica.position == ids[300]


@scenario
async def test_a_new_fold_version_rebuilds_from_the_stream(valkey: RedisServer, kept: Checkpoints) -> None:
    async with valkey.client() as client:
        await (await writer(client)).append(facts())
        ids = [stream_id for stream_id, _ in await records(client)]
        older = Checkpoints(kept._engine, "main", "an older version")
        older.save(ids[500], b"in another shape", 0)
        replica = Replica(Reader(client, "main"), kept)
        await replica.catch_up()
        assert replica.events_by_type.total() == len(ids)
        assert hash_of(replica.floor) == hash_of(await unbroken(client))


@scenario
async def test_without_its_database_it_rebuilds_from_the_stream(valkey: RedisServer, tmp_path: Path) -> None:
    (tmp_path / "floor.db").mkdir()
    lost = Checkpoints(open_store(f"sqlite:///{tmp_path}/floor.db"), "main", FOLD_VERSION)
    async with valkey.client() as client:
        await (await writer(client)).append(facts())
        replica = Replica(Reader(client, "main"), lost)
        await replica.catch_up()
        assert hash_of(replica.floor) == hash_of(await unbroken(client))


@scenario
async def test_while_redis_is_away_the_floor_stays(server: RedisServer) -> None:
    async with (
        server.client(answer_s=HANG_S, attempts=1) as client,
        server.client(answer_s=HANG_S, attempts=1) as other,
    ):
        pbx = await writer(client)
        position = await pbx.append(facts()[:500])
        replica = Replica(Reader(other, "main"))
        async with following(replica):
            await _reaches(replica, position)
            before = hash_of(replica.floor)
            server.kill()
            with pytest.raises(StreamDown):
                await pbx.append(facts()[500:])
            while replica.is_current:
                await asyncio.sleep(0.005)
            assert (hash_of(replica.floor), replica.position) == (before, position)
            server.start()
            last_id = await pbx.append(())
            await _reaches(replica, last_id)
        assert replica.outages == 1
        assert not replica.rebuilds
        assert hash_of(replica.floor) == hash_of(await unbroken(client))


@scenario
async def test_it_starts_before_its_redis_does(valkey: RedisServer) -> None:
    async with valkey.client() as client:
        await (await writer(client)).append(facts())
    valkey.kill()
    async with valkey.client(answer_s=HANG_S, attempts=1) as client:
        replica = Replica(Reader(client, "main"))
        async with following(replica):
            while not replica.outages:
                await asyncio.sleep(0.005)
            valkey.start()
            while not replica.is_current:
                await asyncio.sleep(0.005)
        assert replica.events_by_type.total() == len(facts())


@scenario
async def test_after_a_power_cut_it_has_what_the_stream_still_has(server: RedisServer, kept: Checkpoints) -> None:
    """The newest checkpoint holds entries that were lost: it must not be taken."""
    async with server.client() as client:
        pbx = await writer(client)
        held_id = await pbx.append(facts()[:500])
        kept_bytes = await server.written_bytes(client)
        lost_id = await pbx.append(facts()[500:700])
        await _keep_at(client, kept, held_id)
        await _keep_at(client, kept, lost_id)
        replica = Replica(Reader(client, "main"), kept)
        await replica.catch_up()
        assert replica.position == lost_id
        async with following(replica) as reports:
            server.cut_power(kept_bytes)
            await _reaches(replica, held_id)
            assert replica.rebuilds == {"lost_tail": 1}
            assert reports[-1][0].settings
            assert hash_of(replica.floor) == hash_of(await unbroken(client))
            with suppress(Exception):
                await pbx.append(facts()[700:])
            last_id = await pbx.append(facts()[700:])
            await _reaches(replica, last_id)
        assert hash_of(replica.floor) == hash_of(await unbroken(client))


@scenario
async def test_trimmed_unread_it_goes_on_from_a_checkpoint_of_another(server: RedisServer, kept: Checkpoints) -> None:
    async with server.client() as client:
        pbx = await writer(client)
        await pbx.append(facts()[:100])
        slow = Replica(Reader(client, "main"), kept)
        await slow.catch_up()
        await pbx.append(facts()[100:])
        whole = await unbroken(client)
        ids = [stream_id for stream_id, _ in await records(client)]
        await _keep_at(client, kept, ids[800])
        await client.xtrim(events_key("main"), minid=ids[600], approximate=False)
        await slow.catch_up()
        assert slow.rebuilds == {"trimmed": 1}
        assert hash_of(slow.floor) == hash_of(whole)


@scenario
async def test_an_emptied_redis_costs_neither_the_day_nor_the_present(server: RedisServer, kept: Checkpoints) -> None:
    async with server.client() as client:
        pbx = await writer(client)
        position = await pbx.append(facts()[:500])
        await _keep_at(client, kept, position)
        before = hash_of(await unbroken(client))
        await client.flushall()
        replica = Replica(Reader(client, "main"), kept)
        await replica.catch_up()
        assert (hash_of(replica.floor), replica.position) == (before, START)
        with suppress(StreamError):
            await pbx.append(facts()[500:501])  # the collector is told, and resyncs
        await pbx.lease.acquire()
        with suppress(StreamError):
            await pbx.append(facts()[501:502])
        last_id = await pbx.append(facts()[502:])
        await replica.catch_up()
        assert replica.position == last_id
        again = Replica(Reader(client, "main"), kept)
        await again.catch_up()
        assert hash_of(again.floor) == hash_of(replica.floor)
        from_stream_only = Replica(Reader(client, "main"))
        await from_stream_only.catch_up()
        assert len(from_stream_only.floor.visits) < len(replica.floor.visits)


@scenario
async def test_what_cannot_be_read_is_left_out_and_kept(server: RedisServer) -> None:
    async with server.client() as client:
        pbx = await writer(client)
        await pbx.append(facts()[:300])
        for garbage in (b"\xc1", b"", b"\x93\x01"):
            await client.xadd(events_key("main"), {"e": garbage})
        await pbx.append(facts()[300:])
        letters = DeadLetters(client, "main")
        replica = Replica(Reader(client, "main"), dead_letters=letters)
        await replica.catch_up()
        assert hash_of(replica.floor) == hash_of(await unbroken(client))
        assert (replica.left_out, await letters.count()) == (3, 3)
        other = Replica(Reader(client, "main"), dead_letters=letters)
        await other.catch_up()
        assert await letters.count() == 3


class _Poisonous:
    """A fold that leaves the floor half changed and raises, at certain entries, a number of times."""

    def __init__(self, places: set[int], times: int) -> None:
        self.places = places
        self.left = dict.fromkeys(places, times)
        self.raised = 0

    def __call__(self, floor: Floor, entry: object, stream_id: str) -> Changes:
        place = entry.n  # type: ignore[attr-defined]
        if self.left.get(place):
            self.left[place] -= 1
            self.raised += 1
            floor.queues.clear()
            raise ZeroDivisionError("half done")
        return real_fold(floor, entry, stream_id)  # type: ignore[arg-type]


@scenario
async def test_an_entry_that_fails_at_first_is_folded_after_all(
    valkey: RedisServer, kept: Checkpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisonous = _Poisonous({350, 360, 900}, TRIES - 1)
    monkeypatch.setattr(replica_module, "fold", poisonous)
    async with valkey.client() as client:
        await (await writer(client)).append(facts())
        await _keep_at(client, kept, (await records(client))[200][0])
        replica = Replica(Reader(client, "main"), kept)
        await replica.catch_up()
        assert poisonous.raised == 3 * (TRIES - 1)
        assert replica.left_out == 0
        assert hash_of(replica.floor) == hash_of(await unbroken(client))


@scenario
async def test_a_poison_entry_is_left_out_after_its_tries_and_stops_nothing(
    valkey: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisonous = _Poisonous({350, 351, 900}, 1_000_000)
    monkeypatch.setattr(replica_module, "fold", poisonous)
    async with valkey.client() as client:
        await (await writer(client)).append(facts())
        letters = DeadLetters(client, "main")
        replica = Replica(Reader(client, "main"), dead_letters=letters)
        await replica.catch_up()
        expected = Floor("main")
        for stream_id, entry in await records(client):
            if entry.n not in poisonous.places:
                real_fold(expected, entry, stream_id)
        assert hash_of(replica.floor) == hash_of(expected)
        assert poisonous.raised == 3 * TRIES
        assert (replica.left_out, await letters.count()) == (3, 3)
        assert "ZeroDivisionError" in (await letters.newest())[0].reason


@scenario
async def test_screens_are_not_shown_the_way_back_to_a_poison_entry(
    valkey: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_module, "fold", _Poisonous({900}, 1_000_000))
    async with valkey.client() as client, valkey.client() as other:
        pbx = await writer(client)
        await pbx.append(facts()[:850])
        replica = Replica(Reader(other, "main"))
        await replica.catch_up()
        async with following(replica) as reports:
            last_id = await pbx.append(facts()[850:])
            await _reaches(replica, last_id)
            positions = [position for _, position in reports]
        assert positions == sorted(positions, key=lambda i: (id_ms(i), int(i.split("-")[1])))
        assert positions[-1] == last_id
        assert reports[-1][0].settings


@scenario
async def test_nothing_is_kept_of_a_floor_that_is_half_changed(
    valkey: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_module, "fold", _Poisonous({5}, 1))
    async with valkey.client() as client:
        await (await writer(client)).append(facts()[:10])
        replica = Replica(Reader(client, "main"))
        await replica.start()
        assert replica.snapshot() is None  # nothing folded yet
        with pytest.raises(replica_module._PoisonError) as caught:
            await replica._fold_all(await Reader(client, "main").read(START))
        assert replica.snapshot() is None
        await replica._step_back(caught.value)
        await replica.catch_up()
        snapshot = replica.snapshot()
        assert snapshot is not None
        assert snapshot[0] == replica.position


@scenario
async def test_being_far_behind_is_told_before_it_is_too_late(
    valkey: RedisServer, kept: Checkpoints, caplog: pytest.LogCaptureFixture
) -> None:
    async with valkey.client() as client:
        packed = await _one_packed(client)
        ids = [f"{1_000_000 + n * 10_000}-0" for n in range(2500)]
        for stream_id in ids:
            await client.xadd(events_key("main"), {"e": packed}, id=stream_id)
        kept.save(ids[0], dump(Floor("main")), 0)
        calm = Replica(Reader(client, "main"), kept, retention_ms=60_000_000)
        await calm.catch_up()
        assert calm.lag_warnings == 0
        pressed = Replica(Reader(client, "main"), kept, retention_ms=20_000_000)
        await pressed.catch_up()
        assert pressed.lag_warnings == 1
        assert "more than half of what the stream keeps" in caplog.text


async def _one_packed(client: Client) -> bytes:
    other = await writer(client)
    await other.append(facts()[:1])
    rows = await client.xrevrange(events_key("main"))
    await client.delete(events_key("main"))
    return rows[0][1][b"e"]  # type: ignore[index,return-value]
