"""History of recordings of a real switch, call by call, against what its own queue_log says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from collectors.asterisk.recording import entries
from collectors.events import Entry, FloorSettings, QueueSettings, SettingsChanged
from dashboard.floor.counters import AGENT_NAMES, QUEUE_NAMES
from dashboard.floor.histogram import total
from dashboard.floor.intervals import intervals
from dashboard.floor.state import Floor
from dashboard.history.numbers import Numbers
from dashboard.history.offline import numbered, record
from dashboard.history.recording.rows import unpacked_waits
from tests.asterisk.tally import truth_of
from tests.history.kept import NUMBERS, Kept, kept

RECORDINGS = Path(__file__).parent.parent / "recordings"
NAMES = ("small", "normal", "exits", "nasty")
EXITS = {"EXITWITHTIMEOUT": "timeout", "EXITWITHKEY": "key", "EXITEMPTY": "empty", "WITHDRAW": "withdraw"}
ENDS = {"COMPLETECALLER": "caller", "COMPLETEAGENT": "agent"}
TRANSFERS = {"BLINDTRANSFER": "blind", "ATTENDEDTRANSFER": "attended"}


@dataclass
class Stay:
    """One stay of one call in one queue, as the log tells it."""

    call: str
    queue: str
    number: str
    connected: bool = False
    agent: str = ""
    wait_s: int | None = None
    exit: str = ""
    talk_s: int | None = None
    by: str = ""
    transfer: str = ""
    missed: int = 0
    is_over: bool = False
    entered_s: int = 0


def stays(name: str) -> list[Stay]:
    """Every stay in the log, in order."""
    found: list[Stay] = []
    newest: dict[tuple[str, str], Stay] = {}
    for line in (RECORDINGS / name / "queue_log").read_text("utf-8", "replace").splitlines():
        at_s, call, queue, agent, event, *data = line.split("|")
        if event == "ENTERQUEUE":
            stay = newest[call, queue] = Stay(call, queue, data[1], entered_s=int(at_s))
            found.append(stay)
        elif (call, queue) in newest:
            _tell(newest[call, queue], event, agent, data)
        elif event == "QUEUESTART":
            for one in newest.values():
                one.is_over = True  # whoever was there died with the switch
            newest.clear()
    return found


def _tell(stay: Stay, event: str, agent: str, data: list[str]) -> None:
    if event == "CONNECT":
        stay.connected, stay.wait_s, stay.agent = True, int(data[0]), agent
    elif event == "RINGNOANSWER":
        stay.missed += 1
    elif event == "ABANDON":
        stay.exit, stay.wait_s = "abandoned", int(data[2])
    elif event in EXITS:
        stay.exit = EXITS[event]
    elif event in ENDS:
        stay.by, stay.talk_s = ENDS[event], int(data[1])
    elif event in TRANSFERS:
        stay.transfer = TRANSFERS[event]


def recorded(engine: Engine, name: str) -> tuple[Floor, Kept]:
    floor = record(engine, "main", numbered(told(name)), NUMBERS, at_once=97)
    return floor, kept(engine)


@cache
def told(name: str) -> tuple[Entry, ...]:
    whole = tuple(entries(RECORDINGS / name))
    settings = FloorSettings(default_queue=QueueSettings(wrap_up_s=7))
    first = Entry("main", "settings", "", 1, 1, whole[0].at_ms, SettingsChanged(settings))
    return (first, *whole)


def visits_of(rows: Kept) -> Iterator[tuple[tuple[str, str], list[dict[str, Any]]]]:
    """The visits of each call to each queue, in order."""
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in sorted(rows["visits"], key=lambda row: row["visit"]):
        grouped.setdefault((row["call"], row["queue"]), []).append(row)
    yield from grouped.items()


@pytest.mark.parametrize("name", NAMES)
def test_history_is_the_truth_call_by_call_and_the_floor_s_own_counts(engine: Engine, name: str) -> None:
    floor, rows = recorded(engine, name)
    check_calls(floor, rows, name)
    check_half_hours(floor, rows)
    check_agents(floor, rows)


def check_calls(floor: Floor, rows: Kept, name: str) -> None:
    """Every call of the log is there as it was."""
    logged: dict[tuple[str, str], list[Stay]] = {}
    for stay in stays(name):
        logged.setdefault((stay.call, stay.queue), []).append(stay)
    overcounted = {(one.call, one.queue) for one in truth_of(name).overcounted}
    mine = dict(visits_of(rows))
    assert set(mine) == set(logged)
    missed = Counter((row["call"], row["queue"]) for row in rows["offers"] if row["outcome"] in {"missed", "rejected"})
    names = {agent.name: agent.id for agent in floor.agents.values()}
    for key, true in logged.items():
        assert len(mine[key]) == len(true), key
        assert missed[key] == sum(stay.missed for stay in true), key
        for row, stay in zip(mine[key], true, strict=True):
            check(row, stay, is_exact=key not in overcounted)
            if stay.agent in names and row["agent"] is not None:
                assert row["agent"] == names[stay.agent]


def check(row: dict[str, Any], stay: Stay, *, is_exact: bool) -> None:
    assert abs(row["joined_ms"] / 1000 - stay.entered_s) <= 2
    assert row["number_hash"] == NUMBERS.hash(stay.number)
    if stay.connected:
        assert (row["outcome"], row["wait_s"]) == ("answered", stay.wait_s)
        if stay.talk_s is not None and is_exact:
            assert (row["ended_by"], row["talk_s"] + row["hold_s"]) == (stay.by, stay.talk_s)
        if stay.is_over and not stay.by and not stay.transfer:
            assert (row["ended_by"], row["talk_s"]) == ("switch", None)
        if stay.transfer:
            assert row["transfer_kind"] == stay.transfer
    elif stay.exit == "abandoned":
        assert (row["outcome"], row["reason"], row["wait_s"]) == ("abandoned", None, stay.wait_s)
    elif stay.exit:
        assert (row["outcome"], row["reason"]) == ("left", stay.exit)
    elif stay.is_over:
        assert (row["outcome"], row["reason"]) == ("left", "lost")
    if not stay.connected:
        assert row["ended_ms"] is row["answered_ms"] is row["talk_s"] is None


def check_half_hours(floor: Floor, rows: Kept) -> None:
    """Half-hours are what the floor counted, and what the calls add up to."""
    for queue in floor.queues.values():
        mine = [row for row in rows["queue_intervals"] if row["queue"] == queue.id]
        assert [sum(row[one] for row in mine) for one in QUEUE_NAMES] == queue.today.counts.tolist(), queue.id
        for column, live in (("waits_answered", queue.today.answered), ("waits_abandoned", queue.today.abandoned)):
            assert sum(total(unpacked_waits(row[column])) for row in mine) == total(live)
        calls = [row for row in rows["visits"] if row["queue"] == queue.id]
        assert sum(row["offered"] for row in mine) == len(calls)
        assert sum(row["handled"] for row in mine) == sum(1 for row in calls if row["ended_ms"])
        assert sum(row["talk_s"] for row in mine) == sum(row["talk_s"] or 0 for row in calls)
        assert sum(row["wrap_ms"] for row in mine) == sum(row["wrap_ms"] or 0 for row in calls)
        assert sum(row["offers"] for row in calls) == sum(1 for row in rows["offers"] if row["queue"] == queue.id)
    for live_row in intervals(floor, None, floor.stream_ms):
        theirs = [row for row in rows["queue_intervals"] if row["start_ms"] == live_row.start_ms]
        assert live_row.offered == sum(row["offered"] for row in theirs)
        assert live_row.abandoned == sum(row["abandoned"] for row in theirs)


def check_agents(floor: Floor, rows: Kept) -> None:
    """Agents' half-hours are what the floor counted; their states follow each other without a hole, and name calls that are there."""
    visits = {"/".join((row["switch"], row["boot"], row["call"], str(row["visit"]))) for row in rows["visits"]}
    for agent in floor.agents.values():
        mine = [row for row in rows["agent_intervals"] if row["agent"] == agent.id]
        facts = [sum(row[one] for row in mine) for one in AGENT_NAMES[:14]]
        assert facts == agent.today[:14].tolist(), agent.id
        assert max((row["longest_s"] for row in mine), default=0) == agent.today[14]
        stretches = sorted((row for row in rows["agent_states"] if row["agent"] == agent.id), key=_start)
        assert [row["end_ms"] for row in stretches[:-1]] == [row["start_ms"] for row in stretches[1:]]
        assert [row["end_ms"] for row in stretches[-1:]] == [None] * len(stretches[-1:])
        assert [row["start_ms"] for row in stretches][-len(agent.log) :] == [line >> 8 for line in agent.log]
        named = {row["call"] for row in stretches if row["queue"] is not None}
        assert named <= visits
        assert named or not any(row["handled"] for row in mine)


def _start(row: dict[str, Any]) -> int:
    return int(row["start_ms"])


def test_numbers_are_masked_hashed_and_kept_only_if_wanted(engine: Engine) -> None:
    secretive = Numbers(b"another key of thirty-two bytes!")
    record(engine, "main", numbered(told("small")), secretive)
    rows = kept(engine)["visits"]
    assert {row["number"] for row in rows} == {None}
    assert all("****" in row["number_masked"] for row in rows)
    assert {row["number_hash"] for row in rows} == {secretive.hash(stay.number) for stay in stays("small")}
    assert secretive.hash("13800033007") != NUMBERS.hash("13800033007")
