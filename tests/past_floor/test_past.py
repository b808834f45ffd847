"""A past: consistent with itself by a count of its own, the same for the same seed, and busy as a centre is."""

from __future__ import annotations

import itertools
import json
from collections import Counter, defaultdict
from datetime import date
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Engine, Table, select

from collectors.simulator import SimulatorConfig
from collectors.simulator.past import DayBook, PastConfig, days, days_for
from collectors.simulator.staff import plan
from dashboard.floor.calendar import business_day, interval_starts
from dashboard.floor.counters import AGENT_NAMES, QUEUE_NAMES
from dashboard.floor.histogram import bin_of
from dashboard.past_floor import Naming, Telling, make_past
from dashboard.store.engine import reading
from dashboard.store.schema.history import agent_intervals, agent_states, offers, own_calls, queue_intervals, visits

ZONE = "Europe/Berlin"
CONFIG = PastConfig(SimulatorConfig(agents=24, queues=4, time_zone=ZONE), last_day=date(2026, 10, 26), days=3)
"""Its second day has 25 hours."""
NAMING = Naming("berlin", "pbx", "past", lambda number: number.encode()[-16:].rjust(16, b"0"))

Row = dict[str, Any]
Key = tuple[Any, ...]


@cache
def _start(quarter: int) -> int:
    day = business_day(quarter * 900_000, ZONE)
    return max(start for start in interval_starts(day, ZONE, 30) if start <= quarter * 900_000)


def slot(at_ms: int) -> int:
    return _start(at_ms // 900_000)


def rows_of(engine: Engine, table: Table) -> list[Row]:
    with reading(engine) as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def counted_queues(visits_: list[Row], offers_: list[Row]) -> tuple[dict[Key, Counter[str]], dict[Key, Counter[int]]]:
    """What the half-hours have to say, one visit after the other."""
    counts: dict[Key, Counter[str]] = defaultdict(Counter)
    waits: dict[Key, Counter[int]] = defaultdict(Counter)
    before: dict[Key, Row] = {}
    for row in sorted(visits_, key=lambda row: (row["call"], row["visit"])):
        joined = counts[row["queue"], slot(row["joined_ms"])]
        joined["offered"] += 1
        joined["repeat_visits"] += row["is_repeat"]
        waits[row["queue"], slot(row["joined_ms"]), row["outcome"]][bin_of(row["wait_s"])] += 1
        joined["max_wait_s"] = max(joined["max_wait_s"], row["wait_s"])
        if row["outcome"] == "answered":
            joined["answered"] += 1
            joined["wait_answered_s"] += row["wait_s"]
            ended = counts[row["queue"], slot(row["ended_ms"])]
            for name in ("talk_s", "hold_s", "wrap_ms"):
                ended[name] += row[name]
            ended["handled"] += 1
            ended["hung_up_by_agent"] += row["ended_by"] == "agent"
            ended["transferred_out"] += row["transfer_kind"] is not None
        elif row["outcome"] == "abandoned":
            joined["abandoned"] += 1
            joined["abandoned_ringing"] += row["rang_at_end"]
            joined["wait_abandoned_s"] += row["wait_s"]
        else:
            joined[f"left_{row['reason']}"] += 1
        earlier = before.get((row["call"], row["visit"] - 1))
        if earlier is not None and earlier["queue"] != row["queue"]:
            way = "transferred" if earlier["transfer_kind"] else "overflow"
            joined[f"{way}_in"] += 1
            if way == "overflow":
                counts[earlier["queue"], slot(row["joined_ms"])]["overflow_out"] += 1
        before[row["call"], row["visit"]] = row
    for row in offers_:
        if row["outcome"] in {"missed", "rejected"}:
            counts[row["queue"], slot(row["ended_ms"])][row["outcome"]] += 1
    return counts, waits


def counted_agents(tables: dict[str, list[Row]]) -> tuple[dict[Key, Counter[str]], dict[Key, Counter[str]]]:
    counts: dict[Key, Counter[str]] = defaultdict(Counter)
    reasons: dict[Key, Counter[str]] = defaultdict(Counter)
    for row in tables["visits"]:
        if row["agent"] is not None:
            own = counts[row["agent"], slot(row["ended_ms"]), row["queue"]]
            for name in ("talk_s", "hold_s", "wrap_ms"):
                own[name] += row[name]
            own["handled"] += 1
            own["hung_up_first"] += row["ended_by"] == "agent"
            own["transfers"] += row["transfer_kind"] is not None
            own["longest_s"] = max(own["longest_s"], row["talk_s"] + row["hold_s"])
            own["last_call_ms"] = max(own["last_call_ms"], row["ended_ms"])
    for row in tables["offers"]:
        if row["outcome"] in {"missed", "rejected"}:
            counts[row["agent"], slot(row["ended_ms"]), row["queue"]][row["outcome"]] += 1
    for row in tables["own_calls"]:
        own = counts[row["agent"], slot(row["ended_ms"]), ""]
        own["dialled"] += row["kind"] == "outbound"
        if row["talk_s"] is not None and row["kind"] == "outbound":
            own.update({"connected": 1, "own_calls": 1, "effective": int(row["talk_s"] >= 30), "own_s": row["talk_s"]})
            own["longest_s"] = max(own["longest_s"], row["talk_s"])
            own["last_call_ms"] = max(own["last_call_ms"], row["ended_ms"])
    names = {"talking": "talking_ms", "holding": "holding_ms", "ringing": "ringing_ms", "paused": "paused_ms"} | {
        name: f"{name}_ms" for name in ("wrapping_up", "available", "unreachable")
    }
    for row in tables["agent_states"]:
        at_ms = row["start_ms"]
        while row["state"] != "signed_out" and at_ms < row["end_ms"]:
            until_ms = at_ms
            while slot(until_ms) == slot(at_ms) and until_ms < row["end_ms"]:
                until_ms = min((until_ms // 900_000 + 1) * 900_000, row["end_ms"])
            own = counts[row["agent"], slot(at_ms), ""]
            own["other_call_ms" if row["is_internal"] else names[row["state"]]] += until_ms - at_ms
            own["signed_in_ms"] += until_ms - at_ms
            if row["state"] == "paused":
                reasons[row["agent"], slot(at_ms)][row["reason"]] += until_ms - at_ms
            at_ms = until_ms
    return counts, reasons


def test_the_half_hours_are_the_sums_of_what_happened_and_nobody_does_two_things_at_once(engine: Engine) -> None:
    """Over the day on which the clock goes back, on both databases."""
    made = make_past([engine], NAMING, CONFIG)
    tables = {str(table.name): rows_of(engine, table) for table in (visits, offers, own_calls, agent_states)}
    counts, waits = counted_queues(tables["visits"], tables["offers"])
    found = rows_of(engine, queue_intervals)
    assert {(row["queue"], row["start_ms"]) for row in found} == counts.keys()
    for row in found:
        key = (row["queue"], row["start_ms"])
        assert {name: row[name] for name in (*QUEUE_NAMES, "max_wait_s")} == {
            name: counts[key][name] for name in (*QUEUE_NAMES, "max_wait_s")
        }
        for kind in ("answered", "abandoned", "left"):
            assert msgspec.msgpack.decode(row[f"waits_{kind}"], type=dict[int, int]) == waits[*key, kind]
        assert row["end_ms"] - row["start_ms"] == 1_800_000
    counts, reasons = counted_agents(tables)
    rows = rows_of(engine, agent_intervals)
    assert {(row["agent"], row["start_ms"], row["queue"]) for row in rows} == counts.keys()
    teams = {agent.interface: agent.team for agent in plan(CONFIG.floor).agents}
    for row in rows:
        own = counts[row["agent"], row["start_ms"], row["queue"]]
        assert {name: row[name] for name in AGENT_NAMES} == {name: own[name] for name in AGENT_NAMES}
        wanted = reasons[row["agent"], row["start_ms"]] if row["queue"] == "" else {}
        assert json.loads(row["paused_by_reason"]) == wanted
        assert row["team"] == teams[row["agent"]]
        assert row["signed_in_ms"] <= 1_800_000
    stretches: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(tables["agent_states"], key=lambda row: int(row["start_ms"])):
        stretches[row["agent"]].append(row)
    for own_rows in stretches.values():
        assert all(one["end_ms"] == two["start_ms"] for one, two in itertools.pairwise(own_rows))
    assert made.contacts == len({row["call"] for row in tables["visits"]}) > 1_500
    assert made.rows["visits"] == len(tables["visits"]) > made.contacts


def test_the_same_seed_is_the_same_past_and_it_is_as_busy_as_a_centre_is() -> None:
    def lived(config: PastConfig) -> list[DayBook]:
        return list(days(config))

    once, again = lived(CONFIG), lived(CONFIG)
    assert [(book.visits, book.states) for book in once] == [(book.visits, book.states) for book in again]
    shown = [row for book in once for row in book.visits]
    share = sum(row[6] == "answered" for row in shown) / len(shown)
    assert 0.8 < share < 0.99
    assert sum(row[6] == "answered" and row[5] <= 20 for row in shown) / len(shown) > 0.6


def test_so_many_days_as_it_takes() -> None:
    large = PastConfig(SimulatorConfig(agents=500, queues=20), date(2026, 11, 20), 1)
    assert 200 < days_for(10_000_000, large) < 300
    assert days_for(1, large) == 1


def test_single_states_can_be_left_out_and_numbers_kept(engine: Engine) -> None:
    short = PastConfig(CONFIG.floor, CONFIG.last_day, 2)
    keeping = Naming("berlin", "pbx", "past", NAMING.hashed, keeps_numbers=True)
    seen: list[int] = []
    made = make_past([engine], keeping, short, Telling(states_days=0, progress=lambda day, _: seen.append(day)))
    assert made.rows["agent_states"] < made.rows["agent_intervals"]
    assert seen == [1, 2, 3]
    assert all(
        row["number"].startswith("1") and row["number"][-4:] == row["number_masked"][-4:]
        for row in rows_of(engine, visits)
    )
