"""Histograms, Erlang A, checkpoints, and the floor's purity."""

from __future__ import annotations

import ast
import math
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import events as e
from dashboard.floor import histogram
from dashboard.floor.arrays import Longs, zeros
from dashboard.floor.checkpoint import FOLD_VERSION, CheckpointError, dump, load
from dashboard.floor.derived import Derived
from dashboard.floor.erlang import agents_needed, served_within
from dashboard.floor.intervals import intervals
from dashboard.floor.ledger import pack_fact, unpack_fact
from dashboard.floor.summary import summary
from tests.floor.site import Site
from tests.floor.world import T0

FLOOR = Path(__file__).parents[2] / "dashboard" / "floor"


@given(st.lists(st.integers(0, 5000)), st.integers(0, 600))
def test_a_histogram_answers_any_threshold(waits: list[int], threshold_s: int) -> None:
    bins = zeros(0)
    for wait_s in waits:
        histogram.change(bins, wait_s, 1)
    assert histogram.total(bins) == len(waits)
    assert histogram.within(bins, threshold_s) == sum(1 for wait_s in waits if wait_s <= threshold_s)
    longest = max(waits, default=0)
    assert longest - 60 < histogram.longest(bins) <= longest
    for wait_s in waits:
        histogram.change(bins, wait_s, -1)
    assert not any(bins)


def test_coarse_bins_count_once_they_lie_within() -> None:
    bins = zeros(0)
    for wait_s in (601, 660, 661, 10**6):
        histogram.change(bins, wait_s, 1)
    assert [histogram.within(bins, t) for t in (-1, 600, 659, 660, 720, 10**7)] == [0, 0, 0, 2, 3, 4]


@given(st.integers(T0, 2 * T0), st.integers(0, 31), st.integers(-(2**28), 2**28 - 1))
def test_a_packed_fact_is_unpacked(at_ms: int, counter: int, amount: int) -> None:
    fact = pack_fact(at_ms, counter, amount)
    assert unpack_fact(fact) == (counter, amount)
    assert Longs("q", [fact])[0] == fact


def erlang_c_within(agents: int, load: float, handle_s: float, threshold_s: float) -> float:
    """Textbook Erlang C: nobody leaves."""
    terms = [load**k / math.factorial(k) for k in range(agents)]
    busy = load**agents / math.factorial(agents) * agents / (agents - load)
    waits = busy / (sum(terms) + busy)
    return 1 - waits * math.exp(-(agents - load) * threshold_s / handle_s)


@pytest.mark.parametrize(("agents", "calls_per_h"), [(12, 200), (14, 200), (35, 600)])
def test_with_endless_patience_erlang_a_is_erlang_c(agents: int, calls_per_h: int) -> None:
    load = calls_per_h / 3600 * 180
    expected = erlang_c_within(agents, load, 180, 20)
    assert served_within(agents, calls_per_h / 3600, 180, 1e7, 20) == pytest.approx(expected, abs=0.002)


def simulated(agents: int, arrivals_per_s: float, handle_s: float, patience_s: float, threshold_s: float) -> float:
    """The same queue, caller by caller."""
    import random

    rng = random.Random(3)
    free_at, now, met, n = [0.0] * agents, 0.0, 0, 60_000
    for _ in range(n):
        now += rng.expovariate(arrivals_per_s)
        first = min(range(agents), key=free_at.__getitem__)
        wait_s = max(free_at[first] - now, 0.0)
        if wait_s <= rng.expovariate(1 / patience_s):
            free_at[first] = now + wait_s + rng.expovariate(1 / handle_s)
            met += wait_s <= threshold_s
    return met / n


@pytest.mark.parametrize(("agents", "patience_s"), [(8, 60), (10, 120), (5, 30)])
def test_erlang_a_agrees_with_a_simulation(agents: int, patience_s: float) -> None:
    expected = simulated(agents, 0.05, 180, patience_s, 20)
    assert served_within(agents, 0.05, 180, patience_s, 20) == pytest.approx(expected, abs=0.02)


def test_agents_needed_is_the_fewest() -> None:
    needed = agents_needed(0.05, 180, 120, 20, 0.8)
    assert served_within(needed, 0.05, 180, 120, 20) >= 0.8 > served_within(needed - 1, 0.05, 180, 120, 20)
    assert agents_needed(0, 180, 120, 20, 0.8) == 0
    assert agents_needed(30, 180, 120, 20, 0.8) > 4000


def test_staffing_gap_of_a_floor() -> None:
    site = Site()
    site.tell(0, e.MembershipAdded("q", "a", dynamic=True))
    assert site.of("staffing_gap") is None
    for n in range(90):
        site.tell(n * 20, e.QueueEntered("q", f"c{n}", 1), e.Answered("q", f"c{n}", 1, "b", 5))
        site.tell(n * 20, e.HandlingEnded("q", f"c{n}", 1, "b", "caller", 180))
    needed = agents_needed(90 / 1800, 180, 3600, 20, 0.8)
    assert site.of("staffing_gap") == 1 - needed
    assert site.of("staffing_gap") < -5


def test_intervals_of_the_day() -> None:
    site = Site(e.FloorSettings(interval_min=15))
    for n in range(4):
        site.tell(n * 900, e.QueueEntered("q", f"c{n}", 1), e.Answered("q", f"c{n}", 1, "a", 40 if n == 1 else 1))
    rows = intervals(site.floor, None, T0 + 2_700_000)
    assert [row.offered for row in rows if row.offered] == [1, 1, 1, 1]
    assert [row.service_level for row in rows[-4:]] == [1, 0, 1, 1]
    assert rows[-5].service_level is None
    assert all(row.end_ms - row.start_ms == 900_000 for row in rows)
    assert intervals(site.floor, ["other"], T0 + 2_700_000)[-1].offered == 0


def test_a_foreign_checkpoint_is_refused() -> None:
    data = dump(Site().floor)
    assert dump(load(data)) == data
    other = msgspec.msgpack.encode([FOLD_VERSION + 1, []])
    with pytest.raises(CheckpointError, match=f"fold version {FOLD_VERSION + 1}, this is {FOLD_VERSION}"):
        load(other)
    for wrong in (b"", b"garbage", data[:-5], msgspec.msgpack.encode([FOLD_VERSION, 3])):
        with pytest.raises(CheckpointError):
            load(wrong)


def test_the_journal_is_bounded_and_says_when_it_is_too_short() -> None:
    derived = Derived(Site().floor)
    derived.agent_changed("first")
    for n in range(50_000):
        derived.agent_changed(str(n))
    assert len(derived.journal) <= 20_000
    assert derived.changed_since(0) is None
    assert derived.changed_since(derived.journal_end() - 1) == ["49999"]


def test_what_is_remembered_is_bounded() -> None:
    site = Site()
    for n in range(3_000):
        site.of("occupancy", queues=[f"q{n}"])
    assert len(site.floor.derived.memory) == 1_024


def test_sums_of_whole_floors_are_few_and_those_of_teams_many() -> None:
    site = Site()
    site.tell(1, *(e.MembershipAdded("q", f"a{n}", f"A{n}") for n in range(2_000)))
    for n in range(100):
        site.of("occupancy", agents=[f"a{n + k}" for k in range(20)])
    kept = len(site.floor.derived.memory)
    assert kept >= 100
    for n in range(100):
        site.of("occupancy", agents=[f"a{k}" for k in range(2_000) if k != n])
    assert len(site.floor.derived.memory) == 64


def test_a_summary_is_json_and_holds_every_metric() -> None:
    site = Site()
    site.tell(1, e.MembershipAdded("q", "a", "Li"), e.QueueEntered("q", "c1", 1), e.QueueLeft("q", "c1", 1, "key"))
    told = msgspec.json.decode(msgspec.json.encode(summary(site.floor, T0 + 5000)))
    assert told["queues"]["q"]["left_otherwise_by_reason"] == {"key": 1}
    assert told["agents"]["a"]["name"] == "Li"
    assert "service_level.early_abandons_met" in told["queues"]["q"]


def test_the_floor_is_pure() -> None:
    """No clock, no I/O, no logging: only the vocabulary, msgspec and harmless parts of the standard library."""
    allowed = {"abc", "array", "bisect", "collections", "contextlib", "datetime", "functools", "hashlib", "heapq", "itertools", "math",
               "sys", "typing", "zlib", "zoneinfo", "__future__"}  # fmt: skip
    assert allowed <= set(sys.stdlib_module_names)
    for path in FLOOR.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
                if node.module == "collectors":
                    names = [f"collectors.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for name in names:
                is_known = name in {"msgspec", "collectors.events", "collectors.supervisor_legs"} or name.startswith(
                    "dashboard.floor"
                )
                assert is_known or name.split(".")[0] in allowed, (path.name, name)
        source = path.read_text()
        assert "datetime.now" not in source
        assert "open(" not in source.replace("is_open(", "").replace("was_open(", "")
