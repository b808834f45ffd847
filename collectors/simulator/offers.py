"""Offers: which member a waiting visit rings, and how that ringing ends. The strategies are those of app_queue.

Invariants: a member that rings or talks is not offered another visit; every offer ends exactly once: answered, missed,
declined, cancelled by the caller, or lost to another agent. Losers and cancelled ones get no agent event, as in Asterisk.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from .channels import DOWN, RINGING, UP, Channel
from .floor import Agent, Member, Offer, Queue, Visit
from .members import is_available
from .talks import member_lines

if TYPE_CHECKING:
    from .world import World

PHONE_LAG_S = 0.012
MANY = 1 << 30

ORDERS: dict[str, Callable[[Queue, random.Random], Callable[[Member], Any]]] = {
    "leastrecent": lambda _queue, _rng: attrgetter("penalty", "last_call", "place"),
    "fewestcalls": lambda _queue, _rng: attrgetter("penalty", "calls_taken", "place"),
    "linear": lambda _queue, _rng: attrgetter("penalty", "place"),
    "random": lambda _queue, rng: lambda member: (member.penalty, rng.random()),
    "rrmemory": lambda queue, _rng: lambda member: (member.penalty, (member.place - queue.turn) % MANY),
}
"""Whom each strategy rings first among the free ones. ringall rings all of the lowest penalty."""


class Offers:
    """All ringing."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rng = random.Random(f"{world.config.seed}:offers")
        self._is_rude = 12 in world.config.traps

    # -- who rings

    def serve(self, queue: Queue) -> None:
        """Ring agents for the waiting visits, oldest first, as long as somebody is free."""
        now = self._world.engine.now
        unserved = [v for v in queue.waiting if not v.offers and v.retry_at <= now and not v.withdrawn]
        if not unserved:
            return
        for visit in unserved:
            chosen = self._everybody(queue, now) if queue.plan.strategy == "ringall" else self._next(queue, now)
            if not chosen:
                return
            for member in chosen:
                self._ring(visit, member)
            for member in chosen:
                self._phone_lags(member)

    @staticmethod
    def _everybody(queue: Queue, now: float) -> list[Member]:
        free = [member for member in queue.idle.values() if is_available(member, now)]
        lowest = min((member.penalty for member in free), default=0)
        return [member for member in free if member.penalty == lowest]

    def _next(self, queue: Queue, now: float) -> list[Member]:
        """The strategy's first choice; who turns out not to be free is dropped from the idle ones."""
        order, idle = ORDERS[queue.plan.strategy](queue, self._rng), queue.idle
        while idle:
            chosen = min(idle.values(), key=order)
            del idle[chosen.agent.plan.interface]
            if is_available(chosen, now):
                queue.turn = chosen.place + 1
                return [chosen]
        return []

    def _phone_lags(self, member: Member) -> None:
        offer = member.agent.offer
        if offer is not None and offer.is_open and not offer.steps:
            offer.steps.append(self._world.engine.after(PHONE_LAG_S, self._phone_rings, offer))

    # -- ringing begins

    def _ring(self, visit: Visit, member: Member) -> None:
        world, agent, caller = self._world, member.agent, visit.channel
        exchange = world.exchange
        if agent.plan.kind == "phone":
            phone = self.phone(agent, caller, visit.queue.id)
            offer = Offer(visit, member, phone, world.engine.now)
        else:
            one, two = exchange.open_local(agent.plan.extension, "agents", caller.linked_id)
            for half in (one, two):
                half.values.update(world.inherited(caller))
            exchange.renamed(one, visit.call.channel.exten if caller.connected_number else "800", "")
            one.exten = visit.queue.id
            exchange.connected_line(one, caller.number, caller.caller_name)
            exchange.renamed(two, caller.number, caller.caller_name)
            exchange.connected_line(two, one.number, "")
            exchange.local_bridge(one, two, "agents", agent.plan.extension, optimises=agent.plan.kind == "optimised")
            one.application, one.data = "AppQueue", "(Outgoing Line)"
            two.application, two.data = "Dial", f"{agent.plan.phone},20"
            two.connect_to(agent.plan.extension, agent.plan.name)
            phone = Channel("", "", "", DOWN, "", "", "", "", 1, 0.0, is_up=False)
            offer = Offer(visit, member, phone, world.engine.now, one, two)
        visit.offers.append(offer)
        agent.offer = offer
        agent.since = world.engine.now
        world.wire.event("AgentCalled", caller, (offer.leg, "Dest"), member_lines(member))
        exchange.dial_begin(caller, offer.leg, agent.interface)
        if offer.one is None:
            caller.connect_to(agent.plan.extension, agent.plan.name)
            world.wire.event("NewConnectedLine", caller)
        world.truth.offered(offer)

    def phone(self, agent: Agent, caller: Channel, exten: str) -> Channel:
        """A leg towards the agent's own phone."""
        exchange = self._world.exchange
        plan = agent.plan
        phone = exchange.open(plan.phone, DOWN, plan.extension, plan.name, "internal", "s", linked=caller.linked_id)
        phone.goes_to("internal", exten, 1, "AppQueue", "(Outgoing Line)")
        phone.values.update(self._world.inherited(caller))
        exchange.connected_line(phone, caller.number, caller.caller_name)
        return phone

    def _phone_rings(self, offer: Offer) -> None:
        if not offer.is_open:
            return
        exchange, agent = self._world.exchange, offer.member.agent
        caller = offer.visit.channel
        if offer.one is not None and offer.two is not None:
            offer.phone = self.phone(agent, offer.two, agent.plan.extension)
            offer.phone.application = "AppDial"
            exchange.dial_begin(offer.two, offer.phone, agent.plan.extension)
        draw = self._rng.random()
        if not offer.visit.call.stays and draw < (0.25 if self._is_rude else 0.004):
            self._decline(offer)
            return
        exchange.set_state(offer.phone, RINGING)
        if offer.one is not None and offer.two is not None:
            exchange.set_state(offer.one, RINGING)
            exchange.renamed(offer.one, agent.plan.extension, agent.plan.name)
            exchange.dial_state(offer.two, offer.phone)
        exchange.dial_state(caller, offer.leg)
        self._plan_outcome(offer)

    def _plan_outcome(self, offer: Offer) -> None:
        config, engine, agent = self._world.config, self._world.engine, offer.member.agent
        ring_s = offer.visit.queue.plan.ring_s
        after_s = min(ring_s * 0.9, 0.4 + self._rng.gammavariate(2.2, config.ring_mean_s / 2.2) * agent.plan.pace)
        if offer.visit.call.stays:
            after_s = 0.3
        if self._rng.random() >= agent.plan.diligence or offer.visit.call.stays:
            offer.steps.append(engine.after(after_s, self.answer, offer))
        offer.steps.append(engine.at(offer.started_at + ring_s, self._rang_out, offer))

    # -- ringing ends

    def answer(self, offer: Offer) -> None:
        """The agent picks up; everybody else who rang for this visit has lost."""
        if not offer.is_open:
            return
        world, exchange, agent, visit = self._world, self._world.exchange, offer.member.agent, offer.visit
        self._close(offer)
        exchange.set_state(offer.phone, UP)
        if offer.one is not None and offer.two is not None:
            offer.phone.exten = ""
            exchange.dial_end(offer.two, offer.phone, "ANSWER")
            exchange.set_state(offer.two, UP)
            exchange.set_state(offer.one, UP)
        exchange.dial_end(visit.channel, offer.leg, "ANSWER")
        if visit.channel.connected_number != agent.plan.extension:
            exchange.connected_line(visit.channel, agent.plan.extension, agent.plan.name)
        losers = [other for other in visit.offers if other is not offer]
        visit.offers.clear()
        for other in losers:
            self._close(other)
            world.truth.offer_ended(other, "lost")
            self._legs_end(other, "CANCEL", 26)
        world.truth.offer_ended(offer, "answered")
        world.talks.begin(offer)
        for other in losers:
            world.serve_soon(other.member.agent)

    def _rang_out(self, offer: Offer) -> None:
        self.miss(offer)
        visit = offer.visit
        if visit.state == "waiting" and not visit.offers:
            visit.retry_at = self._world.engine.now + visit.queue.plan.retry_s
            visit.steps.append(self._world.engine.at(visit.retry_at, self._world.offers.serve, visit.queue))
            self._world.callers.attempt_over(visit)

    def miss(self, offer: Offer, *, status: str = "NOANSWER", ring_ms: int | None = None) -> None:
        """Nobody picked up (or `status` BUSY / CONGESTION, with 0 ms): AgentRingNoAnswer, and the legs end."""
        if not offer.is_open:
            return
        world, member = self._world, offer.member
        milliseconds = max(1, int(world.engine.now - offer.started_at + 0.02)) * 1000 if ring_ms is None else ring_ms
        self._close(offer)
        offer.visit.offers.remove(offer)
        world.log.write(offer.visit.call_id, offer.visit.queue.id, member.name, "RINGNOANSWER", milliseconds)
        world.wire.event(
            "AgentRingNoAnswer", offer.visit.channel, (offer.leg, "Dest"), member_lines(member),
            f"RingTime: {milliseconds}\r\n",
        )  # fmt: skip
        world.truth.offer_ended(offer, "missed" if status == "NOANSWER" else "rejected")
        self._legs_end(offer, status, 0)
        if offer.visit.queue.plan.autopause and status == "NOANSWER":
            world.members.pause(member.agent, "Auto-Pause", queue=offer.visit.queue)
            world.shifts.comes_back(member.agent, self._rng.uniform(20, 90))
        world.serve_soon(member.agent)

    def _decline(self, offer: Offer) -> None:
        self.miss(offer, status=self._rng.choice(("BUSY", "CONGESTION")), ring_ms=0)
        visit = offer.visit
        if visit.state == "waiting" and not visit.offers:
            visit.retry_at = self._world.engine.now + visit.queue.plan.retry_s
            visit.steps.append(self._world.engine.at(visit.retry_at, self.serve, visit.queue))

    def cancel_all(self, visit: Visit) -> None:
        """The caller goes: whoever rings for him stops, without an agent event."""
        offers, visit.offers = visit.offers, []
        for offer in offers:
            self._close(offer)
            milliseconds = int((self._world.engine.now - offer.started_at) * 1000)
            self._world.log.write(visit.call_id, visit.queue.id, offer.member.name, "RINGCANCELED", milliseconds)
            self._legs_end(offer, "CANCEL", 0)
            self._world.truth.offer_ended(offer, "cut_short")
            self._world.serve_soon(offer.member.agent)

    def _close(self, offer: Offer) -> None:
        offer.is_open = False
        offer.cancel_steps()
        agent = offer.member.agent
        if agent.offer is offer:
            agent.offer = None
            agent.since = self._world.engine.now

    def _legs_end(self, offer: Offer, status: str, cause: int) -> None:
        exchange = self._world.exchange
        exchange.dial_end(offer.visit.channel, offer.leg, status)
        if offer.one is None or offer.two is None:
            exchange.hang_up(offer.phone, cause)
            return
        exchange.hangup_requested(offer.two, cause)
        exchange.hang_up(offer.one, cause)
        if offer.phone.is_up:
            exchange.dial_end(offer.two, offer.phone, "CANCEL")
        exchange.soft_hangup(offer.two)
        exchange.hang_up(offer.two, cause)
        exchange.hang_up(offer.phone, cause)
