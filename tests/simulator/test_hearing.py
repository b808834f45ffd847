"""Who hears whom: the measured table of a real switch, read from samples. The tones: caller, agent, supervisors, music."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from collectors.simulator.media.codecs import CODECS
from collectors.simulator.media.voices import FRAME, RATE, Tone, Voices, tones

from .sessions import Scene

NAMES = {330: "moh", 1000: "caller", 1700: "sup", 1720: "sup2"}


class Ears:
    """What each party of a scene hears, by the frequencies in its samples."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.voices = Voices(scene.world)
        self.agent = scene.talk.offer.phone
        self.names = {**NAMES, self.voices.hertz(self.agent): "agent"}
        self.voices.hertz(scene.channel(scene.caller))

    def of(self, party: str) -> set[str]:
        channel = self.agent if party == "agent" else self.scene.channel(party)
        hertz: list[int] = self.voices.hears(channel, self.scene.world.engine.now)["hertz"]
        return {self.names.get(each, str(each)) for each in hertz}

    def all(self, *supervisors: str) -> list[set[str]]:
        """The caller's, the agent's, each supervisor's."""
        return [self.of(self.scene.caller), self.of("agent"), *(self.of(each) for each in supervisors)]


AT_AGENT: list[tuple[str, set[str], set[str], set[str]]] = [
    ("listen", {"agent"}, {"caller"}, {"caller", "agent"}),
    ("whisper", {"agent"}, {"caller", "sup"}, {"caller", "agent"}),
    ("barge", {"agent", "sup"}, {"caller", "sup"}, {"caller", "agent"}),
    ("private", {"agent"}, {"caller", "sup"}, set()),
]
"""Mode: what the caller, the agent, the supervisor hear. The target is the agent's own leg."""


def test_each_mode_and_every_change_between_two() -> None:
    scene = Scene()
    ears = Ears(scene)
    assert ears.all() == [{"agent"}, {"caller"}]
    scene.listen("fw-1")
    for mode, *heard in [row for each in AT_AGENT for row in (each, *AT_AGENT)]:
        scene.redirect("fw-1", mode)
        scene.wait(0.03)
        assert ears.all("fw-1") == [{"agent"}, {"caller"}, set()]  # between Stop and Start
        scene.wait(0.2)
        assert ears.all("fw-1") == heard, mode
    scene.redirect("fw-1", "takeover")
    scene.wait(0.2)
    assert [ears.of(scene.caller), ears.of("fw-1")] == [{"sup"}, {"caller"}]


@pytest.mark.parametrize(
    ("mode", "caller", "agent", "supervisor"),
    [
        ("listen", {"moh"}, set(), {"caller", "agent"}),
        ("whisper", {"moh"}, set(), {"caller", "agent"}),
        ("barge", {"moh", "sup"}, set(), {"caller", "agent"}),
        ("private", {"moh"}, set(), set()),
    ],
)
@pytest.mark.parametrize("queue", ["sales", "local"])
def test_on_hold(mode: str, caller: set[str], agent: set[str], supervisor: set[str], queue: str) -> None:
    scene = local_scene() if queue == "local" else Scene()
    ears = Ears(scene)
    before = ears.all()
    scene.listen("fw-1", mode, target=scene.talk.offer.leg.unique_id)
    scene.hands.hold(scene.agent)
    if queue == "local" and supervisor:
        supervisor = {"caller", "moh"}  # the music is made behind the Local channel, and comes out of it
    assert ears.all("fw-1") == [caller, agent, supervisor]
    scene.hands.unhold(scene.agent)
    scene.hands.supervisor_hangs_up("8001")
    scene.wait(0.2)
    assert ears.all() == before


def local_scene() -> Scene:
    """The agent is a Local channel with a phone behind."""
    scene = Scene()
    scene.hands.caller_hangs_up(scene.caller)
    for agent in scene.world.agents:
        scene.hands.register(agent.plan.extension, is_registered=agent.plan.kind == "local")
    member = next(agent for agent in scene.world.agents if agent.plan.kind == "local")
    scene.caller = scene.hands.call(member.members[0].queue.id)
    scene.wait(2.5)
    assert scene.talk.offer.one is not None
    return scene


def test_which_leg_is_spied_decides_whom_a_whisper_reaches() -> None:
    legs: list[tuple[Callable[[Scene], str], list[set[str]]]] = [
        (lambda s: s.target, [{"agent"}, {"caller", "sup"}, {"caller", "agent"}]),
        (lambda s: s.talk.offer.one.unique_id if s.talk.offer.one else "", [{"agent"}, {"caller", "sup"}, {"caller", "agent"}]),
        (lambda s: s.talk.offer.two.unique_id if s.talk.offer.two else "", [{"agent", "sup"}, {"caller"}, {"caller", "agent"}]),
        (lambda s: s.caller, [{"agent", "sup"}, {"caller"}, {"caller", "agent"}]),
    ]  # fmt: skip
    for leg, heard in legs:
        scene = local_scene()
        ears = Ears(scene)
        scene.listen("fw-1", "whisper", target=leg(scene))
        assert ears.all("fw-1") == heard
        scene.redirect("fw-1", "barge")
        scene.wait(0.2)
        assert ears.all("fw-1")[:2] == [{"agent", "sup"}, {"caller", "sup"}]


def test_listeners_do_not_hear_each_other() -> None:
    scene = Scene()
    ears = Ears(scene)
    scene.listen("fw-1", "barge")
    scene.listen("fw-2", "barge", phone="8002")
    both = {"caller", "agent"}
    assert ears.all("fw-1", "fw-2") == [{"agent", "sup", "sup2"}, {"caller", "sup", "sup2"}, both, both]
    scene.redirect("fw-1", "listen")
    scene.redirect("fw-2", "whisper")
    scene.wait(0.2)
    assert ears.all("fw-1", "fw-2") == [{"agent"}, {"caller", "sup2"}, both, both]


def test_a_caller_who_waits() -> None:
    scene = Scene()
    for agent in scene.world.agents:
        scene.hands.register(agent.plan.extension, is_registered=False)
    ears = Ears(scene)
    waiting = scene.caller = scene.hands.call("sales")
    scene.wait(0.5)
    ears.names[ears.voices.hertz(scene.channel(waiting))] = "waiting"
    scene.listen("fw-1", "barge", target=waiting)
    assert [ears.of(waiting), ears.of("fw-1")] == [{"moh", "sup"}, {"waiting", "moh"}]


def test_after_a_blind_transfer() -> None:
    """A barge on the caller keeps its second hook on the agent who left; the same mode again repairs it."""
    scene = Scene(agents=20)
    ears = Ears(scene)
    scene.listen("fw-1", "barge", target=scene.caller)
    assert ears.all()[1] == {"caller", "sup"}
    scene.hands.blind_transfer(scene.agent, "1010")
    scene.wait(1)
    new = next(agent.own.leg for agent in scene.world.agents if agent.own is not None)
    ears.names[ears.voices.hertz(new)] = "new"
    assert [ears.of(scene.caller), ears.of(new.unique_id)] == [{"new", "sup"}, {"caller"}]
    assert ears.of("fw-1") == {"caller", "new"}
    scene.redirect("fw-1", "barge")
    scene.wait(0.2)
    assert ears.of(new.unique_id) == {"caller", "sup"}


def test_a_consultation_is_heard_on_the_agents_leg_alone() -> None:
    scene = Scene(agents=20)
    ears = Ears(scene)
    scene.listen("fw-1")
    scene.listen("fw-2", phone="8002", target=scene.caller)
    scene.hands.consult(scene.agent, "1010")
    scene.wait(1)
    colleague = next(agent.own.leg for agent in scene.world.agents if agent.own is not None)
    ears.names[ears.voices.hertz(colleague)] = "colleague"
    assert ears.all("fw-1", "fw-2") == [{"moh"}, {"colleague"}, {"agent", "colleague"}, {"caller", "moh"}]
    scene.hands.complete(scene.agent)
    scene.wait(1)
    assert [ears.of(scene.caller), ears.of("fw-2")] == [{"colleague"}, {"caller", "colleague"}]


@pytest.mark.parametrize("name", ["slin16", "slin", "ulaw"])
def test_a_tone_survives_each_format(name: str) -> None:
    codec, tone = CODECS[name], Tone(1000)
    frames = [codec.encode(tone.samples(at, FRAME)) for at in range(0, RATE // 5, FRAME)]
    assert {len(frame) for frame in frames} == {codec.frame_bytes}
    heard = tones(np.concatenate([codec.decode(frame) for frame in frames]))
    assert abs(heard.pop(1000) + 15) < 0.6
    assert heard == {}
