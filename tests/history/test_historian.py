"""The historian as processes: killed anywhere, it leaves what an unbroken run would have left: checkpoints and history."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import pytest
from sqlalchemy import Engine

from collectors.events import Entry, Fact, FloorSettings, QueueSettings, SettingsChanged, SourceAlive
from collectors.stream import Client, Lease, lease_key
from dashboard.floor.checkpoint import FOLD_VERSION, load
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor
from dashboard.history import HistoryConfig, HistoryError, run
from dashboard.history.historian import LEASE
from dashboard.history.numbers import Numbers, key_of
from dashboard.history.offline import record
from dashboard.history.writing import HistoryTables
from dashboard.store import Checkpoints, open_store, upgrade
from tests.history.kept import NUMBERS, Kept, whole
from tests.patience import HANG_S
from tests.redis_server import RedisServer, scenario
from tests.replica.recorded import facts, hash_of, records, unbroken, writer

KILLS = int(os.environ.get("FLOORWATCH_KILLS", "50"))
TAKEN_OVER_S = 12.0
"""Five are promised, four of them the lease's own, and kept where the cores are free."""


class Nursery:
    """Starts historians on one Redis and one database, and ends those that are left."""

    def __init__(self, server: RedisServer, folder: Path) -> None:
        self.url = server.url
        self.database = f"sqlite:///{folder}/floor.db"
        self.pids: list[int] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.history.nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self, **settings: object) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        config = {"site": "main", "redis_url": self.url, "database_url": self.database, **settings}
        self._process.stdin.write(json.dumps(config) + "\n")
        self._process.stdin.flush()
        pid = int(self._process.stdout.readline())
        self.pids.append(pid)
        return pid

    def close(self) -> None:
        for pid in self.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.communicate(timeout=HANG_S)

    @cached_property
    def engine(self) -> Engine:
        opened = open_store(self.database)
        upgrade(opened)
        return opened

    def kept(self) -> Checkpoints:
        return Checkpoints(self.engine, "main", FOLD_VERSION)

    def stands(self) -> tuple[str | None, list[str]]:
        """Where the history is, and of what positions there are checkpoints."""
        return HistoryTables(self.engine, "main", NUMBERS).cursor(), self.kept().positions()


@pytest.fixture
def nursery(valkey: RedisServer, tmp_path: Path) -> Iterator[Nursery]:
    started = Nursery(valkey, tmp_path)
    try:
        yield started
    finally:
        started.close()


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def _end(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)
    while _is_there(pid):
        await asyncio.sleep(0.005)


async def _hashes(client: Client) -> dict[str, str]:
    """What an unbroken run has at each position."""
    floor = Floor("main")
    hashes = {}
    for stream_id, entry in await records(client):
        fold(floor, entry, stream_id)
        hashes[stream_id] = hash_of(floor)
    return hashes


async def _is_reached(goal: str, client: Client, nursery: Nursery, stood: tuple[str | None, list[str]]) -> bool:
    if goal == "nothing":
        return True
    if goal == "the lease":
        return bool(await client.exists(lease_key("main", LEASE)))
    cursor, positions = nursery.stands()
    return cursor != stood[0] if goal == "a writing" else positions != stood[1]


def _unbroken_history(rows: list[tuple[str, Entry]], folder: Path) -> tuple[Kept, tuple[int, int, int] | None]:
    """What one historian writes that nothing happens to."""
    engine = open_store(f"sqlite:///{folder}/unbroken.db")
    upgrade(engine)
    record(engine, "main", rows, Numbers(key_of(folder / "history.key")))
    try:
        return whole(engine)
    finally:
        engine.dispose()


@scenario
async def test_killed_at_random_points_it_ends_where_an_unbroken_run_does(
    valkey: RedisServer, nursery: Nursery, tmp_path: Path
) -> None:
    rng = random.Random(11)
    kept = nursery.kept()
    written: set[str | None] = set()
    async with valkey.client() as client:
        pbx = await writer(client)
        for kill in range(KILLS):
            pid = nursery.start(
                checkpoint_every_s=0.02,
                checkpoint_every_events=rng.randrange(1, 60),
                checkpoints_kept=500,
                write_every_s=rng.choice([0.005, 0.03]),
                number_key_file=str(tmp_path / "history.key"),
            )
            share = facts()[kill * len(facts()) // KILLS : (kill + 1) * len(facts()) // KILLS]
            goal = rng.choice(["nothing", "the lease", "a writing", "a checkpoint"])
            stood = nursery.stands()
            while share or not await _is_reached(goal, client, nursery, stood):
                await pbx.append(share[:5] or [Fact(SourceAlive(), facts()[0].at_ms)])
                share = share[5:]
                await asyncio.sleep(rng.random() * 0.02)
            await asyncio.sleep(rng.random() * 0.02)
            os.kill(pid, signal.SIGKILL)
            await client.delete(lease_key("main", LEASE))  # what its 4 s would do
            written.add(nursery.stands()[0])
        last_id = (await records(client))[-1][0]
        final = nursery.start(
            checkpoint_every_s=0.02, checkpoints_kept=500, number_key_file=str(tmp_path / "history.key")
        )
        while last_id not in kept.positions():
            await asyncio.sleep(0.01)
        await _end(final)
        expected = await _hashes(client)
        history = _unbroken_history(await records(client), tmp_path)
    positions = kept.positions()
    assert len(positions) > KILLS / 6
    assert len(written) > KILLS / 6
    assert whole(nursery.engine) == history
    for position in positions:
        found = kept.load(position)
        assert found is not None
        assert hash_of(load(found.state)) == expected[position]


@scenario
async def test_a_clean_end_keeps_the_last_entry_and_gives_the_lease_back(valkey: RedisServer, nursery: Nursery) -> None:
    kept = nursery.kept()
    async with valkey.client() as client:
        last_id = await (await writer(client)).append(facts()[:300])
        pid = nursery.start(checkpoint_every_s=3600, write_every_s=0.05)
        while nursery.stands()[0] != last_id:
            await asyncio.sleep(0.005)
        assert kept.positions() == []
        await _end(pid)
        assert kept.positions() == [last_id]
        assert not await client.exists(lease_key("main", LEASE))


@scenario
async def test_a_standby_takes_over_from_a_killed_one(valkey: RedisServer, nursery: Nursery) -> None:
    kept = nursery.kept()
    async with valkey.client() as client:
        pbx = await writer(client)
        await pbx.append(facts()[:100])
        active = nursery.start(checkpoint_every_s=0.02)
        while not kept.positions():
            await asyncio.sleep(0.01)
        nursery.start(checkpoint_every_s=0.02)
        await asyncio.sleep(0.1)
        os.kill(active, signal.SIGKILL)
        begun = time.monotonic()
        last_id = await pbx.append(facts()[100:])
        while last_id not in kept.positions():
            await asyncio.sleep(0.01)
        assert time.monotonic() - begun < TAKEN_OVER_S
        found = kept.load(last_id)
        assert found is not None
        assert hash_of(load(found.state)) == hash_of(await unbroken(client))


def _config(server: RedisServer, folder: Path, **settings: object) -> HistoryConfig:
    return HistoryConfig("main", server.url, f"sqlite:///{folder}/floor.db", **settings)  # type: ignore[arg-type]


async def _settings_in(client: Client) -> list[Entry]:
    return [entry for _, entry in await records(client) if isinstance(entry.event, SettingsChanged)]


@scenario
async def test_the_floor_is_told_its_settings(valkey: RedisServer, tmp_path: Path) -> None:
    wanted = FloorSettings(default_queue=QueueSettings(threshold_s=30), queues={"600": QueueSettings(wrap_up_s=20)})
    async with valkey.client() as client:
        await (await writer(client)).append(facts()[:200])
        anchor = str(tmp_path / "audit-heads.log")
        task = asyncio.create_task(run(_config(valkey, tmp_path, floor_settings=wanted, audit_anchor=anchor)))
        while not (told := await _settings_in(client)):
            await asyncio.sleep(0.01)
        assert (await unbroken(client)).settings == wanted
        assert (told[0].switch, told[0].n, told[0].boot) == ("settings", 1, "")
        await asyncio.sleep(1.2)  # a round of the outbox: nothing differs any more
        assert len(await _settings_in(client)) == 1
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@scenario
async def test_it_waits_out_an_outage_of_redis(valkey: RedisServer, tmp_path: Path) -> None:
    async with valkey.client(answer_s=HANG_S, attempts=1) as client:
        pbx = await writer(client)
        await pbx.append(facts()[:500])
        task = asyncio.create_task(run(_config(valkey, tmp_path, checkpoint_every_s=0.05)))
        kept = Checkpoints(open_store(f"sqlite:///{tmp_path}/floor.db"), "main", FOLD_VERSION)
        while not await client.exists(lease_key("main", LEASE)):
            await asyncio.sleep(0.01)
        valkey.kill()
        await asyncio.sleep(0.2)
        valkey.start()
        last_id = await pbx.append(facts()[500:])
        while last_id not in kept.positions():
            assert not task.done()
            await asyncio.sleep(0.02)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@scenario
async def test_losing_the_lease_it_stands_by_and_comes_back(valkey: RedisServer, tmp_path: Path) -> None:
    async with valkey.client() as client:
        task = asyncio.create_task(run(_config(valkey, tmp_path)))
        key = lease_key("main", LEASE)
        while not await client.exists(key):
            await asyncio.sleep(0.01)
        await client.delete(key)
        other = Lease(client, "main", LEASE)
        assert await other.try_acquire()
        await asyncio.sleep(1.2)  # it renews every second
        assert not task.done()
        assert await client.get(key) == other.token.encode()
        await other.release()
        while not await client.exists(key):
            await asyncio.sleep(0.01)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@scenario
async def test_an_evicting_redis_is_refused(valkey: RedisServer, tmp_path: Path) -> None:
    async with valkey.client() as client:
        await client.config_set("maxmemory-policy", "allkeys-lru")
    with pytest.raises(HistoryError, match="noeviction"):
        await run(_config(valkey, tmp_path))


@scenario
async def test_an_absent_redis_is_one_sentence(tmp_path: Path) -> None:
    config = HistoryConfig("main", f"unix://{tmp_path}/none", f"sqlite:///{tmp_path}/floor.db", start_within_s=0.3)
    with pytest.raises(HistoryError, match="check that it runs"):
        await run(config)


@scenario
async def test_an_unusable_database_is_one_sentence(valkey: RedisServer, tmp_path: Path) -> None:
    (tmp_path / "floor.db").mkdir()
    with pytest.raises(HistoryError, match="check that it is there"):
        await run(_config(valkey, tmp_path))


@scenario
async def test_its_port_tells_what_it_does(valkey: RedisServer, tmp_path: Path) -> None:
    probe = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = probe.sockets[0].getsockname()[1]
    with pytest.raises(HistoryError, match=rf"cannot listen on 127.0.0.1:{port}.*vitals.history_port"):
        await run(_config(valkey, tmp_path, vitals_port=port))
    probe.close()
    await probe.wait_closed()
    async with valkey.client() as client:
        await (await writer(client)).append(facts())
        task = asyncio.create_task(run(_config(valkey, tmp_path, vitals_port=port, checkpoint_every_s=0.05)))
        while "200 OK" not in await _get(port, "/readyz"):
            assert not task.done()
            await asyncio.sleep(0.02)
        answered = sum(type(fact.event).__name__ == "Answered" for fact in facts())
        text = await _get(port, "/metrics")
        assert f'floorwatch_events_total{{type="Answered"}} {answered}' in text
        assert "floorwatch_history_active 1" in text
        valkey.kill()
        while "503" not in (answer := await _get(port, "/readyz")):
            await asyncio.sleep(0.02)
        assert "Redis is away" in answer
        assert "200 OK" in await _get(port, "/healthz")
        valkey.start()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _get(port: int, path: str) -> str:
    try:
        reader, link = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return ""
    link.write(f"GET {path} HTTP/1.1\r\n\r\n".encode())
    answer = await reader.read()
    link.close()
    await link.wait_closed()
    return answer.decode()
