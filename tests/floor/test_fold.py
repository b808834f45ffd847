"""The fold against a switch that knows the truth: same floor from events as from a snapshot, whatever was lost or repeated."""

from __future__ import annotations

import random
import typing

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors import events as e
from dashboard.floor import counters as c
from dashboard.floor.checkpoint import dump, load, state_hash
from dashboard.floor.crew import CREW_STATES, crew_counts
from dashboard.floor.fold import FOLDS, Changes, fold
from dashboard.floor.metrics import value
from dashboard.floor.state import Floor
from tests.floor.world import ACTS, QUEUES, T0, World, live

Script = list[tuple[int, int, int]]


def script_of(seed: int, length: int, pace_ms: int) -> Script:
    """A long script from one seed: lists drawn one by one are too short to get a floor busy."""
    rng = random.Random(seed)
    return [(rng.randrange(len(ACTS)), rng.randrange(200), rng.randrange(pace_ms)) for _ in range(length)]


ACTIONS = st.builds(script_of, st.integers(0, 2**32), st.integers(1, 150), st.sampled_from([900, 9_000, 60_000]))


def told(script: Script) -> tuple[World, list[e.Entry]]:
    world = World()
    entries = world.start()
    for what, which, ms in script:
        entries += [world.entry(event) for event in world.act(what, which, ms)]
    return world, entries


def folded(entries: typing.Iterable[e.Entry]) -> Floor:
    floor = Floor("site")
    for i, entry in enumerate(entries):
        fold(floor, entry, f"{i}-0")
    return floor


def check_invariants(floor: Floor, now_ms: int) -> None:
    """Those of metrics.md, for each queue, each agent and the whole."""
    for queue in floor.queues.values():
        counts = queue.today.counts
        counted = sum(1 for key in queue.waiting if floor.visits[key].joined_ms is not None)
        gone = counts[c.ANSWERED] + counts[c.ABANDONED] + sum(counts[c.LEFT_TIMEOUT : c.LOST + 1])
        assert counts[c.OFFERED] == gone + counted
        assert min(counts) >= 0
        assert min(queue.today.answered, default=0) >= 0
        assert sum(queue.today.answered) <= counts[c.ANSWERED]
    for agent in floor.agents.values():
        times = [value(floor, name, agents=[agent.id], now_ms=now_ms).value for name in TIMES]
        assert sum(float(time or 0) for time in times) == pytest.approx(
            value(floor, "signed_in", agents=[agent.id], now_ms=now_ms).value
        )
    for queues in (None, ("sales",), ("support", "vip")):
        counts_by_state = crew_counts(floor, queues, now_ms)
        assert set(counts_by_state) == set(CREW_STATES)
        mine = [
            a for a in floor.agents.values() if any(queues is None or m.queue in queues for m in a.memberships.values())
        ]
        staffed = value(floor, "agents_staffed", queues=queues, now_ms=now_ms).value
        assert staffed == sum(
            1 for a in mine if value(floor, "state", agents=[a.id], now_ms=now_ms).value != "signed_out"
        )


TIMES = ("talk", "hold", "wrap_up", "ring", "available", "paused", "other_call", "monitoring", "unreachable")


def test_the_table_is_exhaustive() -> None:
    assert set(FOLDS) == set(typing.get_args(e.AnyEvent))


@settings(max_examples=40)
@given(ACTIONS)
def test_events_give_the_same_floor_as_a_snapshot(script: Script) -> None:
    world = World()
    floor = folded(world.start())
    for what, which, ms in script:
        for event in world.act(what, which, ms):
            fold(floor, world.entry(event))
        assert live(floor) == world.live()
    after_events = live(floor)
    fold(floor, world.entry(world.snapshot()))
    assert live(floor) == after_events
    fresh = folded([world.entry(e.LinkRestored()), world.entry(world.snapshot())])
    assert live(fresh) == world.live()


def essence(floor: Floor) -> bytes:
    """The floor without the marks that every entry leaves."""
    core = load(dump(floor)).core
    core.position, core.stream_ms = "", 0
    for link in core.links.values():
        link.n = link.epoch = link.alive_ms = 0
    return msgspec.msgpack.encode(core, enc_hook=lambda array: array.tobytes())


def test_every_type_of_event_changes_the_floor() -> None:
    rng = random.Random(7)
    world = World()
    floor = folded(world.start())
    changed: set[type[e.Event]] = set()
    reported: set[type[e.Event]] = set()
    ends: list[tuple[e.AnyEvent, int]] = [(e.LinkLost("timeout", T0), 1), (e.LinkRestored(), 2)]
    for _ in range(1500):
        for event in world.act(rng.randrange(len(ACTS)), rng.randrange(200), rng.randrange(1, 9000)):
            before = essence(floor)
            changes = fold(floor, world.entry(event))
            changed |= {type(event)} if essence(floor) != before else set()
            reported |= {type(event)} if changes.any else set()
    ends = [
        (e.LinkLost("timeout", world.now_ms), 1), (e.LinkRestored(), 2), (world.snapshot(), 9),
        (e.GapFilled(world.now_ms, world.now_ms + 5), 10), (e.SettingsChanged(e.FloorSettings(interval_min=15)), 11),
    ]  # fmt: skip
    for event, ms in ends:
        before = essence(floor)
        changes = fold(floor, world.entry(event, world.now_ms + ms))
        changed |= {type(event)} if essence(floor) != before else set()
        reported |= {type(event)} if changes.any else set()
    world.boot = "boot-2"
    before = essence(floor)
    assert fold(floor, world.entry(e.SwitchRestarted(), world.now_ms + 20)).links
    assert essence(floor) != before
    every = set(typing.get_args(e.AnyEvent)) - {e.SwitchRestarted}
    assert every - changed == set()
    assert every - reported - {e.CallerRefused} == set()


@settings(max_examples=25)
@given(ACTIONS)
def test_invariants_hold_after_every_event(script: Script) -> None:
    world = World()
    floor = folded(world.start())
    for what, which, ms in script:
        for event in world.act(what, which, ms):
            fold(floor, world.entry(event))
            check_invariants(floor, world.now_ms)
        check_invariants(floor, world.now_ms + 3_000)


@settings(max_examples=30)
@given(ACTIONS, st.sets(st.integers(0, 400)), st.sets(st.integers(0, 400)))
def test_loss_then_a_snapshot_equals_the_truth(script: Script, lost: set[int], repeated: set[int]) -> None:
    world, entries = told(script)
    floor = folded(entries[:3])
    for i, entry in enumerate(entries[3:]):
        if i not in lost:
            fold(floor, entry)
        if i in repeated:
            fold(floor, entry)
        check_invariants(floor, entry.at_ms)
    world.now_ms += 1000
    fold(floor, world.entry(world.snapshot(gap_from_ms=T0)))
    assert live(floor) == world.live()
    check_invariants(floor, world.now_ms)


@settings(max_examples=30)
@given(ACTIONS, st.integers(0, 1000), st.integers(0, 1000))
def test_restart_from_any_older_position_gives_one_hash(script: Script, saved: int, position: int) -> None:
    world, entries = told(script)
    whole = folded(entries)
    cut = saved % (len(entries) + 1)
    again = load(dump(folded(entries[:cut])))
    for i, entry in list(enumerate(entries))[position % (cut + 1) :]:
        fold(again, entry, f"{i}-0")
    assert state_hash(again, world.now_ms + 10_000) == state_hash(whole, world.now_ms + 10_000)
    assert dump(again) == dump(whole)


@settings(max_examples=20)
@given(ACTIONS)
def test_asking_changes_nothing(script: Script) -> None:
    world, entries = told(script)
    asked, silent = folded(entries[:3]), folded(entries[:3])
    for entry in entries[3:]:
        fold(asked, entry)
        fold(silent, entry)
        for ahead in (0, 8_000, 90_000):
            value(asked, "occupancy", window="last_5_min", now_ms=entry.at_ms + ahead)
            value(asked, "offered", window="last_15_min", now_ms=entry.at_ms + ahead)
            crew_counts(asked, None, entry.at_ms + ahead)
    assert dump(asked) == dump(silent)
    assert state_hash(asked, world.now_ms) == state_hash(silent, world.now_ms)


@settings(max_examples=25)
@given(ACTIONS, st.sampled_from(["day", "interval", "last_5_min", "last_30_min"]))
def test_incremental_sums_equal_sums_made_anew(script: Script, window: str) -> None:
    world = World()
    floor = folded(world.start())
    names = (
        "offered",
        "answered",
        "asa",
        "max_wait",
        "service_level",
        "aht",
        "occupancy",
        "agents_available",
        "agents_busy_elsewhere",
    )
    for what, which, ms in script:
        for event in world.act(what, which, ms):
            fold(floor, world.entry(event))
        now_ms = world.now_ms + which * 50
        for queues in (None, QUEUES[:2]):
            kept = [value(floor, name, queues=queues, window=window, now_ms=now_ms) for name in names]
            fresh = load(dump(floor))
            assert kept == [value(fresh, name, queues=queues, window=window, now_ms=now_ms) for name in names]
        everybody = list(floor.agents)
        total = value(floor, "talk", agents=None, window=window, now_ms=now_ms).value
        one_by_one = [value(floor, "talk", agents=[a], window=window, now_ms=now_ms).value for a in everybody]
        assert total == pytest.approx(sum(float(one or 0) for one in one_by_one))


def test_a_redelivered_entry_changes_nothing() -> None:
    _, entries = told([(i, i * 3, 500) for i in range(60)])
    floor = folded(entries)
    before = dump(floor)
    for entry in entries:
        assert not fold(floor, entry).any
    assert dump(floor) == before


def test_changes_merge() -> None:
    one, other = Changes(), Changes()
    assert "waiting" not in repr(one)
    other.queues.add("sales")
    other.waiting = True
    other.commands.add("c1")
    other.monitorings.add("pbx1/b/fw-c1/0")
    other.controls.add("pbx1")
    one.add(other)
    assert one.any
    assert one.of_supervision
    assert one.queues == {"sales"}
    assert (one.commands, one.monitorings, one.controls) == ({"c1"}, {"pbx1/b/fw-c1/0"}, {"pbx1"})
    assert "waiting" in repr(one)
