"""A recording served over TCP, through collector, Redis and historian, gives the numbers of its truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.site import Site, site, until

RECORDINGS = Path(__file__).parents[1] / "recordings"
EXITS = {"EXITWITHTIMEOUT": "timeout", "EXITWITHKEY": "key", "EXITEMPTY": "empty", "WITHDRAW": "withdraw"}


def truth_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDINGS / name / "truth.json").read_text(encoding="utf-8"))
    return found


def counts_of_truth(queue: dict[str, Any]) -> dict[str, Any]:
    return {
        "offered": queue["offered"],
        "answered": queue["answered"],
        "abandoned": queue["abandoned"],
        "left": {EXITS[name]: count for name, count in queue["exits"].items()},
        "lost": queue["lost_waiting"],
        "not taken": queue["ringnoanswer"],
        "within 20 s": queue["answered_in_20s"],
    }


def counts_of_floor(queue: dict[str, Any]) -> dict[str, Any]:
    return {
        "offered": queue["offered"],
        "answered": queue["answered"],
        "abandoned": queue["abandoned"],
        "left": {reason: count for reason, count in queue["left_otherwise_by_reason"].items() if count},
        "lost": queue["lost"],
        "not taken": queue["missed_offers"] + queue["rejected_offers"],
        "within 20 s": queue["answered_within_t"],
    }


def play(here: Site, name: str, speed: float, within_s: float) -> dict[str, Any]:
    """Serve the recording to its end, and return the floor when the historian has all of it."""
    here.start(
        "replay",
        str(RECORDINGS / name),
        "--speed",
        str(speed),
        "--port",
        str(here.switch_port),
        "--queue-log",
        str(here.queue_log),
    )
    here.start_all()
    until(lambda: here.processes["replay"].poll() is not None, within_s, "the recording ends")
    wanted = {queue: counts_of_truth(values) for queue, values in truth_of(name)["queues"].items()}
    floor: dict[str, Any] = {}

    def agrees() -> bool:
        floor.update(here.floor())
        return {
            queue: counts_of_floor(values) for queue, values in floor["queues"].items() if values["offered"]
        } == wanted

    try:
        until(agrees, 15, "the counts equal the truth")
    except AssertionError:
        found = {queue: counts_of_floor(values) for queue, values in floor["queues"].items()}
        assert found == wanted  # shows the difference
    return floor


@pytest.mark.pipeline
@pytest.mark.parametrize(("name", "within_s"), [("small", 30), ("exits", 30), ("normal", 60), ("nasty", 60)])
def test_counts_are_right_at_twenty_times_the_speed(tmp_path: Path, name: str, within_s: float) -> None:
    with site(tmp_path) as here:
        play(here, name, 20, within_s)


@pytest.mark.pipeline
@pytest.mark.timeout(240)
def test_waits_and_talk_are_right_in_real_time(tmp_path: Path) -> None:
    with site(tmp_path) as here:
        floor = play(here, "small", 1, 180)
    truth = truth_of("small")
    for queue, values in truth["queues"].items():
        found = floor["queues"][queue]
        assert found["asa"] == pytest.approx(values["mean_wait_answered"], abs=0.001), queue
        assert found["avg_abandon_wait"] == (
            pytest.approx(values["mean_wait_abandoned"]) if values["abandoned"] else None
        )
    talks = {agent["name"]: agent for agent in floor["agents"].values()}
    for name, values in truth["agents"].items():
        found = talks[name]
        assert found["calls_handled"] == values["calls_taken"], name
        assert found["talk_handled"] == values["talk_seconds"], name
        assert found["paused_any_queue"] == pytest.approx(
            values["pause_seconds_any_queue"], abs=1 + len(values["pause"])
        ), name
