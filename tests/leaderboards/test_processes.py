"""Two gateways, two screens, historians that are killed around a cause: one celebration a cause, and the same order everywhere."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, insert, select
from websockets.asyncio.client import ClientConnection, connect

from collectors import events as e
from collectors.stream import Client, StreamDown, Writer, lease_key
from dashboard.access.scope import EVERYTHING
from dashboard.boards.document import Title
from dashboard.floor.scoring.ranks import score
from dashboard.floor.scoring.scheme import Part, Scheme
from dashboard.history.historian import LEASE
from dashboard.leaderboards.current import Known
from dashboard.leaderboards.document import Celebrations, Goal, Leaderboard, Period
from dashboard.leaderboards.results.frozen import Frozen, frozen
from dashboard.leaderboards.standings.counting import Counting, Crew
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.leaderboards.stored import dumped
from dashboard.live.patches import apply
from dashboard.store.engine import reading, writing
from dashboard.store.schema import (
    agent_intervals,
    leaderboard_marks,
    leaderboard_outbox,
    leaderboard_results,
    leaderboards,
)
from tests.floor.site import EMPTY, handled
from tests.history.test_historian import Nursery
from tests.leaderboards.arena import AGENTS
from tests.leaderboards.arena import SETTINGS as USUAL
from tests.live.running import frame
from tests.live.test_process import config, process, token_of
from tests.noon import AT_NOON
from tests.ports import free_port
from tests.redis_server import RedisServer, scenario
from tests.replica.recorded import records, writer

ONE, TWO, THREE = AGENTS
SETTINGS = replace(USUAL, time_zone=AT_NOON)
BOARD = Leaderboard(
    Title(en="Stars"),
    Scheme((Part("calls_handled", target=50),)),
    goals=(Goal("calls_handled", 20),),
    celebrations=Celebrations(settled_s=1, sound="chime", finish=False),  # also just after midnight
)
HELLO = '{"board":"leaderboard:b1","seq":0}'


@pytest.fixture
def nursery(valkey: RedisServer, tmp_path: Path) -> Iterator[Nursery]:
    started = Nursery(valkey, tmp_path)
    try:
        yield started
    finally:
        started.close()


class Screen:
    """A screen that shows the leaderboard: what it saw, in order."""

    def __init__(self, connection: ClientConnection) -> None:
        self.view: dict[str, Any] = {}
        self.celebrated: list[tuple[str, str]] = []
        self._connection = connection
        self._task = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        await self._connection.send(HELLO)
        while True:
            found = await frame(self._connection, "snapshot", "patch")
            self.view = found["view"] if found["t"] == "snapshot" else apply(self.view, found["view"])
            celebration = self.view.get("celebration")
            if celebration and (not self.celebrated or self.celebrated[-1][0] != celebration["id"]):
                self.celebrated.append((celebration["id"], celebration["kind"]))

    @property
    def order(self) -> list[tuple[str, int]]:
        rows = (self.view.get("ranking") or {}).get("rows", [])
        return [(row["name"], row["rank"]) for row in rows]

    @property
    def kinds(self) -> list[str]:
        return [kind for _, kind in self.celebrated]

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._connection.close()


class Switch:
    """A switch that goes on living until something is so."""

    def __init__(self, pbx: Writer) -> None:
        self._pbx = pbx
        self._calls = 0

    async def tell(self, *events: e.AnyEvent, at_ms: int = 0) -> None:
        now_ms = at_ms or time.time_ns() // 1_000_000
        facts = [e.Fact(event, now_ms) for event in events]
        while True:
            try:
                await self._pbx.append(facts)
            except StreamDown:
                facts = []  # they wait in the writer
                await asyncio.sleep(0.1)
            else:
                return

    async def serve(self, agent: str, calls: int, at_ms: int = 0) -> None:
        for _ in range(calls):
            self._calls += 1
            for events in handled(f"c{self._calls}", agent):
                await self.tell(*events, at_ms=at_ms)

    async def until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            await self.tell(e.SourceAlive())
            await asyncio.sleep(0.2)


async def _connected(port: int, token: str) -> ClientConnection:
    """As soon as the gateway listens."""
    while True:
        try:
            headers = {"Authorization": f"Bearer {token}"}
            return await connect(f"ws://127.0.0.1:{port}/live", compression=None, additional_headers=headers)
        except OSError:
            await asyncio.sleep(0.05)


def put(engine: Engine, leaderboard: str, document: Leaderboard) -> None:
    """One that is on, and has been for ever."""
    row = {"id": leaderboard, "site": "main", "name": "Stars", "scope": '{"all":true}', "document": dumped(document)}
    more = {"version": 1, "is_on": True, "since_ms": 0, "changed_by": "x", "changed_at_ms": 1}
    with writing(engine) as connection:
        connection.execute(insert(leaderboards).values(**row, **more))


def leads_of(engine: Engine) -> str:
    """Who leads, as it was noted."""
    query = select(leaderboard_marks.c.value).where(leaderboard_marks.c.kind == "leader")
    with reading(engine) as connection:
        return " ".join(connection.execute(query).scalars())


async def _kill(client: Client, pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    await client.delete(lease_key("main", LEASE))  # what its 4 s would do


@scenario
async def test_one_celebration_and_the_same_order_whatever_is_killed(
    valkey: RedisServer, nursery: Nursery, tmp_path: Path
) -> None:
    engine = nursery.engine

    def causes() -> list[str]:
        with reading(engine) as connection:
            return list(
                connection.execute(select(leaderboard_outbox.c.cause).order_by(leaderboard_outbox.c.id)).scalars()
            )

    put(engine, "b1", BOARD)
    first = config(valkey, tmp_path, database_url=nursery.database)
    second = config(valkey, tmp_path, database_url=nursery.database, port=free_port())
    async with AsyncExitStack() as room:
        client = await room.enter_async_context(valkey.client())
        switch = Switch(await writer(client))
        for gateway in (first, second):
            await room.enter_async_context(process(gateway))
        historian = nursery.start(write_every_s=0.5)
        await switch.tell(e.SettingsChanged(SETTINGS), e.LinkRestored(), EMPTY)
        await switch.tell(*(e.MembershipAdded("q", agent, dynamic=True) for agent in AGENTS))
        token = await asyncio.to_thread(token_of, first)
        screens: list[Screen] = []
        for gateway in (first, second):
            screens.append(Screen(await _connected(gateway.port, token)))
            room.push_async_callback(screens[-1].close)

        await switch.serve(ONE, 3)
        await switch.until(lambda: ONE in leads_of(engine))
        await switch.serve(TWO, 5)
        await switch.until(lambda: all(one.order and one.order[0] == ("Agent 2", 1) for one in screens))
        await _kill(client, historian)  # before the lead has settled, or just then: nobody knows
        historian = nursery.start(write_every_s=0.5)
        await switch.until(lambda: len(causes()) == 1)
        await _kill(client, historian)  # with the cause noted, told or not
        historian = nursery.start(write_every_s=0.5)
        await switch.until(lambda: all(one.kinds == ["leader"] for one in screens))
        await switch.serve(THREE, 12)
        await switch.until(lambda: len(causes()) == 3)
        await _kill(client, historian)
        nursery.start(write_every_s=0.5)
        last = causes()[-1].partition(":")[0]
        await switch.until(
            lambda: all(one.kinds[-1] == last for one in screens) and all(len(one.order) == 2 for one in screens)
        )

        called = [entry.event for _, entry in await records(client) if isinstance(entry.event, e.CelebrationCalled)]
        late = Screen(await _connected(first.port, token))
        room.push_async_callback(late.close)
        await switch.until(lambda: bool(late.celebrated))
    assert sorted(cause.partition(":")[0] for cause in causes()) == ["goal", "leader", "leader"]
    assert sorted(one.kind for one in called) == ["goal", "leader", "leader"]
    assert len({one.id for one in called}) == 3
    assert screens[0].order == screens[1].order == [("Agent 3", 1), ("Agent 2", 2)]  # and nobody's last place
    assert screens[0].celebrated[-1] == screens[1].celebrated[-1] == late.celebrated[-1]
    assert all(len(set(one.celebrated)) == len(one.celebrated) for one in screens)


@scenario
async def test_a_contest_is_frozen_once_though_its_historian_is_killed(valkey: RedisServer, nursery: Nursery) -> None:
    engine, zone = nursery.engine, ZoneInfo(SETTINGS.time_zone)
    to_ms = (time.time_ns() // 1_000_000 - 2_400_000) // 1_800_000 * 1_800_000
    held = Bounds(to_ms - 2 * 3_600_000, to_ms)
    begins, ends = (
        datetime.fromtimestamp(at_ms / 1000, zone).strftime("%Y-%m-%dT%H:%M") for at_ms in (held.from_ms, held.to_ms)
    )
    contest = replace(BOARD, period=Period("contest", from_time=begins, to_time=ends), goals=())
    put(engine, "b1", contest)
    put(engine, "b2", BOARD)  # it shows when a historian has looked

    def results() -> list[Frozen]:
        query = select(leaderboard_results).where(leaderboard_results.c.leaderboard_id == "b1")
        with reading(engine) as connection:
            return [frozen(connection, row) for row in connection.execute(query).all()]

    def is_written() -> bool:
        with reading(engine) as connection:
            return connection.execute(select(agent_intervals.c.agent)).first() is not None

    async with valkey.client() as client:
        switch = Switch(await writer(client))
        historian = nursery.start(write_every_s=0.2)
        at_ms = held.from_ms + 600_000
        await switch.tell(e.SettingsChanged(SETTINGS), e.LinkRestored(), EMPTY, at_ms=at_ms)
        await switch.tell(*(e.MembershipAdded("q", agent, dynamic=True) for agent in AGENTS), at_ms=at_ms)
        await switch.serve(ONE, 3, at_ms + 1000)
        await switch.serve(TWO, 4, at_ms + 2000)
        await switch.until(is_written)
        await _kill(client, historian)  # before it was frozen, or just then
        historian = nursery.start(write_every_s=0.2)
        await switch.until(lambda: bool(results()))
        await _kill(client, historian)
        await switch.serve(THREE, 9)
        nursery.start(write_every_s=0.2)
        await switch.until(lambda: THREE in leads_of(engine))
    (found,) = results()
    assert (found.bounds, found.is_published) == (held, False)
    assert [(one.id, one.rank) for one in found.counted.standings] == [(TWO, 1), (ONE, 2), (THREE, 3)]
    assert score(contest.scheme, found.counted.evidence) == found.counted.standings
    known = Known("b1", contest, EVERYTHING)
    assert (
        Counting(engine, "main").count(known, held, SETTINGS, {}, Crew({THREE: frozenset()})) == found.counted.evidence
    )
