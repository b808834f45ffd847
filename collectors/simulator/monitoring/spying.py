"""ChanSpy: a supervisor hears a channel, and is heard by it as his mode has it.

Invariants: ChanSpyStart comes 100 ms after the application began, on a target that is still there then; Stop comes a frame after
its cause, before the target's Hangup and before the supervisor's; neither says the mode. A target that is gone at once starts
nothing. Differences: without `u` a session ends with its target too, instead of looking for another; digits do nothing.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from collectors.simulator.channels import Bridge, Channel

from .courses import Course
from .joins import endpoint

if TYPE_CHECKING:
    from collectors.simulator.engine import Step
    from collectors.simulator.floor import Agent
    from collectors.simulator.world import World

START_LAG_S = 0.1
LOOK_S = 0.002
"""Nobody there: so soon the dialplan goes on."""
LET_GO_S = (0.002, 0.019)
"""A hook is let go at the next frame of sound."""


class Spying:
    """One ChanSpy application. `spied` while it hears; `peer`: the other side of a barge, taken when it is first there."""

    def __init__(self, spyings: Spyings, course: Course, name: str, options: str) -> None:
        self._spyings = spyings
        self.course = course
        self.channel = course.channel
        self.options = options
        self.flags = re.sub(r"\([^)]*\)", "", options)
        self.groups = next(iter(re.findall(r"g\(([^)]*)\)", options)), "")
        self.mode = mode_of(self.flags)
        self.target: Channel | None = spyings.find_target(self, name)
        self.spied: Channel | None = None
        self.peer: Channel | None = None
        self.agent: Agent | None = None
        self.started_at = 0.0
        self.row: dict[str, Any] | None = None
        self.step: Step | None = None

    @property
    def session(self) -> str:
        return self.channel.unique_id

    @property
    def supervisor(self) -> str:
        return endpoint(self.channel)

    def stop(self, then: Callable[[], None]) -> None:
        self._spyings.stop(self, then)

    def drop(self) -> None:
        self._spyings.stopped(self)


class Spyings:
    """All monitoring sessions."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rng = random.Random(f"{world.config.seed}:spying")
        self._lags = random.Random(f"{world.config.seed}:spy lags")
        self.sessions: dict[str, Spying] = {}
        self._hooks: defaultdict[Channel, list[Spying]] = defaultdict(list)
        """Who hears a channel, or has his barge's second hook on it."""
        self._made = 0
        world.courses.applications["ChanSpy"] = self._begins
        world.exchange.letting_go = self.letting_go
        world.exchange.entered = self._entered

    # -- supervisors who dial by themselves

    def begin(self) -> None:
        """Supervisors listen in of their own accord, now and then."""
        per_hour = self._world.config.listens_per_hour * (30 if 31 in self._world.config.traps else 1)
        if per_hour > 0:
            self._world.engine.after(self._rng.expovariate(per_hour / 3600), self._listen_in)

    def _listen_in(self) -> None:
        self.begin()
        world = self._world
        talking = [agent for agent in world.agents if agent.talk is not None]
        idle = [p for p in world.phones.desks.values() if p.is_registered and p.does == "answer" and not p.is_in_use]
        if not talking or not idle:
            return
        agent = self._rng.choice(talking)
        target = agent.talk.offer.phone if agent.talk is not None else None
        if target is not None and target.is_up:
            phone = self._rng.choice(idle)
            self._made += 1
            origination = world.originations.listen_in(
                phone, f"spy-{self._made}-{int(world.engine.now)}", f"desk-{self._made}", f"{agent.plan.phone},q"
            )
            world.engine.after(self._rng.uniform(15, 90), world.originations.hang_up_by_phone, origination)

    # -- the application

    def _begins(self, course: Course, arguments: list[str]) -> Spying:
        name, options = (*arguments, "")[:2]
        spying = Spying(self, course, name, options)
        wait_s = LOOK_S if spying.target is None else START_LAG_S
        spying.step = self._world.engine.after(wait_s, self._attach, spying)
        return spying

    def find_target(self, spying: Spying, name: str) -> Channel | None:
        exchange = self._world.exchange
        if "u" in spying.flags:
            found = exchange.find(name)
        else:
            found = next((c for c in exchange.channels.values() if c.is_up and c.name.startswith(f"{name}-")), None)
        return found if found is not spying.channel else None

    def _attach(self, spying: Spying) -> None:
        target = spying.target
        spying.step = None
        if target is None or not target.is_up or not self._is_allowed(spying, target):
            self._world.courses.goes_on(spying.course)
            return
        spying.spied, spying.started_at, spying.agent = target, self._world.engine.now, target.agent
        self._hooks[target].append(spying)
        self.hook_peer(spying)
        self.sessions[spying.session] = spying
        self._world.wire.event("ChanSpyStart", (spying.channel, "Spyer"), (target, "Spyee"))
        self._world.truth.monitoring_started()
        spying.row = self._world.joins.begin(spying.channel, target, spying.mode)

    @staticmethod
    def _is_allowed(spying: Spying, target: Channel) -> bool:
        if "b" in spying.flags and target.bridge is None:
            return False
        groups = set(target.values.get("SPYGROUP", "").split(":"))
        return not spying.groups or bool(groups & set(spying.groups.split(":")))

    def hook_peer(self, spying: Spying) -> None:
        """A barge's second hook: on the other side of the bridge, once; it stays there when the target is bridged elsewhere."""
        target = spying.spied
        if "B" in spying.flags and spying.peer is None and target is not None and target.bridge is not None:
            spying.peer = next((each for each in target.bridge.channels if each is not target), None)
            if spying.peer is not None:
                self._hooks[spying.peer].append(spying)

    def _entered(self, bridge: Bridge) -> None:
        for spying in self.sessions.values():
            if spying.spied is not None and spying.spied.bridge is bridge:
                self.hook_peer(spying)

    # -- letting go

    def stop(self, spying: Spying, then: Callable[[], None]) -> None:
        after = self._world.engine.after
        if spying.spied is None:
            if spying.step is not None:
                spying.step.cancel()
            after(LET_GO_S[0], then)
        else:
            after(self._lags.uniform(*LET_GO_S), self._stop_then, spying, then)

    def _stop_then(self, spying: Spying, then: Callable[[], None]) -> None:
        self.stopped(spying)
        then()

    def stopped(self, spying: Spying, *, says_so: bool = True) -> None:
        """The hook is off the spied channel."""
        if spying.step is not None:
            spying.step.cancel()
        if spying.spied is None:
            return
        if says_so:
            self._world.wire.event("ChanSpyStop", (spying.channel, "Spyer"), (spying.spied, "Spyee"))
        for hooked in (spying.spied, spying.peer):
            if hooked is not None and hooked in self._hooks:
                self._hooks[hooked] = [each for each in self._hooks[hooked] if each is not spying]
                if not self._hooks[hooked]:
                    del self._hooks[hooked]
        spying.spied = spying.peer = None
        self.sessions.pop(spying.session, None)
        if spying.row is not None:
            self._world.joins.end(spying.row)

    def letting_go(self, channel: Channel) -> float:
        """`channel` is about to end: each who hears it lets go in turn. How long that takes (s); 0: nobody hears it."""
        longest = 0.0
        for spying in [each for each in self.hooked_to(channel) if each.spied is channel]:
            lag_s = self._lags.uniform(*LET_GO_S)
            self._world.engine.after(lag_s, self._target_gone, spying, channel)
            longest = max(longest, lag_s + 0.0002)
        return longest

    def _target_gone(self, spying: Spying, channel: Channel) -> None:
        if spying.spied is not channel:
            return
        self.stopped(spying)
        self._world.engine.after(0.0005, self._world.courses.goes_on, spying.course)

    def hooked_to(self, channel: Channel) -> list[Spying]:
        """Who hears this channel now, or barges into it from the other side of its bridge."""
        return self._hooks.get(channel, [])

    def forget_all(self) -> None:
        self.sessions.clear()
        self._hooks.clear()


def mode_of(flags: str) -> str:
    """What ChanSpy's option letters amount to."""
    return next(
        (mode for letter, mode in (("W", "private"), ("B", "barge"), ("w", "whisper")) if letter in flags), "listen"
    )
