"""Who hears whom, proved by tones: the switch's truth for agent and caller, the browser's own spectrum for the supervisor.

Every party sends a tone of its own; the supervisor's is what Chromium's microphone plays. One session goes through all modes, a
transfer and a take-over. The switch (simulated: tests/simulator proves it against recordings) says what arrives.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from collectors.events import MonitorMode
from collectors.supervisor_legs import leg_of
from dashboard.control.asterisk.recipes import Spot
from dashboard.supervision.reasons import Reason
from tests.media.listening import MICROPHONE_HZ, Listener, browser, listener
from tests.media.stage import Stage, stage
from tests.patience import HANG_S

pytestmark = pytest.mark.browser

LIE_HZ = 2300
SEND_ANYWAY = """([hertz]) => {
  let at = 0;
  window.lying = setInterval(() => {
    const frame = new Int16Array(320);
    for (let i = 0; i < 320; i += 1) frame[i] = 6000 * Math.sin(2 * Math.PI * hertz * (at + i) / 16000);
    at += 320;
    window.sound.socket.send(frame);
  }, 20);
}"""

ALLOW_AND_FORBID = """() => {
  for (const may_talk of [true, false]) window.sound.is_now({ t: "mode", mode: "listen", may_talk });
  return window.sound.microphone;
}"""


@pytest.fixture(scope="module")
def floor() -> Iterator[Stage]:
    with stage() as made:
        yield made


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("tone")) as found:
        yield found


@dataclass
class Scene:
    """A call, and who hears it. Tones stand for people."""

    stage: Stage
    ear: Listener
    spot: Spot

    def hertz(self, unique_id: str) -> int:
        floor = self.stage.floor
        return self.stage.see(lambda: floor.hertz(floor.world.exchange.find(unique_id)))

    def now(self) -> tuple[set[int], set[int], set[int]]:
        """Supervisor, agent, caller."""
        floor = self.stage.floor
        both = self.stage.see(lambda: (floor.hears(self.spot.target), floor.hears(self.spot.caller)))
        return self.ear.hears(), *both

    def settles(self, *expected: set[int]) -> None:
        """It comes to be so, and stays so."""
        until, times = time.monotonic() + HANG_S, 0
        while times < 3:
            seen = self.now()
            times = times + 1 if all(map(is_same, seen, expected)) else 0
            assert times or time.monotonic() < until, f"{seen} is not {expected}"
            self.ear.page.wait_for_timeout(40)


def is_same(heard: set[int], expected: set[int]) -> bool:
    """Each tone has its peak and there is no other; a clock that is caught up with moves a tone by less than 1 %."""
    nearest = {hertz: min(expected, key=lambda tone: abs(tone - hertz), default=0) for hertz in heard}
    return set(nearest.values()) == expected and all(abs(tone - hertz) <= 15 for hertz, tone in nearest.items())


def test_who_hears_whom_in_each_mode_after_each_switch_after_a_transfer_and_a_take_over(
    floor: Stage, chromium: Browser
) -> None:
    own = MICROPHONE_HZ
    spot = floor.call(floor.floor.call)
    with listener(chromium, floor) as ear:
        scene = Scene(floor, ear, spot)
        agent, caller = scene.hertz(spot.target), scene.hertz(spot.caller)
        command = floor.see(floor.floor.expect, "listen", spot)
        ear.open(command)

        def switch(mode: MonitorMode) -> None:
            floor.call(floor.floor.switch_mode, command, mode)
            ear.until(f"window.sound.mode === '{mode}'")

        # Who only listens is heard by nobody, whatever their page does, even if the switch would take it.
        scene.settles({agent, caller}, {caller}, {agent})
        assert ear.get("sound.microphone") == "off"
        assert ear.get("asked") == [], "nobody is asked for a microphone that is not needed"
        line = floor.floor.world.lines.find(leg_of(command))
        assert line.direction == "in"
        line.direction = "both"
        ear.do("talk(true)")
        ear.page.evaluate(SEND_ANYWAY, [LIE_HZ])
        ear.page.wait_for_timeout(800)
        scene.settles({agent, caller}, {caller}, {agent})
        assert not line.microphone.samples(0, 3_200).any()
        ear.page.evaluate("clearInterval(window.lying)")

        for mode, hears in (
            ("whisper", ({agent, caller}, {caller, own}, {agent})),
            ("barge", ({agent, caller}, {caller, own}, {agent, own})),
            ("private", (set(), {caller, own}, {agent})),
            ("whisper", ({agent, caller}, {caller, own}, {agent})),
        ):
            switch(mode)  # type: ignore[arg-type]  # the row's
            scene.settles(*hears)
        assert ear.get("asked") == [
            {"channelCount": 1, "echoCancellation": True, "noiseSuppression": True, "autoGainControl": True}
        ]

        # A page that sends as much as it can: the switch never holds more than a few frames of it.
        ear.page.evaluate("() => { for (let i = 0; i < 200; i += 1) window.sound.socket.send(new Int16Array(320)); }")
        most = 0
        for _ in range(20):
            most = max(most, floor.see(lambda: len(line._queue)))
            ear.page.wait_for_timeout(10)
        assert 1 <= most <= 6
        scene.settles({agent, caller}, {caller, own}, {agent})

        # Push-to-talk, and a mute that is stronger; both meters say what is so.
        said = ear.get("sound.levels()")
        assert isinstance(said, dict)
        assert min(said.values()) > 0.5
        for off, on in (("talk(false)", "talk(true)"), ("mute(true)", "mute(false)")):
            ear.do(off)
            scene.settles({agent, caller}, {caller}, {agent})
            assert ear.get("sound.levels().out") == 0
            ear.do(on)
            scene.settles({agent, caller}, {caller, own}, {agent})

        switch("listen")
        assert ear.get("sound.microphone") == "off", "the microphone is given back"
        scene.settles({agent, caller}, {caller}, {agent})

        # A mode that was over before the microphone was there leaves none behind.
        assert ear.page.evaluate(ALLOW_AND_FORBID) == "asking"
        ear.until("window.sound.microphone === 'off' && window.sound.microphone_line.stream === null")

        # The caller goes on to another agent, and the session with them.
        switch("barge")
        scene.settles({agent, caller}, {caller, own}, {agent, own})
        assert floor.see(floor.floor.world.hands.blind_transfer, *_transfer(scene))
        floor.call(floor.floor.until, lambda: floor.floor.beside(spot.caller) is None)
        floor.call(floor.floor.until, lambda: floor.floor.beside(spot.caller) is not None)
        scene.spot = floor.see(floor.floor.spot, spot.caller)
        floor.call(floor.floor.retarget, command, scene.spot, "barge")
        second = scene.hertz(scene.spot.target)
        assert abs(second - agent) > 40
        scene.settles({second, caller}, {caller, own}, {second, own})

        # The supervisor takes the caller over; the agent is free.
        switch("takeover")
        scene.settles({caller}, set(), {own})

        # The caller goes: all of it is over, and the microphone is given back.
        floor.see(floor.floor.world.hands.caller_hangs_up, spot.caller)
        floor.call(floor.floor.until, lambda: ("switch left", command) in floor.floor.told)
        floor.see(floor.floor.media.end, command, Reason.HUNG_UP)
        ear.until("window.sound.state === 'over'")
        assert (ear.get("overs"), ear.get("sound.microphone")) == (["hung_up"], "off")


def _transfer(scene: Scene) -> tuple[str, str]:
    """From the agent who has the call to one whose tone is far from theirs."""
    world = scene.stage.floor.world
    first = world.talks_by_call[scene.spot.caller].member.agent
    others = [each for each in world.agents if each.is_reachable and not each.is_busy and each is not first]
    best = max(others, key=lambda each: abs(int(each.plan.extension) - int(first.plan.extension)))
    return first.plan.extension, best.plan.extension


STALL = "setTimeout(() => { const until = Date.now() + 6500; while (Date.now() < until); }, 0)"


@pytest.mark.parametrize("reason", [Reason.BROWSER_GONE, Reason.BROWSER_SLOW])
def test_a_page_that_is_closed_hangs_up_and_one_that_stalls_too(
    floor: Stage, chromium: Browser, reason: Reason
) -> None:
    spot = floor.call(floor.floor.call)
    command = floor.see(floor.floor.expect, "listen", spot)
    left = ("browser left", command, reason)
    with listener(chromium, floor) as ear:
        ear.open(command)
        floor.call(floor.floor.until, lambda: ("switch came", command) in floor.floor.told)
        ear.page.close() if reason is Reason.BROWSER_GONE else ear.page.evaluate(STALL)
        floor.call(floor.floor.until, lambda: left in floor.floor.told, 10.0)
        floor.call(floor.floor.until, lambda: floor.floor.mode_of(command) == "")
