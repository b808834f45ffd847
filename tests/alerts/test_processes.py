"""A rule fires once and recovers once while everything is killed in between: historian and Redis, with a real channel that listens."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collectors import events as e
from collectors.stream import Client, StreamDown, Writer, lease_key
from dashboard.alerts.rule import Rule
from dashboard.history.historian import LEASE
from tests.alerts.clouds import Clouds, clouds
from tests.alerts.shop import SETTINGS, WAITING, Shop
from tests.floor.site import EMPTY
from tests.history.test_historian import Nursery
from tests.redis_server import RedisServer, scenario
from tests.replica.recorded import writer


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Clouds]:
    with clouds(tmp_path) as running:
        yield running


@pytest.fixture
def nursery(valkey: RedisServer, tmp_path: Path) -> Iterator[Nursery]:
    started = Nursery(valkey, tmp_path)
    try:
        yield started
    finally:
        started.close()


def _facts(*events: e.AnyEvent) -> list[e.Fact]:
    now_ms = time.time_ns() // 1_000_000
    return [e.Fact(event, now_ms) for event in events]


async def _until(pbx: Writer, is_so: Callable[[], bool]) -> None:
    """Goes on living as a switch does until it is so."""
    while not is_so():
        await _tell(pbx, e.SourceAlive())
        await asyncio.sleep(0.3)


async def _tell(pbx: Writer, *events: e.AnyEvent) -> None:
    facts = _facts(*events)
    while True:
        try:
            await pbx.append(facts)
        except StreamDown:
            facts = []  # they wait in the writer
            await asyncio.sleep(0.1)
        else:
            return


async def _kill(client: Client, pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    await client.delete(lease_key("main", LEASE))  # what its 4 s would do


def _are_sent(shop: Shop, count: int) -> bool:
    """Sent, and on record as sent: who is killed before that sends it again."""
    return [is_sent for _, is_sent, _, _ in shop.told] == [True] * count


@scenario
async def test_it_fires_once_and_recovers_once_whatever_is_killed_in_between(
    valkey: RedisServer, nursery: Nursery, cloud: Clouds, tmp_path: Path
) -> None:
    shop = Shop(nursery.engine, tmp_path)
    shop.channel("webhook", f"http://127.0.0.1:{cloud.port}/hook", name="c")
    shop.rule(Rule(WAITING, hold_s=2, recover_s=1, channels=("c",)))
    config = {"access_key_file": str(tmp_path / "access.key"), "checkpoint_every_s": 0.5}
    async with valkey.client() as client:
        pbx = await writer(client)
        first = nursery.start(**config)
        await _tell(pbx, e.SettingsChanged(SETTINGS), e.LinkRestored(), EMPTY)
        await _tell(pbx, e.QueueEntered("sales", "c1", 1), e.QueueEntered("sales", "c2", 1))
        await _until(pbx, lambda: _are_sent(shop, 1))
        await _kill(client, first)
        second = nursery.start(**config)
        await asyncio.sleep(1)
        valkey.kill()
        valkey.start()
        await _until(pbx, lambda: True)
        await _kill(client, second)
        nursery.start(**config)
        await _tell(pbx, e.QueueAbandoned("sales", "c1", 1))
        await _until(pbx, lambda: _are_sent(shop, 2))
        began, ended = (got.json for got in cloud.received)
    assert (began["what"], ended["what"], began["alerts"]) == ("began", "ended", ended["alerts"])
    (row,) = shop.alerts
    assert (row.about, row.ended_why, row.ended_at_ms - row.began_at_ms > 1000) == ("sales", "recovered", True)
    assert shop.told == [("began", True, False, ""), ("ended", True, False, "")]
