"""The historian's parts, one by one: checkpoints, trimming, settings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from collectors.events import FloorSettings, QueueSettings
from collectors.stream import START, Client, Lease, Reader, StreamFull, StreamReset, Writer, events_key
from dashboard.access import redis_link
from dashboard.directory.outbox import Outbox
from dashboard.directory.seen import Seen, SeenRecord
from dashboard.floor.checkpoint import FOLD_VERSION
from dashboard.history.keeping import CheckpointKeeper
from dashboard.history.memory import StreamKeeper
from dashboard.history.seen_keeper import SeenKeeper
from dashboard.history.settings_outbox import COME_BACK_MS, SettingsOutbox
from dashboard.replica import Replica
from dashboard.store import Checkpoints, StoreError, open_store, upgrade
from dashboard.store.engine import reading, writing
from dashboard.store.schema import settings_outbox
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


class _Rows(Outbox):
    """An outbox in a real database, with a door for the test to change it."""

    def __init__(self, folder: Path, *settings: FloorSettings) -> None:
        self.url = f"sqlite:///{folder}/floor.db"
        self.engine = open_store(self.url)
        upgrade(self.engine)
        super().__init__(self.engine, "main")
        for one in settings:
            self.change(one)

    def change(self, settings: FloorSettings) -> None:
        with writing(self.engine) as connection:
            row = {"site": "main", "made_at_ms": 1, "made_by": "x", "settings": msgspec.msgpack.encode(settings)}
            connection.execute(settings_outbox.insert().values(row))

    def lose(self, folder: Path) -> None:
        """The database is away."""
        self.engine.dispose()
        for file in folder.glob("floor.db*"):
            file.unlink()
        (folder / "floor.db").mkdir()

    def noted(self) -> list[tuple[int | None, str | None]]:
        """When and where each row was told."""
        with reading(self.engine) as connection:
            query = select(settings_outbox.c.stated_at_ms, settings_outbox.c.position).order_by(settings_outbox.c.id)
            return [(row.stated_at_ms, row.position) for row in connection.execute(query)]


async def _outbox(client: Client, rows: _Rows, now_ms: Callable[[], int]) -> tuple[Replica, SettingsOutbox]:
    replica = Replica(Reader(client, "main"))
    lease = Lease(client, "main", "process:historian")
    await lease.acquire()
    return replica, SettingsOutbox(replica, Writer(client, lease, "settings"), rows, 3600, now_ms=now_ms)


@scenario
async def test_settings_are_told_when_they_differ_and_restated_now_and_then(
    valkey: RedisServer, tmp_path: Path
) -> None:
    now_ms = 1_000_000
    wanted = FloorSettings(default_queue=QueueSettings(threshold_s=15))
    rows = _Rows(tmp_path, FloorSettings(interval_min=15), wanted)
    async with valkey.client() as client:
        replica, outbox = await _outbox(client, rows, lambda: now_ms)
        await replica.catch_up()
        assert not outbox.is_due()  # nothing is known to be wanted
        await outbox.look()
        assert outbox.is_due()
        await outbox.state()
        assert not outbox.is_due()  # written, not folded yet: give it time
        now_ms += COME_BACK_MS + 1
        await replica.catch_up()
        assert replica.floor.settings == wanted
        assert not outbox.is_due()
        now_ms += 3_600_000
        assert outbox.is_due()
        await outbox.state()
        now_ms += 1000
        await replica.catch_up()
        assert not outbox.is_due()
        assert await client.xlen(events_key("main")) == 2
        await outbox.look()
        assert rows.noted() == [(None, None), (now_ms - 1000, replica.position)]  # the older row counts no more


@scenario
async def test_a_historian_that_is_still_rebuilding_tells_nothing(valkey: RedisServer, tmp_path: Path) -> None:
    """What the stream still holds may be these very settings."""
    rows = _Rows(tmp_path, FloorSettings(interval_min=15))
    async with valkey.client() as client:
        replica, outbox = await _outbox(client, rows, lambda: 1_000_000)
        await outbox.look()
        assert outbox.wanted is not None
        assert not outbox.is_due()
        await replica.catch_up()
        assert outbox.is_due()


@scenario
async def test_a_newer_row_is_told_at_once(valkey: RedisServer, tmp_path: Path) -> None:
    rows = _Rows(tmp_path, FloorSettings(interval_min=15))
    async with valkey.client() as client:
        replica, outbox = await _outbox(client, rows, lambda: 1_000_000)
        await replica.catch_up()
        await outbox.look()
        await outbox.state()
        rows.change(FloorSettings(interval_min=60))
        await outbox.look()
        assert outbox.is_due()
        await outbox.state()
        await replica.catch_up()
        assert replica.floor.settings.interval_min == 60


@scenario
async def test_while_the_database_is_away_the_last_known_row_stays(
    valkey: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now_ms = 1_000_000
    wanted = FloorSettings(interval_min=15)
    rows = _Rows(tmp_path, wanted)
    async with valkey.client() as client:
        replica, outbox = await _outbox(client, rows, lambda: now_ms)
        await replica.catch_up()
        await outbox.look()
        await outbox.state()
        rows.lose(tmp_path)
        await outbox.look()
        await outbox.look()
        assert [record.levelname for record in caplog.records if "cannot be read" in record.message] == ["WARNING"]
        await client.delete(events_key("main"))  # Redis lost everything: it is told again, without the database
        await (await writer(client)).append(entered(1))
        replica = outbox._replica = Replica(Reader(client, "main"))
        await replica.catch_up()
        now_ms += COME_BACK_MS * 2
        assert outbox.is_due()
        with suppress(StreamReset):
            await outbox.state()
        await outbox.state()
        await replica.catch_up()
        assert replica.floor.settings == wanted


@scenario
async def test_what_could_not_be_written_goes_first_then_what_is_newer(valkey: RedisServer, tmp_path: Path) -> None:
    rows = _Rows(tmp_path, FloorSettings(interval_min=15))
    async with valkey.client(answer_s=0.2, attempts=1) as client:
        replica, outbox = await _outbox(client, rows, lambda: 1_000_000)
        await replica.catch_up()
        await outbox.look()
        with valkey.paused():
            await outbox.state()
        assert outbox.written == 0
        rows.change(FloorSettings(interval_min=60))
        await outbox.look()
        while outbox.is_due():
            await outbox.state()
            await replica.catch_up()
        assert replica.floor.settings.interval_min == 60
        await outbox.look()
        assert rows.noted()[1] == (1_000_000, replica.position)


@scenario
async def test_settings_that_a_floor_will_not_take_are_not_repeated_for_ever(
    valkey: RedisServer, tmp_path: Path
) -> None:
    now_ms = 1_000_000
    rows = _Rows(tmp_path, FloorSettings(time_zone="Mars/Olympus"))
    async with valkey.client() as client:
        replica, outbox = await _outbox(client, rows, lambda: now_ms)
        await outbox.look()
        for _ in range(3600):
            await replica.catch_up()
            if outbox.is_due():
                await outbox.state()
            now_ms += 1000
        assert 1 < outbox.written < 15


@scenario
async def test_what_the_switch_shows_is_kept_for_who_names_it(valkey: RedisServer) -> None:
    now_ms = 1_000_000
    async with valkey.client() as client:
        await (await writer(client)).append(facts())
        replica = Replica(Reader(client, "main"))
        keeper = SeenKeeper(client, "main", replica, now_ms=lambda: now_ms)
        assert not await keeper.keep_now()  # not caught up
        await replica.catch_up()
        assert await keeper.keep_now()
        assert not await keeper.keep_now()
        now_ms += 60_000
        assert await keeper.keep_now()  # Redis may have lost it
        link = redis_link.connect(valkey.url)
        seen = SeenRecord(link, "main").read()
        assert seen.at_ms == now_ms
        assert {agent.id for agent in seen.agents} == set(replica.floor.agents)
        assert set(seen.queues) == set(replica.floor.queues)
        assert set(seen.reasons) == {*replica.floor.reasons} - {""}
        assert sum(agent.calls for agent in seen.agents) > 0
        assert any(agent.queues for agent in seen.agents)
        valkey.kill()
        assert SeenRecord(link, "main").read() == Seen()
        link.close()
