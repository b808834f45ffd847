"""A recording served over TCP, through collector, Redis and historian, and the counts of its truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.patience import HANG_S
from tests.pipeline.site import Site, until

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
        until(agrees, HANG_S, "the counts equal the truth")
    except AssertionError:
        found = {queue: counts_of_floor(values) for queue, values in floor["queues"].items()}
        assert found == wanted  # shows the difference
    return floor
