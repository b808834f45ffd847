"""The historian's parts, one by one: checkpoints, trimming, settings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from collectors.events import FloorSettings, QueueSettings
from collectors.stream import START, Lease, Reader, StreamFull, Writer, events_key
from dashboard.floor.checkpoint import FOLD_VERSION
from dashboard.history.keeping import CheckpointKeeper
from dashboard.history.memory import StreamKeeper
from dashboard.history.settings_outbox import COME_BACK_MS, SettingsOutbox
from dashboard.replica import Replica
from dashboard.store import Checkpoints, StoreError, open_store, upgrade
from tests.redis_server import RedisServer, entered, scenario
from tests.replica.recorded import facts, writer


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Checkpoints]:
    engine = open_store(f"sqlite:///{tmp_path}/floor.db")
    upgrade(engine)
    yield Checkpoints(engine, "main", FOLD_VERSION)
    engine.dispose()


def _keeper(replica: Replica, kept: Checkpoints, every_events: int = 10_000) -> CheckpointKeeper:
    return CheckpointKeeper(replica, kept, every_s=3600, every_events=every_events, kept=5, now_ms=lambda: 42)


@scenario
async def test_nothing_is_kept_twice(valkey: RedisServer, kept: Checkpoints) -> None:
    async with valkey.client() as client:
        pbx = await writer(client)
        replica = Replica(Reader(client, "main"))
        keeper = _keeper(replica, kept)
        await replica.catch_up()
        assert not await keeper.keep_now()  # an empty stream
        await pbx.append(facts()[:10])
        await replica.catch_up()
        assert await keeper.keep_now()
        assert not await keeper.keep_now()
        assert (keeper.written, kept.positions()) == (1, [replica.position])


@scenario
async def test_many_events_are_kept_before_the_time_is_up(valkey: RedisServer, kept: Checkpoints) -> None:
    async with valkey.client() as client:
        pbx = await writer(client)
        replica = Replica(Reader(client, "main"))
        keeper = _keeper(replica, kept, every_events=100)
        task = asyncio.create_task(keeper.run())
        for first in (0, 60):
            assert kept.positions() == []
            await pbx.append(facts()[first : first + 60])
            await replica.catch_up()
            keeper.folded()
        while not keeper.written:
            await asyncio.sleep(0.005)
        assert kept.positions() == [replica.position]
        task.cancel()


@scenario
async def test_a_database_outage_is_counted_and_survived(valkey: RedisServer, tmp_path: Path) -> None:
    lost = Checkpoints(open_store(f"sqlite:///{tmp_path}"), "main", FOLD_VERSION)
    async with valkey.client() as client:
        await (await writer(client)).append(facts()[:200])
        replica = Replica(Reader(client, "main"))
        keeper = _keeper(replica, lost, every_events=100)
        await replica.catch_up()
        with pytest.raises(StoreError):
            await keeper.keep_now()
        keeper._events_then = 0
        task = asyncio.create_task(keeper.run())
        keeper.folded()
        while not keeper.failures:
            await asyncio.sleep(0.005)
        assert not task.done()
        assert keeper.kept_position == START
        task.cancel()


@scenario
async def test_a_full_redis_is_trimmed_up_to_the_checkpoint(server: RedisServer) -> None:
    """The writer is refused, the historian gives up the oldest entries that are kept elsewhere, the writer goes on."""
    async with server.client() as client:
        await client.config_set("stream-node-max-entries", 50)
        pbx = await writer(client)
        position = await pbx.append(entered(40_000))
        used = int((await client.info("memory"))["used_memory"])
        await client.config_set("maxmemory", used - 1)
        with pytest.raises(StreamFull):
            await pbx.append(entered(1))
        nothing_kept = StreamKeeper(client, "main", 3_600_000, 60, lambda: START)
        assert await nothing_kept.trim_now() == 0
        keeper = StreamKeeper(client, "main", 3_600_000, 60, lambda: position)
        rounds = 0
        while True:
            rounds += 1
            await keeper.trim_now()
            with suppress(StreamFull):
                await pbx.append(())
                break
        assert rounds < 5
        assert keeper.trimmed_young > 1000
        assert await Reader(client, "main").holds(position)
        assert pbx.pending == 0


@scenario
async def test_a_roomy_redis_is_trimmed_by_age_only(valkey: RedisServer) -> None:
    async with valkey.client() as client:
        await client.config_set("maxmemory", 1_000_000_000)
        position = await (await writer(client)).append(entered(5000))
        keeper = StreamKeeper(client, "main", 3_600_000, 60, lambda: position)
        assert await keeper.trim_now() == 0
        assert (await Reader(client, "main").span()).entries == 5000


@scenario
async def test_settings_are_told_when_they_differ_and_restated_now_and_then(valkey: RedisServer) -> None:
    now_ms = 1_000_000
    wanted = FloorSettings(default_queue=QueueSettings(threshold_s=15))
    async with valkey.client() as client:
        replica = Replica(Reader(client, "main"))
        lease = Lease(client, "main", "process:historian")
        await lease.acquire()
        outbox = SettingsOutbox(replica, Writer(client, lease, "settings"), wanted, 3600, now_ms=lambda: now_ms)
        assert not outbox.is_due()  # not caught up: the floor may have them
        await replica.catch_up()
        assert outbox.is_due()
        await outbox._state()
        assert not outbox.is_due()  # written, not folded yet: give it time
        now_ms += COME_BACK_MS + 1
        await replica.catch_up()
        assert replica.floor.settings == wanted
        assert not outbox.is_due()
        now_ms += 3_600_000
        assert outbox.is_due()
        await outbox._state()
        now_ms += 1000
        await replica.catch_up()
        assert not outbox.is_due()
        assert await client.xlen(events_key("main")) == 2


@scenario
async def test_settings_that_a_floor_will_not_take_are_not_repeated_for_ever(valkey: RedisServer) -> None:
    now_ms = 1_000_000
    wanted = FloorSettings(time_zone="Mars/Olympus")
    async with valkey.client() as client:
        replica = Replica(Reader(client, "main"))
        lease = Lease(client, "main", "process:historian")
        await lease.acquire()
        outbox = SettingsOutbox(replica, Writer(client, lease, "settings"), wanted, 3600, now_ms=lambda: now_ms)
        for _ in range(3600):
            await replica.catch_up()
            if outbox.is_due():
                await outbox._state()
            now_ms += 1000
        assert 1 < outbox.written < 15
