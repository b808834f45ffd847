"""Everything at once, from a seed: whatever supervisors, agents, callers and managers do, nothing is left over on the switch."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from .desk import messages
from .sessions import Scene, about

MODES = ("listen", "whisper", "barge", "private", "takeover", "nomode")
PHONES = ("8001", "8002", "8003", "8004", "9999")


class Unrest:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.scene = Scene(agents=12, seed=seed)
        self.sessions: list[str] = []
        self.deeds = Counter[str]()

    def act(self) -> None:
        deed = self.rng.choice(
            ("start", "start", "start", "redirect", "redirect", "redirect", "hangup", "bridge", "call", "caller", "agent", "phone",
             "transfer", "consult", "complete", "hold", "pull", "move", "supervisor", "setvar", "channel"),
        )  # fmt: skip
        self.deeds[deed] += 1
        getattr(self, f"_{deed}")()
        self.scene.wait(self.rng.choice((0, 0.001, 0.004, 0.05, 0.1, 0.31, 0.4, 1.0)))

    def _any(self) -> str:
        return self.rng.choice([each.unique_id for each in self.scene.world.exchange.channels.values()] or ["1.1"])

    def _extension(self) -> str:
        return str(1001 + self.rng.randrange(12))

    def _session(self) -> str:
        return self.rng.choice(self.sessions[-6:] or ["fw-0"])

    def _start(self) -> None:
        session = f"fw-{len(self.sessions) + 1}"
        self.sessions.append(session)
        self.scene.caller = self._any()
        self.scene.start(
            session, self.rng.choice(MODES), phone=self.rng.choice(PHONES), target=self._any(), follow=self.rng.choice("01"),
            Timeout="2000",
        )  # fmt: skip

    def _redirect(self) -> None:
        self.scene.redirect(self._session(), self.rng.choice(MODES))

    def _hangup(self) -> None:
        self.scene.desk.ask("Hangup", Channel=self._session())

    def _channel(self) -> None:
        self.scene.desk.ask("Hangup", Channel=self._any())

    def _bridge(self) -> None:
        self.scene.desk.ask("Bridge", Channel1=self._session(), Channel2=self._any())

    def _setvar(self) -> None:
        self.scene.desk.ask("Setvar", Channel=self._session(), Variable="FW_CALLER", Value=self._any())

    def _call(self) -> None:
        if len(self.scene.world.calls) < 12:
            self.scene.hands.call(self.rng.choice(list(self.scene.world.queues)))

    def _caller(self) -> None:
        self.scene.hands.caller_hangs_up(self.rng.choice([*self.scene.world.calls, "1.1"]))

    def _agent(self) -> None:
        self.scene.hands.agent_hangs_up(self._extension())

    def _hold(self) -> None:
        self.scene.hands.hold(self._extension())

    def _transfer(self) -> None:
        self.scene.hands.blind_transfer(self._extension(), self.rng.choice((self._extension(), "support", "801")))

    def _consult(self) -> None:
        self.scene.hands.consult(self._extension(), self._extension())

    def _complete(self) -> None:
        self.scene.hands.complete(self._extension())

    def _supervisor(self) -> None:
        self.scene.hands.supervisor_hangs_up(self.rng.choice(PHONES))

    def _phone(self) -> None:
        phone = self.rng.choice(PHONES)
        self.scene.world.phones.set(
            phone, self.rng.choice(("answer", "answer", "busy", "decline", "ignore")), self.rng.choice((0.0, 0.3, 1.5))
        )

    def _move(self) -> None:
        self.scene.desk.ask(
            "Redirect",
            Channel=self._caller_id(),
            Context="floorwatch-move",
            Exten=self.rng.choice(("sales", "support", "none")),
            Priority="1",
        )

    def _pull(self) -> None:
        caller = self._caller_id()
        self.scene.desk.ask("Setvar", Channel=caller, Variable="FW_PHONE", Value=f"PJSIP/{self.rng.choice(PHONES)}")
        self.scene.desk.ask("Redirect", Channel=caller, Context="floorwatch-pull", Exten="phone", Priority="1")

    def _caller_id(self) -> str:
        return self.rng.choice([*self.scene.world.calls, "1.1"])

    def settle(self) -> None:
        """Everybody hangs up, and time passes."""
        for phone in PHONES:
            self.scene.world.phones.set(phone, "decline")
        for _ in range(4):
            for phone in PHONES:
                self.scene.hands.supervisor_hangs_up(phone)
            for unique_id in list(self.scene.world.calls):
                self.scene.hands.caller_hangs_up(unique_id)
            self.scene.desk.wait(8)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_left_over(seed: int) -> None:
    unrest = Unrest(seed)
    for _ in range(250):
        unrest.act()
    unrest.settle()
    world = unrest.scene.world
    assert [channel.name for channel in world.exchange.channels.values()] == []
    assert list(world.exchange.bridges) == []
    assert [agent.plan.extension for agent in world.agents if agent.is_busy or agent.legs] == []
    assert {phone.state for phone in world.phones.desks.values()} == {"NOT_INUSE"}
    assert [row for row in world.joins.rows if row["to"] is None] == []
    assert (world.spying.sessions, world.courses.by_channel, world.calls) == ({}, {}, {})
    events = messages(unrest.scene.desk.received)
    for session in unrest.sessions:
        story = about(events, session)
        assert story.count("Hangup 16") + sum(row.startswith("Hangup ") for row in story if row != "Hangup 16") <= 1, (
            story
        )
        assert story.count("ChanSpyStop") <= story.count("ChanSpyStart"), story
        if "ChanSpyStop" in story:
            assert story.index("ChanSpyStart") < story.index("ChanSpyStop")
        assert sum(row.startswith("OriginateResponse") for row in story) <= 1, story
