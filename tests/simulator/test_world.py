"""The simulated world: one seed is one world, and a floor that lives like a real one."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from collectors.simulator import SimulatorConfig, SimulatorError, World

from .worlds import START, Run


def test_one_seed_prints_the_same_bytes() -> None:
    first, again, other = (Run(240, seed=seed, warm_up_s=60) for seed in (7, 7, 8))
    assert [sent.data for sent in first.sent] == [sent.data for sent in again.sent]
    assert len(first.sent) > 500
    assert [sent.data for sent in first.sent] != [sent.data for sent in other.sent]


def test_the_callers_of_a_seed_come_whatever_the_agents_do() -> None:
    quiet = Run(600, calls_per_hour=400, pauses_per_hour=0, own_calls_per_hour=0)
    busy = Run(600, calls_per_hour=400, pauses_per_hour=6, own_calls_per_hour=9, missed_share=0.4)

    def callers(run: Run) -> list[tuple[str, str]]:
        rows = [
            event for event in run.named("Newchannel") if event["Context"] == "from-trunk" and event["Exten"] != "s"
        ]
        return [(event["CallerIDNum"], event["Exten"]) for event in rows]

    assert callers(quiet) == callers(busy)
    assert len(callers(quiet)) > 20


def test_slices_of_time_do_not_change_the_world() -> None:
    at_once, in_slices = World(SimulatorConfig(agents=20), START), World(SimulatorConfig(agents=20), START)
    for world in (at_once, in_slices):
        world.wake()
    at_once.run_until(START + 120)
    for tenth in range(1, 1201):
        while not in_slices.run_until(START + tenth / 10, limit=3):
            pass
    assert at_once.truth.snapshot() == in_slices.truth.snapshot()


@pytest.mark.parametrize("agents", [20, 60, 200])
def test_an_ordinary_hour_is_busy_but_not_drowning(agents: int) -> None:
    run = Run(900, agents=agents, warm_up_s=120, seed=2)
    queues = run.truth["queues"].values()
    answered = sum(queue["answered"] for queue in queues)
    abandoned = sum(queue["abandoned"] for queue in queues)
    within = sum(queue["answered_in_20s"] for queue in queues)
    assert answered > agents * 2
    assert 0.6 < within / (answered + abandoned) <= 1
    assert abandoned / answered < 0.12


def test_the_floor_is_warm_in_its_first_moment() -> None:
    live = Run(0, agents=60, warm_up_s=60).truth["live"]
    states = [agent["state"] for agent in live["agents"].values()]
    assert states.count("talking") > 25
    assert states.count("paused") >= 1
    assert states.count("available") + states.count("wrapping_up") >= 2
    assert len({handling["call"] for handling in live["handlings"]}) == states.count("talking") + states.count(
        "holding"
    ) - len([call for call in live["own_calls"] if live["agents"][call["agent"]]["state"] == "talking"])


def test_the_past_can_be_lived_into_queue_log(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    run = Run(0, agents=20, history_hours=2, warm_up_s=60, queue_log_path=log)
    lines = log.read_text(encoding="utf-8").splitlines()
    stamps = [int(line.split("|")[0]) for line in lines]
    assert stamps == sorted(stamps)
    assert stamps[0] == int(START - 2 * 3600 - 60)
    offered = sum(queue["offered"] for queue in run.truth["queues"].values())
    assert sum(line.split("|")[4] == "ENTERQUEUE" for line in lines) == offered > 200


def test_five_thousand_agents_start_quickly() -> None:
    before = time.process_time()
    world = World(SimulatorConfig(agents=5000), START)
    world.wake()
    assert time.process_time() - before < 6, "1.4 s in a process of its own"
    live = world.truth.snapshot()["live"]
    assert len(live["agents"]) == 5000
    assert len(live["handlings"]) > 2500


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"agents": 0}, "agents = 0: the simulator has 1 to 9000 agents."),
        ({"speed": 0}, "speed = 0: must be above 0 (1 is real time)."),
        ({"traps": frozenset({99})}, "trap 99: there is no such point; docs/simulator.md lists 1 to 52."),
        ({"noise": frozenset({"dust"})}, "noise 'dust': choose from cdr, cel, newexten, rtcp, varset."),
    ],
)
def test_a_bad_value_is_one_sentence(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(SimulatorError) as error:
        SimulatorConfig(**wrong)  # type: ignore[arg-type]
    assert str(error.value) == sentence
