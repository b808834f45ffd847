"""From a change of the directory to every replica of the floor: the historian as a real process, a real Redis and database."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine, select

from collectors.events import FloorSettings
from collectors.stream import Client, Reader, lease_key
from dashboard.access import redis_link
from dashboard.access.keys import notices_channel
from dashboard.access.notices import Notice, decode
from dashboard.directory import Directory
from dashboard.floor.checkpoint import FOLD_VERSION
from dashboard.history import HistoryConfig, run
from dashboard.history.historian import LEASE
from dashboard.replica import Replica
from dashboard.store import Checkpoints
from dashboard.store.engine import reading
from dashboard.store.schema import settings_outbox
from tests.directory.office import ADMIN, Office
from tests.history.test_historian import Nursery
from tests.patience import HANG_S
from tests.redis_server import RedisServer, scenario
from tests.replica.recorded import facts, hash_of, unbroken, writer

EFFECTIVE_S = 8.0
"""Two are promised, and kept where the cores are free."""


@pytest.fixture
def nursery(valkey: RedisServer, database_url: str, tmp_path: Path) -> Iterator[Nursery]:
    started = Nursery(valkey, tmp_path)
    started.database = database_url
    try:
        yield started
    finally:
        started.close()


async def _until(replica: Replica, part: Callable[[FloorSettings], object], wanted: object, within_s: float) -> None:
    """Waits until that part of the replica's settings is as wanted."""
    begun = time.monotonic()
    while part(replica.floor.settings) != wanted:
        assert time.monotonic() - begun < within_s, f"not within {within_s:g} s"
        await replica.catch_up()
        await asyncio.sleep(0.01)


def _threshold_s(settings: FloorSettings) -> int:
    return settings.queues["600"].threshold_s if "600" in settings.queues else 0


def _name(settings: FloorSettings) -> str:
    return settings.agents["PJSIP/1001"].name if settings.agents else ""


async def _active(client: Client) -> None:
    while not await client.exists(lease_key("main", LEASE)):
        await asyncio.sleep(0.01)


@scenario
async def test_a_change_is_effective_soon_and_survives_every_restart(
    valkey: RedisServer, nursery: Nursery, office: Office
) -> None:
    directory = office.directory
    async with valkey.client() as client:
        await (await writer(client)).append(facts()[:300])
        historian = nursery.start(checkpoint_every_s=0.2)
        await _active(client)
        one = Replica(Reader(client, "main"))
        await one.catch_up()
        wang = directory.people.add(ADMIN, {"display_name": "王芳", "staff_number": "8001"})
        directory.agents.claim(ADMIN, "PJSIP/1001", wang.id)
        await _until(one, _name, "王芳", HANG_S)
        assert one.floor.settings == office.settings
        for threshold_s in (11, 12, 13):  # anywhere in the historian's second
            directory.queues.put(ADMIN, "600", {"threshold_s": threshold_s})
            await _until(one, _threshold_s, threshold_s, EFFECTIVE_S)
            await asyncio.sleep(0.3)

        os.kill(historian, signal.SIGKILL)
        await client.delete(lease_key("main", LEASE))  # what its 4 s would do
        directory.people.change(ADMIN, wang.id, {"display_name": "王芳芳"})  # nobody is there to tell it
        nursery.start(checkpoint_every_s=0.2)
        await _until(one, _name, "王芳芳", HANG_S)

        two = Replica(Reader(client, "main"), Checkpoints(office.engine, "main", FOLD_VERSION))
        await two.catch_up()
        await one.catch_up()
        while one.position != two.position:
            await one.catch_up()
            await two.catch_up()
        assert hash_of(one.floor) == hash_of(two.floor) == hash_of(await unbroken(client, one.position))
        assert two.floor.settings == office.settings

        while _told(office.engine)[-1][1] is None:
            await asyncio.sleep(0.05)
        assert two.position in [position for _, position in _told(office.engine)]


def _told(engine: Engine) -> list[tuple[int | None, str | None]]:
    with reading(engine) as connection:
        table = settings_outbox.c
        query = select(table.stated_at_ms, table.position).order_by(table.id)
        return [(row.stated_at_ms, row.position) for row in connection.execute(query)]


@scenario
async def test_a_floor_file_is_brought_in_until_people_change_something(
    valkey: RedisServer, database_url: str, engine: Engine, tmp_path: Path
) -> None:
    office = Office(engine, tmp_path)

    def start(file: FloorSettings) -> asyncio.Task[None]:
        anchor = str(tmp_path / "audit-heads.log")
        return asyncio.create_task(
            run(HistoryConfig("main", valkey.url, database_url, floor_settings=file, audit_anchor=anchor))
        )

    async with valkey.client() as client:
        replica = Replica(Reader(client, "main"))
        await replica.catch_up()
        for interval_min in (15, 60):
            task = start(FloorSettings(interval_min=interval_min))
            await _until(replica, lambda settings: settings.interval_min, interval_min, HANG_S)
            await _end(task)
        office.directory.rules.put(ADMIN, {"effective_call_s": 7})
        task = start(FloorSettings(interval_min=30, effective_call_s=99))
        await _until(replica, lambda settings: settings.effective_call_s, 7, HANG_S)
        assert replica.floor.settings.interval_min == 60
        await _end(task)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@contextmanager
def _listening(url: str) -> Iterator[Callable[[], list[Notice]]]:
    link: Redis = redis_link.connect(url)
    channel = link.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
    channel.subscribe(notices_channel("main"))
    channel.get_message(timeout=HANG_S)

    def heard() -> list[Notice]:
        found = []
        while (message := channel.get_message(timeout=1)) is not None:
            notice = decode(message["data"])
            assert notice is not None
            found.append(notice)
        return found

    yield heard
    channel.close()
    link.close()


def test_who_holds_sockets_open_is_told_after_the_change(valkey: RedisServer, office: Office) -> None:
    link = redis_link.connect(valkey.url)
    directory = Directory.on(office.engine, office.audit, link, "main")
    with _listening(valkey.url) as heard:
        directory.teams.add(ADMIN, {"id": "sales"})
        directory.queues.put(ADMIN, "600", {"threshold_s": 5})
        assert heard() == [Notice("everybody")]
    valkey.kill()
    directory.teams.add(ADMIN, {"id": "support"})  # gateways look by themselves
    assert {team.id for team in directory.teams.listed(ADMIN)} == {"sales", "support"}
    link.close()
