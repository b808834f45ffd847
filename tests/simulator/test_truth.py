"""The truth: its parts add up, after every step, and what the switch prints agrees with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from collectors.simulator import SimulatorConfig, World

from .worlds import START, Run

BUSY = {"missed_share": 0.2, "pauses_per_hour": 3, "own_calls_per_hour": 3, "talk_mean_s": 60, "patience_mean_s": 40}
TRAPS = [
    frozenset[int](),
    frozenset({1}),
    frozenset({2, 9}),
    frozenset({7}),
    frozenset({12, 18, 20}),
    frozenset({26, 29, 30}),
]


def partition(queue: dict[str, Any]) -> int:
    return sum(
        (
            queue["answered"],
            queue["abandoned"],
            queue["lost_waiting"],
            queue["still_waiting"],
            sum(queue["exits"].values()),
        )
    )


@pytest.mark.parametrize("traps", TRAPS, ids=lambda traps: "+".join(map(str, sorted(traps))) or "none")
def test_every_visit_ends_in_one_way(traps: frozenset[int]) -> None:
    world = World(SimulatorConfig(agents=24, warm_up_s=0, traps=traps, calls_per_hour=900, **BUSY), START)  # type: ignore[arg-type]
    world.wake()
    for minute in range(1, 41):
        world.run_until(START + minute * 60)
        truth = world.truth.snapshot()
        for queue in truth["queues"].values():
            assert queue["offered"] == partition(queue)
            assert queue["answered"] == len(queue["waits"])
            assert queue["answered"] == len(queue["talks"]) + queue["still_talking"] + queue["lost_talking"]
        agents = truth["agents"].values()
        assert sum(agent["calls_taken"] for agent in agents) == sum(
            queue["answered"] for queue in truth["queues"].values()
        )
    assert sum(queue["answered"] for queue in truth["queues"].values()) > 100


@pytest.mark.parametrize("traps", TRAPS, ids=lambda traps: "+".join(map(str, sorted(traps))) or "none")
def test_live_rows_and_agents_agree(traps: frozenset[int]) -> None:
    world = World(SimulatorConfig(agents=24, warm_up_s=30, traps=traps, **BUSY), START)  # type: ignore[arg-type]
    world.wake()
    seen = Counter[str]()
    for second in range(0, 1500, 5):
        world.run_until(START + second)
        live = world.truth.snapshot()["live"]
        talkers = [row["agent"] for row in live["handlings"]]
        callers = [row["agent"] for row in live["own_calls"]]
        ringers = [agent for row in live["waiting"] for agent in row["ringing"]]
        assert len(set(talkers + callers + ringers)) == len(talkers + callers + ringers), (
            "an agent does one thing at a time"
        )
        for interface, agent in live["agents"].items():
            seen[agent["state"]] += 1
            assert (agent["state"] in {"talking", "holding"}) == (
                interface in talkers or (interface in callers and agent["state"] == "talking")
            )
        devices = {row["agent"]: row["device"] for row in live["members"]}
        assert all(
            device in {"free", "in_use", "ringing", "unavailable", "ring_in_use", "busy"} for device in devices.values()
        )
    assert {"talking", "ringing", "paused", "available", "wrapping_up"} <= set(seen)


def test_the_events_say_what_the_truth_says() -> None:
    run = Run(2400, keep_visits=True, **BUSY)
    queues = run.truth["queues"]
    said: dict[str, Counter[str]] = defaultdict(Counter)
    waits: dict[str, list[int]] = defaultdict(list)
    for event in run.named(
        "QueueCallerJoin", "AgentConnect", "AgentRingNoAnswer", "QueueCallerAbandon", "QueueCallerLeave"
    ):
        said[event["Queue"]][event.name] += 1
        if event.name == "AgentConnect":
            waits[event["Queue"]].append(int(event["HoldTime"]))
    for name, queue in queues.items():
        assert said[name]["QueueCallerJoin"] == queue["offered"]
        assert said[name]["AgentConnect"] == queue["answered"]
        assert waits[name] == queue["waits"]
        assert said[name]["AgentRingNoAnswer"] == queue["ringnoanswer"]
        assert said[name]["QueueCallerLeave"] == queue["offered"] - queue["still_waiting"]
        keys = queue["exits"].get("EXITWITHKEY", 0)
        assert said[name]["QueueCallerAbandon"] == queue["abandoned"] + sum(queue["exits"].values()) - keys
    assert len(run.truth["visits"]) == sum(queue["offered"] for queue in queues.values())


def test_queue_log_says_what_the_truth_says(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    run = Run(2400, queue_log_path=log, **BUSY)
    rows = [line.split("|") for line in log.read_text(encoding="utf-8").splitlines()]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    talks: dict[str, list[int]] = defaultdict(list)
    for _, _, queue, _, event, *values in rows:
        counts[queue][event] += 1
        if event in {"COMPLETECALLER", "COMPLETEAGENT"}:
            talks[queue].append(int(values[1]))
        elif event in {"BLINDTRANSFER", "ATTENDEDTRANSFER"}:
            talks[queue].append(int(values[3]))
    overcounted = Counter(row["queue"] for row in run.truth["talk_overcounted_by_queue_log"])
    for name, queue in run.truth["queues"].items():
        assert counts[name]["ENTERQUEUE"] == queue["offered"]
        assert counts[name]["CONNECT"] == queue["answered"]
        assert counts[name]["RINGNOANSWER"] == queue["ringnoanswer"]
        assert counts[name]["ABANDON"] == queue["abandoned"]
        for word, number in queue["exits"].items():
            assert counts[name][word] == number
        if not overcounted[name] and not run.world.late_talks:
            assert sorted(talks[name]) == sorted(queue["talks"])


def test_a_queue_log_of_a_day_is_one_file_per_world(tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    for path in (first, second):
        Run(300, queue_log_path=path)
    assert first.read_bytes() == second.read_bytes()
