"""The switch's own books as oracle: simulator → codec → translator → fold, half an hour of a floor in one process.

No sockets and no clock: the simulated world says when each of its steps happens. State is compared every five seconds, counts
and durations at the end; plainly, and with the traps of the switch's notes that an open link can show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from collectors.asterisk.codec import Decoder
from collectors.asterisk.translate import Translator
from collectors.events import Entry, Fact, FloorSettings, QueueSettings, SettingsChanged
from collectors.simulator import SimulatorConfig, World
from collectors.simulator.manager import Manager
from collectors.simulator.session import Session
from dashboard.floor.agent_view import agent_view
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor
from dashboard.floor.summary import summary
from dashboard.floor.waiting import waiting

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


class Observed:
    """A simulated switch, and the floor that its bytes give."""

    def __init__(self, traps: Iterable[int]) -> None:
        self.config = SimulatorConfig(
            agents=30, traps=frozenset(traps), warm_up_s=0, talk_mean_s=60, patience_mean_s=40,
            missed_share=0.1, pauses_per_hour=3, own_calls_per_hour=3,
        )  # fmt: skip
        self.world = World(self.config, START_S)
        self.world.wake()
        self.floor = Floor("main")
        self._sent: list[bytes] = []
        self._count = 0
        self._decoder, self._translator = Decoder(), Translator()
        self._manager = Manager(self.world)
        self._session = Session(1, self._sent.append, lambda: None, lambda *_: None)
        self._manager.joins(self._session)
        self._link()

    @property
    def now_ms(self) -> int:
        return int(self.world.engine.now * 1000)

    def live_until(self, until_s: float) -> None:
        """Step by step, so that each event is folded at its own time."""
        while (at_s := self.world.engine.next_at()) is not None and at_s <= until_s:
            self.world.run_until(at_s)
            self._hear()
        self.world.run_until(until_s)
        self._fold(self._translator.tick(self.now_ms))

    def _link(self) -> None:
        settings = FloorSettings(default_queue=QueueSettings(wrap_up_s=self.config.wrap_up_s))
        self._fold([Fact(SettingsChanged(settings), self.now_ms)])
        self._ask("Login\r\nUsername: sup\r\nSecret: ami-secret")
        self._fold(self._translator.linked(self.now_ms))
        (status,) = [message for message in self._ask("CoreStatus\r\nActionID: c") if message.response]
        self._fold(self._translator.booted(status, self.now_ms))
        self._translator.listing(self.now_ms)
        lists = [
            item
            for name in ("QueueStatus", "CoreShowChannels", "BridgeList")
            for item in self._ask(f"{name}\r\nActionID: l")
        ]
        self._fold(self._translator.snapshot(lists, self.now_ms))

    def _ask(self, action: str) -> list[Any]:
        self._manager.received(self._session, f"Action: {action}\r\n\r\n".encode())
        return self._messages()

    def _hear(self) -> None:
        for message in self._messages():
            if message.event:
                self._fold(self._translator.message(message, self.now_ms))

    def _messages(self) -> list[Any]:
        data, self._sent[:] = b"".join(self._sent), []
        return self._decoder.feed(data)

    def _fold(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            self._count += 1
            boot = fact.boot or self._translator.boot
            fold(self.floor, Entry("main", "pbx", boot, 1, self._count, fact.at_ms, fact.event), f"{self._count}-0")


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
    seen = Observed(traps)
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
