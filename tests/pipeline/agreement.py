"""Whether a running site's floor equals the simulated switch's own books, at one instant.

The switch's people stand still while we look, so that the floor can get as far as the books, however slow the machine is. Not for
long: what the floor derives from time goes on.
"""

from __future__ import annotations

import contextlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

from tests.patience import HANG_S
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

NOW: Final = ("waiting", "in_progress")
HELD_S: Final = 6.0

SAME = {"holding": "talking", "unreachable": "signed_out", "wrapping_up": "paused"}
"""A hold that began before the link is in no list of the switch; a static member whose phone is gone is not staffed; a pause
whose reason is work after a call is wrap-up for us, and a pause for the switch."""


def truth(control_port: int) -> dict[str, Any]:
    """The switch's books."""
    with urllib.request.urlopen(f"http://127.0.0.1:{control_port}/truth", timeout=HANG_S) as answer:
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
    """Wait until the floor is what the books say, while nothing happens at the switch. Returns the seconds that it took; fails the test
    after `within_s`."""
    began = time.monotonic()
    while time.monotonic() - began < within_s:
        with _held(control_port):
            wanted = _compared(books(truth(control_port)), counts=counts)
            held_at = time.monotonic()
            while time.monotonic() - held_at < HELD_S:
                found = _compared(_floor_when_told(here), counts=counts)
                if found["agents"] == wanted["agents"] and not differences(found, wanted):
                    return time.monotonic() - began
                time.sleep(0.05)
    raise AssertionError(f"no agreement within {within_s:g} s: {differences(found, wanted)}")


def _floor_when_told(here: Site) -> dict[str, Any]:
    """Of nobody while the gateway says that it cannot tell yet."""
    try:
        return floor(here)
    except urllib.error.HTTPError as error:
        with error:
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
    return {"queues": {}, "agents": {}}


@contextlib.contextmanager
def _held(control_port: int) -> Iterator[None]:
    _tell(control_port, "hold")
    try:
        yield
    finally:
        _tell(control_port, "go_on")


def _tell(control_port: int, order: str) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{control_port}/{order}", method="POST")
    with urllib.request.urlopen(request, timeout=HANG_S):  # noqa: S310 — always http
        pass


def _compared(found: dict[str, Any], *, counts: bool) -> dict[str, Any]:
    """Without `counts`: only who is there now."""
    if counts:
        return found
    now = {queue: {name: values[name] for name in NOW} for queue, values in found["queues"].items()}
    return {**found, "queues": now}


def differences(found: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """What disagrees, for the message."""
    return [
        f"{kind} {key}: {found.get(kind, {}).get(key)} instead of {value}"
        for kind, values in wanted.items()
        for key, value in values.items()
        if found.get(kind, {}).get(key) != value
    ]
