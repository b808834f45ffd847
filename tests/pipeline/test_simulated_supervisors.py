"""Twenty minutes of a floor whose supervisors listen, switch, take over, move, pull and hang up at random: the switch's own books decide.

Everything that they do goes through the codec with control's own table, as bytes; what the floor shows comes of the switch's bytes
alone. Sessions are compared whenever nothing is about to change, counts and durations at the end.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from collectors.asterisk.codec import encode
from collectors.asterisk.control_actions import CONTROL
from collectors.simulator import SimulatorConfig
from collectors.supervisor_legs import leg_of
from dashboard.floor.summary import summary
from tests.observed import Observed
from tests.pipeline.test_simulated_floor import START_S, counts

MODES = ("listen", "whisper", "barge", "private")
MINUTES = 20
PHONES = ("8001", "8002", "8003")


class Supervisors:
    """Whoever sits there does the next thing; what is not possible any more the switch refuses."""

    def __init__(self, seen: Observed, seed: int) -> None:
        self.seen, self.chance, self.serial = seen, random.Random(seed), 0
        self.moved = self.pulled = self.taken = self.ended = 0

    def act(self) -> None:
        acts = (self.listen, self.listen, self.listen, self.switch, self.switch, self.take_over, self.take_over_at_once, self.stop,
                self.leave, self.move_waiting, self.move_talking, self.pull, self.hang_up)  # fmt: skip
        self.chance.choice(acts)()

    def send(self, action: str, *headers: tuple[str, str]) -> None:
        asked = encode(action, [("ActionID", f"a{self.serial}"), *headers], CONTROL)
        self.seen.ask(asked)

    @property
    def talks(self) -> list[Any]:
        return [agent.talk for agent in self.seen.world.agents if agent.talk is not None]

    @property
    def waiting(self) -> list[Any]:
        return [visit for queue in self.seen.world.queues.values() for visit in queue.waiting]

    @property
    def sessions(self) -> list[str]:
        return sorted(self.seen.world.spying.sessions)

    def originate(self, exten: str, talk: Any) -> None:
        self.serial += 1
        values = {
            "FW_TARGET": talk.offer.phone.unique_id, "FW_CALLER": talk.visit.call_id, "FW_QUEUE": talk.visit.queue.id,
            "FW_FOLLOW": self.chance.choice("01"),
        }  # fmt: skip
        self.send(
            "Originate", ("Channel", f"PJSIP/{self.chance.choice(PHONES)}"), ("Context", "floorwatch-monitor"), ("Exten", exten),
            ("Priority", "1"), ("Async", "true"), ("Timeout", "8000"), ("ChannelId", leg_of(f"{self.serial:016x}")),
            *(("Variable", f"{name}={value}") for name, value in values.items()),
        )  # fmt: skip

    def redirect(self, channel: str, context: str, exten: str) -> None:
        self.send("Redirect", ("Channel", channel), ("Context", context), ("Exten", exten), ("Priority", "1"))

    def listen(self) -> None:
        if self.talks:
            self.originate(self.chance.choice(MODES), self.chance.choice(self.talks))

    def take_over_at_once(self) -> None:
        if self.talks:
            self.originate("takeover", self.chance.choice(self.talks))

    def switch(self) -> None:
        if self.sessions:
            self.redirect(self.chance.choice(self.sessions), "floorwatch-monitor", self.chance.choice(MODES))

    def take_over(self) -> None:
        if self.sessions:
            self.redirect(self.chance.choice(self.sessions), "floorwatch-monitor", "takeover")

    def stop(self) -> None:
        if self.sessions:
            self.send("Hangup", ("Channel", self.chance.choice(self.sessions)), ("Cause", "16"))

    def leave(self) -> None:
        """A supervisor who took over is the first to go."""
        legs = sorted(m.session for m in self.seen.floor.core.monitorings.values() if m.mode == "takeover")
        if legs:
            self.send("Hangup", ("Channel", self.chance.choice(legs)))

    def move_waiting(self) -> None:
        if self.waiting:
            self.moved += 1
            self.redirect(self.chance.choice(self.waiting).call_id, "floorwatch-move", self._queue())

    def move_talking(self) -> None:
        if self.talks:
            self.redirect(self.chance.choice(self.talks).visit.call_id, "floorwatch-move", self._queue())

    def pull(self) -> None:
        visits = [*self.waiting, *(talk.visit for talk in self.talks)]
        if visits:
            self.pulled += 1
            visit = self.chance.choice(visits)
            for name, value in (("FW_PHONE", f"PJSIP/{self.chance.choice(PHONES)}"), ("FW_QUEUE", visit.queue.id)):
                self.send("Setvar", ("Channel", visit.call_id), ("Variable", name), ("Value", value))
            self.redirect(visit.call_id, "floorwatch-pull", "phone")

    def hang_up(self) -> None:
        if self.talks:
            self.ended += 1
            self.send("Hangup", ("Channel", self.chance.choice(self.talks).visit.call_id), ("Cause", "16"))

    def _queue(self) -> str:
        return self.chance.choice(sorted(self.seen.world.queues))


Joined = set[tuple[str, str, str]]


def joined(seen: Observed) -> Joined:
    """Who is on whose call, and how, by the floor; of a take over the agent is not compared, for he is gone."""
    open_now = seen.floor.core.monitorings.values()
    return {(m.session, "" if m.mode == "takeover" else m.agent, m.mode or "") for m in open_now}


def joined_by_the_books(seen: Observed) -> Joined:
    rows = [row for row in seen.world.joins.rows if row["to"] is None and row["session"].startswith("fw-")]
    taken: Joined = {(row["session"], "", "takeover") for row in rows if row["mode"] == "takeover"}
    heard = seen.world.truth.snapshot()["live"]["monitorings"]
    return taken | {(row["session"], row["agent"], row["mode"]) for row in heard}


def differing(seen: Observed) -> Joined:
    return joined(seen) ^ joined_by_the_books(seen)


@pytest.mark.parametrize(("seed", "traps"), [(1, ()), (2, (9, 10, 12, 18)), (3, (27, 28, 29))])
def test_the_floor_is_what_supervisors_did(seed: int, traps: tuple[int, ...]) -> None:
    config = SimulatorConfig(
        agents=24, seed=seed, traps=frozenset(traps), warm_up_s=0, talk_mean_s=60, patience_mean_s=40, own_calls_per_hour=3,
        pauses_per_hour=2,
        supervisors=3, listens_per_hour=0,
    )  # fmt: skip
    seen = Observed(config, START_S)
    supervisors = Supervisors(seen, seed)
    wrong, modes = [], set()
    for step in range(1, MINUTES * 30 + 1):
        at_s = START_S + step * 2
        supervisors.act()
        seen.live_until(at_s - 0.7)
        shown = differing(seen)
        seen.live_until(at_s)  # a stop may be a change of mode for half a second
        shown &= differing(seen)
        modes |= {mode for _, _, mode in joined(seen)}
        wrong += [(step, shown)] if shown else []
    assert modes == {*MODES, "takeover"}
    assert not wrong, f"{len(wrong)} of {MINUTES * 30} looks differ: {wrong[:3]}"
    truth, found = seen.world.truth.snapshot(), summary(seen.floor, seen.now_ms)
    assert supervisors.moved > 5
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
        assert found["queues"][queue]["left_otherwise_by_reason"].get("transfer", 0) == books["exits"].get(
            "TRANSFER", 0
        ), queue
    assert not [agent for agent in seen.floor.agents if "/800" in agent]
    redirected = sum(books["redirected"] for books in truth["queues"].values())
    for agent, books in truth["agents"].items():
        row = found["agents"][agent]
        assert row["calls_handled"] == books["completed"], agent
        assert row["talk_handled"] == pytest.approx(books["talk_seconds"], abs=redirected), agent
