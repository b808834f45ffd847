"""What leaderboards cost a gateway: 5,000 agents, 20 schemes, 300 events/s; how soon an event is a new rank on a screen; how soon the
month stands after a start.

The share of a core is processor time of this process while it evaluates, in the gateway's own rhythm; nothing else is counted. Peer, in
the same run on the same floor: the same standings, scored anew from everybody at each evaluation. `python -m bench.leaderboards month
[URL …]` measures the month alone: it fills empty databases, its own if none is named, with a month of 5,000 agents' half-hours.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Engine, func, select
from websockets.asyncio.client import connect as connect_screen

from bench.entrance import TOKEN, entrance
from bench.fold import Traffic, folded, take
from collectors import events as e
from dashboard.access.scope import EVERYTHING
from dashboard.boards import SHIPPED, Title
from dashboard.floor.changes import Changes
from dashboard.floor.counters import A_HANDLED, AGENT_NAMES
from dashboard.floor.fold import fold
from dashboard.floor.scoring.ranks import Ranks
from dashboard.floor.scoring.scheme import Part, Scheme
from dashboard.floor.state import Floor
from dashboard.leaderboards.current import Current, Known
from dashboard.leaderboards.document import Goal, Leaderboard, Period
from dashboard.leaderboards.standings.past import AgentSum, PastReading, PastSums
from dashboard.leaderboards.standings.period_numbers import Wanted
from dashboard.leaderboards.standings.scoreboard import Scoreboard
from dashboard.leaderboards.templates import TEMPLATES
from dashboard.live.clocks import read_clocks
from dashboard.live.config import LiveConfig
from dashboard.live.gateway import Gateway
from dashboard.live.leaderboards import SPACING_MS as SPACING_OF_BOARDS_MS
from dashboard.live.leaderboards import LeaderboardsNow
from dashboard.live.pace import SPACING_MS
from dashboard.live.positions import Positions
from dashboard.live.routes import Routes
from dashboard.live.screens import write_all
from dashboard.live.server import LiveServer
from dashboard.store import open_store, upgrade
from dashboard.store.bulk import put_rows
from dashboard.store.engine import reading, writing
from dashboard.store.schema import agent_intervals, agent_sums, history_cursors
from tests.postgres_server import own, reason_for_none

RESULT: Final = Path(__file__).parent / "results" / "leaderboards.json"
AGENTS: Final = 5_000
SCHEMES: Final = 20
EVENTS_PER_S: Final = 300
DAY: Final = 200_000
"""Events before the measuring begins."""

SECONDS: Final = 20
PROBES: Final = 150
TICK_MS: Final = round(SPACING_MS)
DAY_MS: Final = 86_400_000
HALF_HOUR_MS: Final = 1_800_000
Figure = dict[str, Any]


def shelf(periods: tuple[str, ...] = ("day",)) -> Current:
    """Twenty leaderboards: the shipped ones again and again, each a little different, so that none is another's."""
    shipped = list(TEMPLATES.values())
    found = []
    for n in range(SCHEMES):
        one = shipped[n % len(shipped)]
        scheme = msgspec.structs.replace(one.scheme, parts=tuple(_weighed(part, n) for part in one.scheme.parts))
        period = Period(periods[n % len(periods)])  # type: ignore[arg-type]
        goals = (Goal("calls_handled", 50_000),) if n % 4 == 0 else ()
        found.append(Known(f"board{n}", Leaderboard(Title("榜", "Board"), scheme, period, goals=goals), EVERYTHING))
    return Current(tuple(found), appearing={})


def _weighed(part: Part, n: int) -> Part:
    return msgspec.structs.replace(part, weight=min(part.weight + n // len(TEMPLATES), 100))


class Busy:
    """A floor with a day behind it, the traffic that goes on, and now and then a sale."""

    def __init__(self) -> None:
        traffic = Traffic(AGENTS)
        traffic.step_ms = 1000 // EVENTS_PER_S
        traffic.at_ms = read_clocks().at_ms - DAY * 1000 // EVENTS_PER_S
        self.floor, self._entries = folded(traffic, DAY)
        self._rng = random.Random(1)
        self._told = 0

    def go_on(self, events: int) -> Changes:
        """So many events of the switch; one of a hundred is a business system's."""
        changes = Changes()
        for entry in take(self._entries, events):
            changes.add(fold(self.floor, entry))
            if self._rng.random() < 0.01:
                changes.add(self.sale(entry.at_ms))
        return changes

    def sale(self, at_ms: int) -> Changes:
        self._told += 1
        agent = self._rng.choice(list(self.floor.agents))
        fact = e.BusinessFact("sale", at_ms, agent, None, self._rng.randrange(1, 90_000))
        told = e.BusinessTold("crm", str(self._told), fact)
        return fold(self.floor, e.Entry("bench", e.BUSINESS_WRITER, "", 1, self._told, at_ms, told))


# -- share of a core -----------------------------------------------------------------------------------------------------


def shares() -> tuple[list[float], float, float]:
    """Per cent of a core in each of some seconds; what the first counting took (s); what one evaluation of everything anew takes (s)."""
    busy, now = Busy(), LeaderboardsNow()
    steady = 0.0
    now.follow(busy.floor, busy.floor.stream_ms)
    now.know(shelf(), busy.floor.stream_ms)
    for wanted in now.wanted():
        now.know_past(wanted, yesterday(busy.floor, wanted))
    busy.sale(busy.floor.stream_ms)  # what is told for the first time ever counts everybody anew
    first = 0.0
    while now.someone_waits:
        first += _timed(partial(now.move, busy.floor.stream_ms, steady, is_second=False))
        steady += 100
    found = []
    for _ in range(SECONDS):
        spent = 0.0
        for tick in range(1000 // TICK_MS):
            changes = busy.go_on(EVENTS_PER_S * TICK_MS // 1000)
            steady += TICK_MS
            spent += _timed(partial(_one_tick, now, busy, changes, steady, is_second=tick == 0))
        found.append(100 * spent)
    return found, first, anew_s(now)


def yesterday(floor: Floor, wanted: Wanted) -> PastSums:
    """What progress is measured against: everybody did something the day before."""
    rng = random.Random(2)
    rows = {agent: AgentSum(tuple(rng.randrange(1, 100) for _ in AGENT_NAMES)) for agent in floor.agents}
    return PastSums(wanted.bounds, rows, (10**15, 0), wanted.bounds.to_ms)


def _one_tick(now: LeaderboardsNow, busy: Busy, changes: Changes, steady: float, *, is_second: bool) -> None:
    now.folded(changes)
    now.move(busy.floor.stream_ms, steady, is_second=is_second)


def _timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def anew_s(now: LeaderboardsNow) -> float:
    """The peer: everybody asked and scored anew for each leaderboard, the first ones taken; one evaluation."""
    boards = [running for known in shelf().known if (running := now.running(known.id)) is not None]

    def work() -> None:
        for running in boards:
            numbers = running.numbers
            assert numbers is not None
            ranks = Ranks(running.known.document.scheme)
            for did in running.dids():
                values = numbers.of(did.id).values
                mine = {metric: values[metric] for metric in running.metrics}
                ranks.put(msgspec.structs.replace(did, values=mine))
            ranks.top(10)

    return _timed(work)


# -- event to rank -------------------------------------------------------------------------------------------------------


class Served:
    """A gateway on a port with the busy floor behind it, and one screen that shows a leaderboard."""

    def __init__(self) -> None:
        self.busy = Busy()
        self.gateway = Gateway(SHIPPED, "bench", write_all)
        self.positions = Positions()
        access = entrance()
        routes = Routes(self.gateway, self.positions, read_clocks, str, access.admission, access.denials)
        self.server = LiveServer(LiveConfig("bench", "", "", port=0), self.gateway, routes, self.positions, access)
        self._n = 10**9

    def tell(self, changes: Changes, events: int) -> None:
        floor = self.busy.floor
        self.gateway.folded(changes, floor, f"{floor.stream_ms}-0", events, read_clocks())

    def serve(self, agent: str) -> None:
        """An agent handles a call: from one event to the next no time passes."""
        self._n += 1
        key, changes, floor = ("queue0", f"probe.{self._n}", 1), Changes(), self.busy.floor
        events: tuple[e.AnyEvent, ...] = (
            e.QueueEntered(*key), e.OfferStarted(*key, agent), e.OfferEnded(*key, agent, "answered"),
            e.Answered(*key, agent, 1), e.HandlingEnded(*key, agent, "caller", 1),
        )  # fmt: skip
        for event in events:
            changes.add(
                fold(
                    floor,
                    e.Entry("bench", "probe", "boot", 1, self._n * 10 + len(changes.agents), floor.stream_ms, event),
                )
            )
            self._n += 1
        self.tell(changes, len(events))


PROBED: Final = Known(
    "probed",
    Leaderboard(Title("榜", "Board"), Scheme((Part("calls_handled", by="range", low=0, high=2_000),))),
    EVERYTHING,
)


async def latencies() -> list[float]:
    """Milliseconds from a folded event to the frame with the new first one, at a screen's socket, among all the traffic."""
    on = Served()
    current = Current((*shelf().known, PROBED), appearing={})
    on.tell(Changes(), 1)
    on.gateway.leaderboards_are(current, read_clocks())
    for wanted in on.gateway.leaderboards.wanted():
        on.gateway.past_is(wanted, yesterday(on.busy.floor, wanted), read_clocks())
    on.busy.sale(on.busy.floor.stream_ms)  # told of once before anything is measured
    rivals = sorted(on.busy.floor.agents)[:2]
    for agent in rivals:
        for _ in range(300 + (agent == rivals[0])):
            on.serve(agent)
    while on.gateway.someone_waits:
        on.gateway.tick(read_clocks())
    listening = await on.server.listen()
    port = listening.sockets[0].getsockname()[1]
    try:
        async with connect_screen(
            f"ws://127.0.0.1:{port}/live", additional_headers={"Authorization": f"Bearer {TOKEN}"}, max_size=None
        ) as link:
            await link.send(json.dumps({"board": "leaderboard:probed", "seq": 0}))
            return await _probed(on, link, rivals)
    finally:
        await on.server.close(listening)


FirstOnes = asyncio.Queue[tuple[str, float]]
"""Names of who is first, each with the moment at which a screen heard it."""


async def _probed(on: Served, link: Any, rivals: list[str]) -> list[float]:
    first: FirstOnes = asyncio.Queue()
    work = (_listening(link, first), _traffic(on), _ticking(on))
    tasks = [asyncio.create_task(one) for one in work]
    try:
        await asyncio.sleep(1.5)
        return [await _overtakes(on, rivals[(n + 1) % 2], rivals[n % 2], first) for n in range(PROBES)]
    finally:
        for task in tasks:
            task.cancel()


async def _overtakes(on: Served, behind: str, ahead: str, first: FirstOnes) -> float:
    """One takes the lead; how long until the screen says so."""
    await asyncio.sleep(random.uniform(0.1, 0.25))  # at no special moment of the rhythm
    while not first.empty():
        first.get_nowait()
    known = on.busy.floor.agents
    began = time.perf_counter()
    for _ in range(max(known[ahead].today[A_HANDLED] - known[behind].today[A_HANDLED] + 1, 1)):
        on.serve(behind)
    name = on.busy.floor.agent_name(behind) or behind
    while True:
        told, arrived = await asyncio.wait_for(first.get(), 5)
        if told == name:
            return (arrived - began) * 1000


async def _listening(link: Any, first: FirstOnes) -> None:
    async for message in link:
        arrived = time.perf_counter()
        tile = json.loads(message).get("view", {}).get("ranking", {})
        for row in tile.get("set", tile.get("rows", ())):
            if row["rank"] == 1:
                first.put_nowait((row["name"], arrived))


async def _traffic(on: Served) -> None:
    second_at = 0.0
    while True:
        began = time.perf_counter()
        on.tell(on.busy.go_on(EVENTS_PER_S // 25), EVENTS_PER_S // 25)
        now = read_clocks()
        if now.steady_ms >= second_at:
            second_at = now.steady_ms + 1000
            on.gateway.second(now)
        await asyncio.sleep(max(0.04 - (time.perf_counter() - began), 0))


async def _ticking(on: Served) -> None:
    """When the gateway's pace says so, as its server does."""
    while True:
        now, due = read_clocks(), on.gateway.pace.due_at_ms()
        if (due is not None and due <= now.steady_ms) or on.gateway.someone_waits:
            on.gateway.tick(now)
        await asyncio.sleep(0.002)


# -- the month's start ---------------------------------------------------------------------------------------------------

SHIFT_HALF_HOURS: Final = 16
WORKING_DAYS: Final = 22


def half_hours(day_ms: int) -> Iterator[tuple[Any, ...]]:
    """A day of everybody's: their time, and the work for two queues, in the order in which a historian writes it."""
    rng = random.Random(4)
    most = [1_800_000 if name.endswith("_ms") else 1_800 if name.endswith("_s") else 40 for name in AGENT_NAMES]
    numbers = [tuple(rng.randrange(0, one) for one in most) for _ in range(97)]
    made = 0
    for start_ms in range(day_ms, day_ms + SHIFT_HALF_HOURS * HALF_HOUR_MS, HALF_HOUR_MS):
        for place in range(AGENTS):
            for queue in ("", "queue0", "queue1"):
                made += 1
                key = "bench", f"PJSIP/{10_000 + place}", start_ms, queue, "", start_ms + HALF_HOUR_MS
                yield *key, *numbers[made % 97], "{}", "live"


def fill(engine: Engine, until_ms: int) -> int:
    """A month of working days; how many rows. What is there already stays."""
    with reading(engine) as connection:
        known = connection.execute(select(func.count()).select_from(agent_intervals)).scalar_one()
    if known:
        return int(known)
    columns = ("site", "agent", "start_ms", "queue", "team", "end_ms", *AGENT_NAMES, "paused_by_reason", "coverage")
    first_ms = until_ms - WORKING_DAYS * DAY_MS
    with writing(engine) as connection:
        made = put_rows(connection, agent_intervals, columns, half_hours(first_ms))
    table = agent_intervals.c
    for day in range(1, WORKING_DAYS):
        later = {"start_ms": table.start_ms + day * DAY_MS, "end_ms": table.end_ms + day * DAY_MS}
        same = select(*(later.get(name, table[name]) for name in columns))
        of_first = same.where(table.site == "bench", table.start_ms < first_ms + DAY_MS)
        with writing(engine) as connection:
            connection.execute(agent_intervals.insert().from_select(columns, of_first, include_defaults=False))
    with writing(engine) as connection:
        connection.execute(history_cursors.insert().values(site="bench", stream_ms=1, stream_n=0, at_ms=until_ms))
    if engine.dialect.name == "postgresql":  # as its own housekeeping does
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE agent_intervals")
    return made * WORKING_DAYS


def month(urls: Sequence[str]) -> None:
    """From the moment at which a gateway knows its leaderboards to the one at which the month's stands: reading, and counting everybody.
    The peer adds up the month's half-hours at its start, as who starts first of all must."""
    for url in urls:
        engine = open_store(url, is_patient=True)
        upgrade(engine)
        floor = Busy().floor
        rows = fill(engine, floor.core.today.start_ms)
        with writing(engine) as connection:
            connection.execute(agent_sums.delete())
        peer = Start(engine, floor)
        keeping_s = _of_wall(partial(_keep_month, engine, floor))
        starts = [Start(engine, floor) for _ in range(5)]
        best = min(starts, key=lambda one: one.took_s)
        kind = engine.dialect.name
        name = f"month to date at a start: {AGENTS:,} agents, {rows:,} half-hours, {kind}"
        figure = {
            "name": name, "value": round(best.took_s, 2), "unit": "s", "runs": [round(one.took_s, 2) for one in starts], "target": "≤ 3",
            "of that reading": round(best.read_s, 2), "processor_s": round(best.spent_s, 2),
            "peer": f"{peer.took_s:.1f} s with the half-hours added up at the start ({peer.spent_s:.1f} s of this process's processor)",
            "ratio": round(peer.took_s / best.took_s, 1),
            "added up and kept by the historian, once": round(keeping_s, 2), "load": round(os.getloadavg()[0], 1),
        }  # fmt: skip
        engine.dispose()
        keep([figure], partial(str.__eq__, name))


def _month(floor: Floor) -> Known:
    today_ms = floor.core.today.start_ms
    period = Period("contest", from_time=_local(today_ms - 31 * DAY_MS), to_time=_local(today_ms + DAY_MS))
    return Known("month", Leaderboard(Title("榜", "Board"), TEMPLATES["service"].scheme, period), EVERYTHING)


class Start:
    """One start: how long until the month stood, how much of it was reading, and what it cost this process."""

    def __init__(self, engine: Engine, floor: Floor) -> None:
        scoreboard = Scoreboard(floor)
        began, cpu = time.perf_counter(), time.process_time()
        scoreboard.know(Current((_month(floor),), appearing={}), floor.stream_ms)
        for wanted in scoreboard.wanted():
            sums = PastReading(engine, "bench").read(wanted.bounds, wanted.metrics, with_queues=wanted.with_queues)
            assert scoreboard.know_past(wanted, sums)
        self.read_s = time.perf_counter() - began
        scoreboard.settle(floor.stream_ms)
        self.took_s = time.perf_counter() - began
        self.spent_s = time.process_time() - cpu
        running = scoreboard.running("month")
        assert running is not None
        assert running.is_filled
        assert len(running.ranks) == AGENTS


def _keep_month(engine: Engine, floor: Floor) -> None:
    scoreboard = Scoreboard(floor)
    scoreboard.know(Current((_month(floor),), appearing={}), floor.stream_ms)
    for wanted in scoreboard.wanted():
        PastReading(engine, "bench").keep(wanted.bounds, wanted.metrics, with_queues=wanted.with_queues)


def _of_wall(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def month_of_its_own() -> None:
    """The same in databases that are made for it, and removed."""
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="floorwatch-bench-"))
        urls = [f"sqlite:///{folder}/month.sqlite"]
        if not reason_for_none():
            server = stack.enter_context(own())
            urls.append(server.url(server.make()))
        month(urls)


def _local(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, ZoneInfo('Asia/Shanghai')):%Y-%m-%dT%H:%M}"


def run() -> None:
    """All but the month, kept beside what the month was last."""
    per_cent, first_s, whole_s = shares()
    waits = sorted(asyncio.run(latencies()))
    evaluations = 1000 / SPACING_OF_BOARDS_MS
    figures: list[Figure] = [
        {
            "name": f"share of a core: {AGENTS:,} agents, {SCHEMES} schemes, {EVENTS_PER_S} events/s",
            "value": round(statistics.median(per_cent), 1), "unit": "%", "runs": [round(one, 1) for one in per_cent],
            "target": "≤ 5", "peer": f"{100 * whole_s * evaluations:.0f} % with everybody scored anew each time ({whole_s:.2f} s)",
            "ratio": round(100 * whole_s * evaluations / statistics.median(per_cent)),
        },
        {"name": f"counting everybody for the first time: {SCHEMES} schemes, in portions", "value": round(first_s, 2), "unit": "s"},
        {
            "name": "event to new rank at a screen's socket, among 300 events/s, p50",
            "value": round(statistics.median(waits), 1), "unit": "ms",
        },
        {
            "name": "event to new rank at a screen's socket, among 300 events/s, p99",
            "value": round(waits[min(len(waits) - 1, round(len(waits) * 0.99))], 1), "unit": "ms", "target": "≤ 200",
        },
    ]  # fmt: skip
    keep(figures, lambda name: not name.startswith("month"))


def keep(figures: list[Figure], is_theirs: Callable[[str], bool]) -> None:
    """Instead of the figures of that kind that stand there."""
    kept = json.loads(RESULT.read_text(encoding="utf-8"))["figures"] if RESULT.exists() else []
    rest = [one for one in kept if not is_theirs(one["name"])]
    machine = f"2 cores, Python {platform.python_version()}; other work on the machine"
    every = sorted(figures + rest, key=lambda one: one["name"].startswith("month"))
    RESULT.write_text(
        json.dumps({"machine": machine, "figures": every}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    for one in figures:
        print(f"{one['name']:80} {one['value']:10} {one['unit']}", flush=True)


def main() -> None:
    """All, or what the command line names."""
    if sys.argv[1:2] != ["month"]:
        run()
        month_of_its_own()
    elif sys.argv[2:]:
        month(sys.argv[2:])
    else:
        month_of_its_own()


if __name__ == "__main__":
    main()
