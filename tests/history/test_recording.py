"""Recording is a function of the stream: wherever it begins again, and however it is cut into writings, the tables are the same, and
at every moment they and the floor say the same."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from collectors import events as e
from collectors.stream import START
from dashboard.floor import counters as c
from dashboard.floor.agent_sums import running, running_ms
from dashboard.floor.arrays import zeros
from dashboard.floor.checkpoint import dump, load
from dashboard.floor.display import PARTS, SIGNED_OUT
from dashboard.floor.fold import fold
from dashboard.floor.metrics import value
from dashboard.floor.state import Agent, Floor
from dashboard.floor.windows import span_of
from dashboard.history.recording import Recording
from dashboard.history.recording.rows import unpacked_waits
from dashboard.history.writing import Batch, HistoryMoved, HistoryTables
from dashboard.store import open_store
from tests.floor.world import ACTS, World
from tests.history.kept import NUMBERS, Kept, kept, whole
from tests.store.databases import Databases

Told = tuple[str, e.Entry]


def script(seed: int, length: int, pace_ms: int) -> list[e.Entry]:
    """A busy floor with everything that can happen to it: gaps, back-fills, another calendar, other teams, another boot."""
    rng = random.Random(seed)
    world = World()
    entries = world.start()
    first = entries[0].event
    assert isinstance(first, e.SettingsChanged)
    for _ in range(length):
        for event in world.act(rng.randrange(len(ACTS)), rng.randrange(200), rng.randrange(pace_ms)):
            entries.append(world.entry(event))
        chance = rng.random()
        if chance < 0.02:
            entries += _gap(world, rng)
        elif chance < 0.03:
            entries.append(_other_settings(world, rng, first.settings, len(entries)))
        elif chance < 0.035:
            entries += _reboot(world)
    return entries


def _gap(world: World, rng: random.Random) -> list[e.Entry]:
    """The link is lost; things happen; a snapshot; then some of what happened is told late."""
    lost_ms = world.now_ms
    entries = [world.entry(e.LinkLost("timeout", lost_ms))]
    hidden: list[tuple[e.AnyEvent, int]] = []
    for _ in range(rng.randrange(12)):
        told = world.act(rng.randrange(len(ACTS)), rng.randrange(200), rng.randrange(8_000))
        hidden += [(event, world.now_ms) for event in told if not isinstance(event, NOT_OF_THE_SWITCH)]
        entries += [world.entry(event) for event in told if isinstance(event, OF_BUSINESS)]
    world.now_ms += 1_000
    entries += [world.entry(e.LinkRestored(lost_ms)), world.entry(world.snapshot(lost_ms))]
    if rng.random() < 0.8:
        entries += [world.entry(event, at_ms, backfilled=True) for event, at_ms in hidden if rng.random() < 0.9]
        entries.append(world.entry(e.GapFilled(lost_ms, world.now_ms - rng.choice([0, 0, 2_000]))))
    return entries


def _other_settings(world: World, rng: random.Random, first: e.FloorSettings, n: int) -> e.Entry:
    teams = {agent: e.AgentSettings(team=rng.choice(["north", "south"])) for agent in ("PJSIP/1001", "PJSIP/1002")}
    changed = msgspec.structs.replace(
        first,
        interval_min=rng.choice([15, 30, 30, 60]),
        time_zone=rng.choice(["Asia/Shanghai", "Asia/Shanghai", "Asia/Kathmandu"]),
        agents=teams,
    )
    return e.Entry("site", "settings", "", 2, n, world.now_ms, e.SettingsChanged(changed))


def _reboot(world: World) -> list[e.Entry]:
    world.boot = f"boot-{world.now_ms}"
    world.calls.clear()
    world.unexplained.clear()
    world.own.clear()
    world.monitorings.clear()
    return [world.entry(e.SwitchRestarted()), world.entry(world.snapshot())]


OF_BUSINESS = (e.BusinessTold, e.CelebrationCalled)
NOT_OF_THE_SWITCH = (e.CommandChanged, e.ControlChanged, *OF_BUSINESS)
PACES_MS = (900, 9_000, 60_000)


class Keeper:
    """Folds and writes, and can be ended at any point: what a historian does, without its stream."""

    def __init__(self, engine: Engine, entries: Sequence[Told]) -> None:
        self.entries = entries
        self.place = 0
        self.tables = HistoryTables(engine, "site", NUMBERS)
        self.floor = Floor("site")
        self.recording: Recording | None = Recording(self.floor)
        self.written = START
        self.checkpoints = [(0, dump(self.floor))]

    def follow(self, upto: int) -> None:
        for stream_id, entry in self.entries[self.place : upto]:
            if self.recording is None and self._place(self.written) == self.place:
                self.recording = Recording(self.floor)
            fold(self.floor, entry, stream_id)
            self.place += 1

    def write(self) -> None:
        if self.place <= self._place(self.written):
            return
        assert self.recording is not None
        self.tables.write(Batch(self.written, self._id(), self.floor.stream_ms, self.recording.take()))
        self.written = self._id()

    def keep(self) -> None:
        self.checkpoints.append((self.place, dump(self.floor)))

    def restart(self, rng: random.Random) -> None:
        """From any checkpoint: what was not written is recorded again."""
        self.tables = HistoryTables(self.tables._engine, "site", NUMBERS)
        self.written = self.tables.cursor() or START
        at = self._place(self.written)
        self.checkpoints = [one for one in self.checkpoints if one[0] <= at]
        self.place, state = rng.choice(self.checkpoints)
        self.floor, self.recording = load(state), None

    def _id(self) -> str:
        return self.entries[self.place - 1][0]

    def _place(self, stream_id: str) -> int:
        return int(stream_id.partition("-")[0])


def told(entries: Iterable[e.Entry]) -> list[Told]:
    return [(f"{place}-0", entry) for place, entry in enumerate(entries, 1)]


@pytest.fixture
def opened(databases: Databases) -> Iterator[Any]:
    engines: list[Engine] = []

    def one() -> Engine:
        engines.append(open_store(databases.migrated()))
        return engines[-1]

    yield one
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", range(12))
def test_restarts_and_writings_at_any_point_give_the_tables_of_one_run(opened: Any, seed: int) -> None:
    rng = random.Random(seed)
    entries = told(script(seed, rng.randrange(40, 300), PACES_MS[seed % 3]))
    once = Keeper(opened(), entries)
    once.follow(len(entries))
    once.write()
    often = Keeper(opened(), entries)
    while often.place < len(entries):
        often.follow(min(often.place + rng.randrange(1, 40), len(entries)))
        if rng.random() < 0.6:
            often.write()
            if rng.random() < 0.6:
                often.keep()
        if rng.random() < 0.2:
            often.restart(rng)
    often.write()
    assert dump(often.floor) == dump(once.floor)
    assert whole(often.tables._engine) == whole(once.tables._engine)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", range(6))
def test_at_every_moment_the_half_hours_are_what_the_floor_counts(opened: Any, seed: int) -> None:
    entries = told(script(100 + seed, 200, PACES_MS[seed % 3]))
    keeper = Keeper(opened(), entries)
    while keeper.place < len(entries):
        keeper.follow(min(keeper.place + 30, len(entries)))
        keeper.write()
        check_day(keeper.floor, kept(keeper.tables._engine))


def check_day(floor: Floor, rows: Kept) -> None:
    """The day's sums, and the interval that was closed last, to the millisecond."""
    start_ms, end_ms = floor.core.today.start_ms, floor.core.today.end_ms
    if any(r["start_ms"] < start_ms < r["end_ms"] for r in (*rows["queue_intervals"], *rows["business_intervals"])):
        return  # the day begins within a half-hour of the calendar before: it has some of both days
    check_business(floor, rows)
    for queue in floor.queues.values():
        mine = [r for r in rows["queue_intervals"] if r["queue"] == queue.id and start_ms <= r["start_ms"] < end_ms]
        assert [sum(row[name] for row in mine) for name in c.QUEUE_NAMES] == queue.today.counts.tolist()
        assert max((row["max_wait_s"] for row in mine), default=0) == queue.today.max_wait_s
        waits = zeros(0)
        for row in mine:
            more = unpacked_waits(row["waits_answered"])
            waits.extend([0] * (len(more) - len(waits)))
            for i, n in enumerate(more):
                waits[i] += n
        assert [n for n in waits if n] == [n for n in queue.today.answered if n]
    for agent in floor.agents.values():
        mine = [r for r in rows["agent_intervals"] if r["agent"] == agent.id and start_ms <= r["start_ms"] < end_ms]
        sums = [sum(row[name] for row in mine) for name in c.AGENT_NAMES]
        for highest in c.A_HIGHEST:
            sums[highest] = max((row[c.AGENT_NAMES[highest]] for row in mine), default=0)
        for counter, span_ms in _not_booked_yet(floor, agent):
            sums[counter] += span_ms
        expected = agent.today.tolist()
        span = span_of(floor, "day", floor.stream_ms)
        for code, span_ms in running_ms(running(agent, span), floor.stream_ms):
            if code != SIGNED_OUT:
                expected[PARTS[code]] += span_ms
                expected[c.SIGNED_IN_MS] += span_ms
        assert sums == expected, agent.id
        assert sums[c.SIGNED_IN_MS] == sum(sums[c.AGENT_EVENTS : c.SIGNED_IN_MS])


def check_business(floor: Floor, rows: Kept) -> None:
    """What business systems told of the day's agents."""
    start_ms, end_ms = floor.core.today.start_ms, floor.core.today.end_ms
    for agent, told in floor.core.business.agents.items():
        amounts: Counter[str] = Counter()
        for r in rows["business_intervals"]:
            if r["agent"] == agent and start_ms <= r["start_ms"] < end_ms:
                amounts[r["measure"]] += r["amount"]
        assert {m: n for m, n in amounts.items() if n} == {m: n for m, n in told.today.items() if n}


def _not_booked_yet(floor: Floor, agent: Agent) -> Iterator[tuple[int, int]]:
    """What the running state adds within the interval that runs."""
    span = span_of(floor, "interval", floor.stream_ms)
    for code, span_ms in running_ms(running(agent, span), floor.stream_ms):
        if code != SIGNED_OUT:
            yield PARTS[code], span_ms
            yield c.SIGNED_IN_MS, span_ms


QUEUE_COLUMNS = {"offered": "offered", "abandoned": "abandoned", "missed_offers": "missed", "answered": "answered"}
AGENT_COLUMNS = {"talk": "talking_ms", "available": "available_ms", "signed_in": "signed_in_ms", "paused": "paused_ms"}


def test_a_closed_half_hour_says_what_the_live_interval_said(engine: Engine) -> None:
    """On both databases, through the registry: `interval:-1` of the floor, and yesterday's after midnight."""
    world, rng = World(), random.Random(5)
    entries = world.start()
    while world.now_ms < entries[0].at_ms + 4 * 3_600_000:
        for event in world.act(rng.randrange(len(ACTS)), rng.randrange(200), rng.randrange(40_000)):
            entries.append(world.entry(event))
    keeper = Keeper(engine, told(entries))
    compared = 0
    while keeper.place < len(entries):
        keeper.follow(min(keeper.place + 150, len(entries)))
        keeper.write()
        floor, rows = keeper.floor, kept(engine)
        now_ms = floor.stream_ms
        closed = span_of(floor, "interval:-1", now_ms)
        mine = [row for row in rows["queue_intervals"] if row["start_ms"] == closed.start_ms]
        for metric, column in QUEUE_COLUMNS.items():
            live = value(floor, metric, window="interval:-1", now_ms=now_ms).value
            assert live == sum(row[column] for row in mine), metric
        theirs = [row for row in rows["agent_intervals"] if row["start_ms"] == closed.start_ms]
        for metric, column in AGENT_COLUMNS.items():
            live = value(floor, metric, window="interval:-1", now_ms=now_ms).value
            assert live == pytest.approx(sum(row[column] for row in theirs) / 1000), metric
        compared += len(mine)
    assert compared >= 9


def test_it_goes_back_to_any_position_that_it_remembers(engine: Engine) -> None:
    entries = told(script(11, 220, 9_000))
    keeper = Keeper(engine, entries)
    seen: dict[str, object] = {}
    rng = random.Random(3)
    while keeper.place < len(entries):
        seen[keeper.written] = whole(engine)
        keeper.follow(min(keeper.place + rng.randrange(5, 60), len(entries)))
        keeper.write()
    marks = keeper.tables.marks()
    assert set(marks) == set(seen)
    final = whole(engine)
    for mark in marks[1 : len(marks) - 1 : 2]:
        keeper.tables.go_back(mark)
        assert whole(engine) == seen[mark]
        assert keeper.tables.cursor() == mark
    keeper.floor, keeper.recording, keeper.place = Floor("site"), None, 0
    keeper.written = keeper.tables.cursor() or START
    keeper.follow(len(entries))
    keeper.write()
    assert whole(engine) == final


def test_a_writing_that_was_done_already_is_not_done_again_and_two_cannot_write(engine: Engine) -> None:
    entries = told(script(2, 60, 9_000))
    keeper = Keeper(engine, entries)
    keeper.follow(len(entries))
    assert keeper.recording is not None
    batch = Batch(START, entries[-1][0], keeper.floor.stream_ms, keeper.recording.take())
    keeper.tables.write(batch)
    first = whole(engine)
    keeper.tables.write(batch)  # the answer to the commit was lost
    assert whole(engine) == first
    other = HistoryTables(engine, "site", NUMBERS)
    with pytest.raises(HistoryMoved, match="not at 5-0"):
        other.write(Batch("5-0", "999999-0", 1, batch.pending))
    assert whole(engine) == first


def test_nothing_that_a_switch_can_send_makes_a_row_that_a_database_refuses(engine: Engine) -> None:
    """NUL, lone surrogates, endless ids, clocks of another age, numbers beyond every column."""
    long, odd = "x" * 5_000, "a\0b\ud800c"
    world = World()
    entries = world.start()
    for n, text in enumerate((long, odd, "' OR 1=1 --", "张伟 ﷺ")):
        key = (text, f"{text}{n}", 1)
        at_ms = (world.now_ms, 0, -(10**15), 2**62)[n]
        entries += [
            world.entry(e.QueueEntered(*key, text, text, 2**40, 2**40)),
            world.entry(e.OfferStarted(*key, text)),
            world.entry(e.OfferEnded(*key, text, "missed", 1e300)),
            world.entry(e.Answered(*key, text, 2**40)),
            world.entry(e.Transferred(*key, text, "blind", text, text)),
            world.entry(e.HandlingEnded(*key, text, "agent", 2**40)),
            world.entry(e.OwnCallStarted(text, text, "outbound", text)),
            world.entry(e.OwnCallEnded(text, text)),
            world.entry(e.MembershipAdded(text, text, dynamic=True)),
            world.entry(e.MemberPaused(text, text, text)),
            world.entry(
                e.SnapshotTaken([], [], [e.WaitingRow("q", f"w{n}", 1, at_ms)], [], [], [], []), world.now_ms + n
            ),
        ]
    keeper = Keeper(engine, told(entries))
    keeper.follow(len(entries))
    keeper.write()
    rows = kept(engine)
    assert len(rows["visits"]) == 8
    assert {len(row["queue"]) for row in rows["visits"]} == {200, 11, 4, 1}
    assert len(rows["own_calls"]) == 4
