"""Talks: from the answer to the end of the conversation, with holds, and the late end that app_queue prints after a redirect.

Invariants: a talk ends once for the truth (when the bridge ends) and once for app_queue (AgentComplete); the two differ only
for a redirected caller. HoldTime and TalkTime are differences of whole-second clocks.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from .channels import Channel
from .floor import Member, Offer, Talk
from .wire import Part

if TYPE_CHECKING:
    from .world import World

HOLD_SHARE = 0.16
SPREAD = 0.75


def talk_time(rng: random.Random, mean_s: float) -> float:
    """A lognormal talk with that mean."""
    return rng.lognormvariate(math.log(mean_s) - SPREAD**2 / 2, SPREAD)


def rest_of_talk(rng: random.Random, mean_s: float) -> float:
    """How much of a talk is left when one looks in at a random moment: longer talks are met more often."""
    return max(2.0, rng.random() * rng.lognormvariate(math.log(mean_s) + SPREAD**2 / 2, SPREAD))


class Talks:
    """All conversations of queues."""

    def __init__(self, world: World) -> None:
        self._world = world
        traps = world.config.traps
        self._rng = random.Random(f"{world.config.seed}:talks")
        self._loses_headers = 10 in traps
        self._counts_low = 5 in traps
        self._odd_holds = 29 in traps

    # -- beginning

    def begin(self, offer: Offer) -> None:
        """The agent answered: Leave, AgentConnect, and everybody into the bridge."""
        world, exchange, visit, member = self._world, self._world.exchange, offer.visit, offer.member
        agent, queue, caller = member.agent, offer.visit.queue, offer.visit.channel
        wait_s = world.callers.waited(visit)
        ring_s = int(world.engine.now) - int(offer.started_at)
        exchange.music(caller, plays=False)
        world.callers.answered(visit)
        exchange.noise.answered(caller, offer.leg, agent.interface, wait_s)
        talk = Talk(offer, visit, member, world.engine.now, wait_s)
        agent.talk, agent.since = talk, world.engine.now
        member.in_call = 1
        member.busy_with += 1
        queue.averages_move(hold_s=wait_s)
        world.talks_by_call[visit.call.channel.unique_id] = talk
        world.log.write(visit.call_id, queue.id, member.name, "CONNECT", wait_s, offer.leg.unique_id, ring_s)
        world.wire.event(
            "AgentConnect", caller, (offer.leg, "Dest"), member_lines(member),
            f"HoldTime: {wait_s}\r\nRingTime: {ring_s}\r\n",
        )  # fmt: skip
        self._bridge(talk)
        world.truth.answered(talk)
        self._plan(talk)

    def _bridge(self, talk: Talk) -> None:
        exchange, offer, caller = self._world.exchange, talk.offer, talk.visit.channel
        if offer.one is not None and offer.two is not None:
            inner = exchange.bridge()
            exchange.enter(inner, offer.phone)
            exchange.enter(inner, offer.two)
        talk.bridge = exchange.bridge()
        exchange.enter(talk.bridge, offer.leg)
        exchange.enter(talk.bridge, caller)
        if talk.member.agent.plan.kind == "optimised":
            talk.steps.append(self._world.engine.after(0.01, self._optimise, talk))

    def _optimise(self, talk: Talk) -> None:
        offer = talk.offer
        if talk.is_open and offer.one is not None and offer.two is not None:
            self._world.exchange.optimise(offer.one, offer.two, offer.phone)
            offer.one = offer.two = None

    def _plan(self, talk: Talk) -> None:
        rng, engine = talk.visit.call.rng, self._world.engine
        settled_s, talk.visit.call.talk_s = talk.visit.call.talk_s, None
        if talk.visit.call.stays:
            return
        length_s = settled_s or max(2.0, talk_time(rng, self._world.config.talk_mean_s))
        if rng.random() < HOLD_SHARE and length_s > 12:
            begins = rng.uniform(0.2, 0.6) * length_s
            self._plan_hold(talk, begins, min(rng.expovariate(1 / 25) + 2, length_s - begins))
        if self._world.transfers.plan(talk, length_s):
            return
        by_agent = rng.random() < 0.28
        talk.steps.append(engine.after(length_s, self.end, talk, "agent" if by_agent else "caller"))

    # -- hold

    def _plan_hold(self, talk: Talk, begins_s: float, lasts_s: float) -> None:
        talk.steps.append(self._world.engine.after(begins_s, self.hold, talk))
        if not (self._odd_holds and talk.visit.call.rng.random() < 0.5):
            talk.steps.append(self._world.engine.after(begins_s + lasts_s, self.resume, talk))

    def hold(self, talk: Talk) -> None:
        if not talk.is_open or talk.held_at is not None or talk.consult is not None:
            return
        exchange, offer = self._world.exchange, talk.offer
        talk.held_at = self._world.engine.now
        offer.phone.is_holding = True
        exchange.says("Hold", offer.phone, "MusicClass: default\r\n")
        if self._odd_holds and offer.one is not None:
            exchange.says("Hold", offer.one)
        exchange.music(offer.two or talk.visit.channel, plays=True)

    def resume(self, talk: Talk) -> None:
        if not talk.is_open or talk.held_at is None:
            return
        exchange, offer = self._world.exchange, talk.offer
        offer.phone.is_holding = False
        exchange.says("Unhold", offer.phone)
        if self._odd_holds and offer.one is not None:
            exchange.says("Unhold", offer.one)
        exchange.music(offer.two or talk.visit.channel, plays=False)
        self.no_longer_held(talk)

    def no_longer_held(self, talk: Talk) -> None:
        if talk.held_at is not None:
            self._world.truth.resumed_hold(talk)
            talk.held_at = None

    # -- the end

    def end(self, talk: Talk, by: str, *, requested: bool = True) -> None:
        """One side hangs up; `requested` False: the switch itself ends the leg, nobody's phone asked."""
        if not talk.is_open:
            return
        exchange, caller, offer = self._world.exchange, talk.visit.channel, talk.offer
        self.close(talk, by)
        if by == "agent":
            if requested:
                exchange.hangup_requested(offer.phone)
            exchange.leave(offer.leg)
            self.complete(talk, "agent")
            exchange.leave(caller)
            self.agent_legs_end(talk)
        else:
            if requested:
                exchange.hangup_requested(caller)
            self.complete_redirected(caller)
            self.complete(talk, "caller")
            exchange.leave(caller)
            exchange.leave(offer.leg)
            self.agent_legs_end(talk)
        self._world.callers.hang_up(talk.visit.call)

    def close(self, talk: Talk, by: str, *, wraps_up: bool = True) -> None:
        """The truth's end: nobody talks any more."""
        world, agent = self._world, talk.member.agent
        talk.is_open = False
        talk.cancel_steps()
        world.transfers.consult_over(talk)
        self.no_longer_held(talk)
        world.truth.ended(talk, by)
        world.talks_by_call.pop(talk.visit.call.channel.unique_id, None)
        if agent.talk is talk:
            agent.talk, agent.since = None, world.engine.now
            if wraps_up:
                agent.ready_at = world.engine.now + talk.visit.queue.plan.wrap_up_s
            world.shifts.talk_over(agent)

    def agent_legs_end(self, talk: Talk, cause: int = 16) -> None:
        """All legs of the agent are hung up; his phone is free a moment later."""
        exchange, offer, agent = self._world.exchange, talk.offer, talk.member.agent
        if offer.one is not None and offer.two is not None:
            exchange.leave(offer.one)
            exchange.hangup_requested(offer.two)
            exchange.hang_up(offer.one, cause)
            exchange.leave(offer.two)
            exchange.soft_hangup(offer.two)
            exchange.hang_up(offer.two, cause)
        exchange.leave(offer.phone)
        exchange.hang_up(offer.phone, cause)
        self._world.serve_at(agent, agent.ready_at)

    def complete(self, talk: Talk, reason: str) -> None:
        """app_queue's end of the conversation: AgentComplete and the switch's own counters."""
        world, member, queue, visit = self._world, talk.member, talk.visit.queue, talk.visit
        talk_s = int(world.engine.now) - int(talk.answered_at)
        self._count(talk, talk_s)
        if reason != "transfer":
            world.log.write(
                visit.call_id, queue.id, member.name, f"COMPLETE{reason.upper()}", talk.wait_s, talk_s, visit.position
            )
        caller: Part = visit.channel
        dest: Part = (talk.dest or talk.offer.leg, "Dest")
        if talk.redirected:
            dest = ""
        elif self._loses_headers and self._rng.random() < 0.3:
            dest = ""
            caller = caller if self._rng.random() < 0.8 else ""
        world.wire.event(
            "AgentComplete", caller, dest, member_lines(member),
            f"HoldTime: {talk.wait_s}\r\nTalkTime: {talk_s}\r\nReason: {reason}\r\n",
        )  # fmt: skip

    def _count(self, talk: Talk, talk_s: int) -> None:
        now, member, queue = int(self._world.engine.now), talk.member, talk.visit.queue
        member.busy_with -= 1
        member.in_call = int(member.busy_with > 0)
        overlaps = any(m.busy_with for m in member.agent.members)
        for each in member.agent.members:
            each.calls_taken += 1
            each.last_call = now
        if self._counts_low and (overlaps or len(member.agent.members) > 1):
            return
        queue.completed += 1
        if talk.wait_s <= 20:
            queue.in_level += 1
        queue.averages_move(talk_s=talk_s)

    # -- a redirected caller

    def redirected(self, talk: Talk, *, by: str = "redirect", leg_ends_s: float = 0.0) -> None:
        """A manager moved the caller: the agent's leg ends without a request, and app_queue does not notice."""
        exchange, caller = self._world.exchange, talk.visit.channel
        self.close(talk, by, wraps_up=False)
        talk.redirected = True
        self._world.late_talks.setdefault(caller.unique_id, []).append(talk)
        exchange.leave(caller)
        if leg_ends_s > 0:
            self._world.engine.after(leg_ends_s, self._left_alone, talk)
        else:
            self._left_alone(talk)

    def _left_alone(self, talk: Talk) -> None:
        self._world.exchange.leave(talk.offer.leg)
        self.agent_legs_end(talk)

    def cut(self, talk: Talk, *, agent_first: bool) -> None:
        """A manager hung one of the two up: nobody's phone asked, and app_queue says that the caller ended it."""
        if not talk.is_open:
            return
        exchange, caller, offer, call = self._world.exchange, talk.visit.channel, talk.offer, talk.visit.call
        self.close(talk, "agent" if agent_first else "caller")
        if agent_first:
            exchange.leave(offer.leg)
            exchange.leave(caller)
        else:
            exchange.leave(caller)
        exchange.soft_hangup(caller)
        self.complete_redirected(caller)
        self.complete(talk, "caller")
        if not agent_first:
            exchange.leave(offer.leg)
        self._world.callers.hang_up(call, is_asked=True)
        self.agent_legs_end(talk)

    def complete_redirected(self, caller: Channel) -> None:
        """The caller has gone at last: the conversations that app_queue still had open end now, with too long a talk."""
        for talk in self._world.late_talks.pop(caller.unique_id, ()):
            self._world.truth.overcounted(talk, int(self._world.engine.now) - int(talk.answered_at))
            self.complete(talk, "caller")


def member_lines(member: Member) -> str:
    """Queue, Interface, MemberName, as agent events end."""
    return f"Queue: {member.queue.id}\r\nInterface: {member.agent.interface}\r\nMemberName: {member.name}\r\n"
