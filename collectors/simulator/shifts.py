"""What agents do beside talking: pauses with reasons, signing in and out, phones that are lost, calls of their own.

Invariants: a pause begins when the agent is free of calls, as people do it; who pauses comes back; a dynamic agent who signs
out comes back too, so that the floor stays staffed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from .floor import Agent
from .names import REASONS

if TYPE_CHECKING:
    from .world import World

LOST_PER_HOUR, SIGN_OUTS_PER_HOUR = 0.04, 0.15


class Shifts:
    """The working day of every agent."""

    def __init__(self, world: World) -> None:
        self._world = world
        traps = world.config.traps
        self._rng = random.Random(f"{world.config.seed}:shifts")
        self._is_redundant = 18 in traps
        self._sign_outs = SIGN_OUTS_PER_HOUR * (40 if 20 in traps else 1)
        self._losses = LOST_PER_HOUR * (60 if 24 in traps else 1)
        self._pauses = world.config.pauses_per_hour * (4 if 18 in traps else 1)
        self._leaves_at_once = 20 in traps

    def begin(self, agent: Agent) -> None:
        """Plan his first of everything."""
        self._next(self._pauses, self._pause_time, agent)
        self._next(self._losses, self._lose, agent)
        self._next(self._world.config.own_calls_per_hour, self._own_call, agent)
        if agent.plan.dynamic:
            self._next(self._sign_outs, self._sign_out, agent)

    def _next(self, per_hour: float, act: Callable[[Agent], None], agent: Agent) -> None:
        if per_hour > 0:
            self._world.engine.after(self._rng.expovariate(per_hour / 3600), act, agent)

    # -- pauses

    def already_paused(self, agent: Agent) -> None:
        """He has been on a break for a while when the world is first seen."""
        self._begin_pause(agent, self._reason())

    def _reason(self) -> int:
        return self._rng.choices(range(len(REASONS)), [reason.share for reason in REASONS])[0]

    def _pause_time(self, agent: Agent) -> None:
        self._next(self._pauses, self._pause_time, agent)
        if any(member.is_paused for member in agent.members):
            return
        agent.wants_pause = REASONS[self._reason()].id
        if not agent.is_busy:
            self.talk_over(agent)

    def talk_over(self, agent: Agent) -> None:
        """He is free of calls: now he may take the break that he wanted."""
        wanted, agent.wants_pause = agent.wants_pause, ""
        if wanted:
            number = next(place for place, reason in enumerate(REASONS) if reason.id == wanted)
            self._begin_pause(agent, number)

    def _begin_pause(self, agent: Agent, number: int) -> None:
        reason = REASONS[number]
        one_queue = None
        if len(agent.members) > 1 and self._rng.random() < 0.15:
            one_queue = self._rng.choice(agent.members).queue
        self._world.members.pause(agent, reason.id, queue=one_queue)
        lasts_s = 60 * self._rng.gammavariate(3, reason.mean_min / 3)
        if self._is_redundant and self._rng.random() < 0.6:
            self._world.engine.after(lasts_s * 0.4, self._again, agent)
        self.comes_back(agent, lasts_s)

    def comes_back(self, agent: Agent, lasts_s: float) -> None:
        """End his pause after that time, unless another pause began meanwhile."""
        agent.pause_token += 1
        self._world.engine.after(lasts_s, self._resume, agent, agent.pause_token)

    def _again(self, agent: Agent) -> None:
        """Paused again for another reason, without coming back between."""
        if any(member.is_paused for member in agent.members):
            self._world.members.pause(agent, REASONS[self._reason()].id)

    def _resume(self, agent: Agent, token: int) -> None:
        if token != agent.pause_token:
            return
        self._world.members.pause(agent, "back" if self._is_redundant else "", paused=False)
        if self._is_redundant and self._rng.random() < 0.5:
            self._world.members.pause(agent, "", paused=False)

    # -- signing out, losing the phone, own calls

    def _sign_out(self, agent: Agent) -> None:
        if agent.is_busy and not self._leaves_at_once:
            self._world.engine.after(30, self._sign_out, agent)
            return
        queues = [member.queue for member in agent.members]
        for member in list(agent.members):
            if member.dynamic:
                self._world.members.sign_out(member)
        self._world.engine.after(self._rng.uniform(120, 900), self._sign_in, agent, [queue.id for queue in queues])

    def _sign_in(self, agent: Agent, queues: list[str]) -> None:
        paused = "小休" if self._leaves_at_once and self._rng.random() < 0.4 else None
        for queue in queues:
            if agent.interface not in self._world.queues[queue].members:
                self._world.members.sign_in(self._world.queues[queue], agent, paused=paused)
        if paused is not None:
            self.comes_back(agent, self._rng.uniform(20, 60))
        self._next(self._sign_outs, self._sign_out, agent)

    def _lose(self, agent: Agent) -> None:
        self._next(self._losses, self._lose, agent)
        if agent.is_busy or agent.up or agent.ringing:
            return
        self._world.members.reachable(agent, is_reachable=False)
        self._world.engine.after(self._rng.uniform(15, 150), self._found, agent)

    def _found(self, agent: Agent) -> None:
        self._world.members.reachable(agent, is_reachable=True)

    def _own_call(self, agent: Agent) -> None:
        self._next(self._world.config.own_calls_per_hour, self._own_call, agent)
        self._world.own_calls.dial(agent)
