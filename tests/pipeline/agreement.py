"""Whether a running site's floor equals the simulated switch's own books, at one instant.

The switch goes on while we look: its books are read before and after the floor, and only a floor between two equal readings is
compared. Several tries find such an instant.
"""

from __future__ import annotations

import json
import time
import urllib.request
from typing import Any

from tests.pipeline.site import Site

EXITS = {"EXITWITHTIMEOUT": "timeout", "EXITWITHKEY": "key", "EXITEMPTY": "empty", "WITHDRAW": "withdraw"}
COUNTS = (
    "offered",
    "answered",
    "abandoned",
    "left_otherwise",
    "lost",
    "missed_offers",
    "rejected_offers",
    "waiting",
    "in_progress",
)

SAME = {"holding": "talking", "unreachable": "signed_out", "wrapping_up": "paused"}
"""A hold that began before the link is in no list of the switch; a static member whose phone is gone is not staffed; a pause
whose reason is work after a call is wrap-up for us, and a pause for the switch."""


def truth(control_port: int) -> dict[str, Any]:
    """The switch's books."""
    with urllib.request.urlopen(f"http://127.0.0.1:{control_port}/truth", timeout=5) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def books(found: dict[str, Any]) -> dict[str, Any]:
    """What is compared: counts by queue since the switch's start, and each agent's state."""
    queues = {}
    for queue, values in found["queues"].items():
        queues[queue] = {
            "offered": values["offered"],
            "answered": values["answered"],
            "abandoned": values["abandoned"],
            "left_otherwise": sum(values["exits"].values()),
            "lost": values["lost_waiting"],
            "not taken": values["ringnoanswer"],
            "waiting": sum(row["queue"] == queue for row in found["live"]["waiting"]),
            "in_progress": sum(row["queue"] == queue for row in found["live"]["handlings"]),
        }
    agents = {agent: SAME.get(state["state"], state["state"]) for agent, state in found["live"]["agents"].items()}
    return {"queues": queues, "agents": agents}


def floor(here: Site) -> dict[str, Any]:
    """The same of the running gateway."""
    metrics = "&".join(f"metric={name}" for name in COUNTS)
    queues = {}
    for queue, values in here.get(f"/api/v1/queues?{metrics}")["queues"].items():
        counts = {name: values[name]["value"] for name in COUNTS}
        counts["not taken"] = counts.pop("missed_offers") + counts.pop("rejected_offers")
        queues[queue] = counts
    agents = {row["id"]: SAME.get(row["state"], row["state"]) for row in here.get("/api/v1/agents")["agents"]}
    return {"queues": queues, "agents": agents}


def await_agreement(here: Site, control_port: int, within_s: float, *, counts: bool = True) -> float:
    """Wait until floor and books agree at one instant. Returns the seconds that it took; fails the test after `within_s`."""
    began = time.monotonic()
    found: dict[str, Any] = {}
    wanted: dict[str, Any] = {}
    while time.monotonic() - began < within_s:
        before = books(truth(control_port))
        time.sleep(0.1)  # the last of it is on its way to the gateway
        seen = floor(here)
        wanted = books(truth(control_port))
        if before != wanted:
            continue
        found = seen
        if not counts:
            for each in (found, wanted):
                each["queues"] = {q: {n: v[n] for n in ("waiting", "in_progress")} for q, v in each["queues"].items()}
        if found["agents"] == wanted["agents"] and all(
            found["queues"].get(q) == v for q, v in wanted["queues"].items()
        ):
            return time.monotonic() - began
    raise AssertionError(f"no agreement within {within_s:g} s: {differences(found, wanted)}")


def differences(found: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """What disagrees, for the message."""
    return [
        f"{kind} {key}: {found.get(kind, {}).get(key)} instead of {value}"
        for kind, values in wanted.items()
        for key, value in values.items()
        if found.get(kind, {}).get(key) != value
    ]
