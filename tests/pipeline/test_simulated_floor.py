"""The switch's own books as oracle: simulator → codec → translator → fold, half an hour of a floor in one process.

No sockets and no clock: the simulated world says when each of its steps happens. State is compared every five seconds, counts
and durations at the end; plainly, and with the traps of the switch's notes that an open link can show.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from collectors.simulator import SimulatorConfig
from dashboard.floor.agent_view import agent_view
from dashboard.floor.summary import summary
from dashboard.floor.waiting import waiting
from tests.observed import Observed

START_S = 1_795_286_400.0
HALF_HOUR_S = 1800
LOOK_EVERY_S = 5
TRAPS = (
    (),
    (1,),
    (2,),
    (9,),
    (10,),
    (12,),
    (15,),
    (18,),
    (27,),
    (28,),
    (29,),
    (30,),
    (35,),
    (38,),
    (41,),
    (1, 2, 9, 12, 18),
)
"""Without 26: the simulator hangs up its Local caller's channel while that still waits, which no switch does."""


def now_of_switch(live: dict[str, Any]) -> dict[str, Any]:
    """Who waits, and what each agent does. An own phone that still rings is a call of his already: the switch says no more."""
    own = {call["agent"] for call in live["own_calls"]}
    return {
        "waiting": {(row["queue"], row["call"]) for row in live["waiting"]},
        "agents": {
            agent: "talking" if agent in own and row["state"] == "ringing" else row["state"]
            for agent, row in live["agents"].items()
        },
    }


def now_of_floor(seen: Observed) -> dict[str, Any]:
    own_ringing = {call["agent"] for call in seen.world.truth.snapshot()["live"]["own_calls"]}
    agents = {}
    for agent in seen.world.truth.snapshot()["live"]["agents"]:
        view = agent_view(seen.floor, agent, seen.now_ms)
        state = view.state if view is not None else "signed_out"
        agents[agent] = "talking" if agent in own_ringing and state == "ringing" else state
    return {"waiting": {(row.queue, row.key.split("/")[2]) for row in waiting(seen.floor)}, "agents": agents}


@pytest.mark.parametrize("traps", TRAPS, ids=lambda traps: "+".join(map(str, traps)) or "plain")
def test_the_floor_is_what_the_switch_did(traps: tuple[int, ...]) -> None:
    config = SimulatorConfig(
        agents=30, traps=frozenset(traps), warm_up_s=0, talk_mean_s=60, patience_mean_s=40,
        missed_share=0.1, pauses_per_hour=3, own_calls_per_hour=3,
    )  # fmt: skip
    seen = Observed(config, START_S)
    differing = 0
    for look in range(1, HALF_HOUR_S // LOOK_EVERY_S + 1):
        seen.live_until(START_S + look * LOOK_EVERY_S)
        differing += now_of_floor(seen) != now_of_switch(seen.world.truth.snapshot()["live"])
    truth, found = seen.world.truth.snapshot(), summary(seen.floor, seen.now_ms)
    assert truth["queues"].keys() <= found["queues"].keys()
    assert sum(books["offered"] for books in truth["queues"].values()) > 100
    for queue, books in truth["queues"].items():
        assert counts(found["queues"][queue]) == {
            "offered": books["offered"],
            "answered": books["answered"],
            "abandoned": books["abandoned"],
            "left": sum(books["exits"].values()),
            "lost": books["lost_waiting"],
            "not taken": books["ringnoanswer"],
            "within 20 s": books["answered_in_20s"],
            "waiting": books["still_waiting"],
        }, queue
    # The switch states no seconds of a talk that somebody else ended: ours are whole ones of a difference.
    redirected = sum(books["redirected"] for books in truth["queues"].values())
    dialling = Counter(call["agent"] for call in truth["live"]["own_calls"] if call["kind"] == "outbound")
    for agent, books in truth["agents"].items():
        row = found["agents"][agent]
        assert row["talk_handled"] == pytest.approx(books["talk_seconds"], abs=redirected), agent
        assert row["calls_handled"] == books["completed"], agent
        assert row["calls_dialled"] == books["dialled"] - dialling[agent], agent
    if 1 not in traps:  # after a redirect the floor shows the queue's wrap-up, and the switch rings the agent at once
        assert differing <= 2, f"{differing} of {HALF_HOUR_S // LOOK_EVERY_S} looks differ"


def counts(queue: dict[str, Any]) -> dict[str, int]:
    """What is compared of a queue's summary."""
    return {
        "offered": queue["offered"],
        "answered": queue["answered"],
        "abandoned": queue["abandoned"],
        "left": queue["left_otherwise"],
        "lost": queue["lost"],
        "not taken": queue["missed_offers"] + queue["rejected_offers"],
        "within 20 s": queue["answered_within_t"],
        "waiting": queue["waiting"],
    }
