"""Agents' calls outside any queue: outbound, to each other, and callers that were transferred straight to them.

Invariants: no queue event is printed for them; an agent has at most one, and none while he rings or talks for a queue; every
one of them ends.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from .channels import DOWN, RING, RINGING, UP, Channel
from .floor import Agent, Call, Consult, OwnCall, Talk
from .talks import talk_time

if TYPE_CHECKING:
    from .world import World

OUTBOUND_SHARE = 0.7
INTERNAL_MEAN_S, OUTBOUND_MEAN_S = 45.0, 90.0


class OwnCalls:
    """All calls of agents that no queue knows of."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rng = random.Random(f"{world.config.seed}:own")
        self._handed: dict[str, tuple[Consult, Talk]] = {}
        """Callers who were handed over after a consultation, by unique id."""

    def forget_all(self) -> None:
        """The switch died."""
        self._handed.clear()

    # -- an agent dials

    def dial(self, agent: Agent) -> None:
        """He calls somebody outside, or a colleague."""
        if agent.is_busy or not agent.is_reachable or agent.up or agent.ringing:
            return
        colleague = None if self._rng.random() < OUTBOUND_SHARE else self._colleague(agent)
        if colleague is None:
            self._dial_out(agent)
        else:
            self._dial_colleague(agent, colleague)

    def _colleague(self, agent: Agent) -> Agent | None:
        for _ in range(8):
            other = self._rng.choice(self._world.agents)
            if other is not agent and not other.is_busy and other.is_reachable and not other.up and not other.ringing:
                return other
        return None

    def _dial_out(self, agent: Agent) -> None:
        number = f"91{self._rng.choice('3578')}{self._rng.randrange(10**9):09d}"
        exchange, plan = self._world.exchange, agent.plan
        leg = self._own_leg(agent, number)
        trunk = exchange.open("PJSIP/trunk", DOWN, "", "", "from-trunk", "s", linked=leg.linked_id)
        trunk.goes_to("from-trunk", number, 1, "AppDial", "(Outgoing Line)")
        exchange.renamed(trunk, number, "")
        exchange.connected_line(trunk, plan.extension, plan.name)
        leg.goes_to("internal", number, 1, "Dial", f"PJSIP/{number[1:]}@trunk,30,tT")
        exchange.dial_begin(leg, trunk, f"{number[1:]}@trunk")
        exchange.connected_line(leg, number, "")
        own = self._begin(agent, "outbound", leg, trunk, number)
        answers = self._rng.random() < 0.7
        after = self._world.engine.after
        own.steps.append(after(0.2, self._far_end_rings, own))
        own.steps.append(after(self._rng.uniform(4, 14), self._far_end_answers if answers else self.end, own))

    def _dial_colleague(self, agent: Agent, other: Agent) -> None:
        exchange = self._world.exchange
        leg = self._own_leg(agent, other.plan.extension)
        phone = self._world.offers.phone(other, leg, other.plan.extension)
        phone.application = "AppDial"
        leg.goes_to("internal", other.plan.extension, 1, "Dial", f"{other.plan.phone},20,tT")
        exchange.dial_begin(leg, phone, other.plan.extension)
        exchange.connected_line(leg, other.plan.extension, other.plan.name)
        own = self._begin(agent, "internal", leg, phone, other.plan.extension)
        own.peer = self._begin(other, "internal", phone, leg, agent.plan.extension)
        after = self._world.engine.after
        own.steps.append(after(0.02, self._far_end_rings, own))
        own.steps.append(after(self._rng.uniform(2, 7), self._far_end_answers, own))

    def _own_leg(self, agent: Agent, exten: str) -> Channel:
        plan = agent.plan
        return self._world.exchange.open(plan.phone, RING, plan.extension, plan.name, "internal", exten)

    def _begin(self, agent: Agent, kind: str, leg: Channel, other: Channel, number: str) -> OwnCall:
        own = OwnCall(agent, kind, leg, other, number, self._world.engine.now)
        agent.own, agent.since = own, self._world.engine.now
        self._world.truth.own_started(own)
        return own

    # -- the other side

    def _far_end_rings(self, own: OwnCall) -> None:
        exchange = self._world.exchange
        exchange.set_state(own.other, RINGING)
        exchange.dial_state(own.leg, own.other)

    def _far_end_answers(self, own: OwnCall) -> None:
        exchange = self._world.exchange
        exchange.set_state(own.other, UP)
        own.other.exten = ""
        exchange.dial_end(own.leg, own.other, "ANSWER")
        exchange.set_state(own.leg, UP)
        bridge = exchange.bridge()
        exchange.enter(bridge, own.other)
        exchange.enter(bridge, own.leg)
        for each in (own, own.peer):
            if each is not None:
                self._connected(each)
        mean_s = OUTBOUND_MEAN_S if own.kind == "outbound" else INTERNAL_MEAN_S
        own.steps.append(self._world.engine.after(talk_time(self._rng, mean_s), self.end, own))

    def _connected(self, own: OwnCall) -> None:
        own.connected_at = self._world.engine.now
        self._world.truth.own_connected(own)

    def end(self, own: OwnCall) -> None:
        """One side hangs up, or nobody answered."""
        exchange = self._world.exchange
        if own.connected_at is None:
            exchange.dial_end(own.leg, own.other, "NOANSWER")
            exchange.hang_up(own.other, 19)
        else:
            exchange.hangup_requested(own.other if own.kind == "outbound" else own.leg)
            exchange.leave(own.other)
            exchange.leave(own.leg)
            exchange.soft_hangup(own.leg)
            exchange.hang_up(own.other, 16)
        exchange.hang_up(own.leg, 16)
        for each in (own, own.peer):
            if each is not None:
                self._over(each)

    def _over(self, own: OwnCall) -> None:
        """The truth's end, and the agent's phone is free."""
        agent, world = own.agent, self._world
        for step in own.steps:
            step.cancel()
        if agent.own is own:
            agent.own, agent.since = None, world.engine.now
            world.shifts.talk_over(agent)
            world.serve_soon(agent)

    def end_any(self, own: OwnCall) -> None:
        """End the call that `own` is one side of."""
        if self.end_consulted(own.leg):
            return
        if own.kind == "inbound":
            call = self._world.calls.get(own.other.unique_id)
            if call is not None:
                self._caller_gone(own, call)
            return
        others = (agent.own for agent in self._world.agents)
        self.end(next((each for each in others if each is not None and each.peer is own), own))

    def end_consulted(self, channel: Channel) -> bool:
        """End a consultation, or what became of it, by one of its legs. False: the channel is none."""
        for caller, (consult, talk) in list(self._handed.items()):
            call = self._world.calls.get(caller)
            if channel in (consult.one, consult.two, consult.phone) and call is not None:
                self._handed_gone(consult, call, talk)
                return True
        for agent in self._world.agents:
            asked = agent.talk.consult if agent.talk is not None else None
            if agent.talk is not None and asked is not None and channel in (asked.one, asked.two, asked.phone):
                self._world.transfers.consult_over(agent.talk)
                return True
        return False

    def let_go(self, call: Call) -> None:
        """The caller is taken away from whoever he was transferred to."""
        if call.hangup_step is not None:
            call.hangup_step.cancel()
        handed = self._handed.pop(call.channel.unique_id, None)
        if handed is not None:
            self._world.exchange.leave(call.channel)
            self._handed_ends(*handed)
        for agent in self._world.agents:
            own = agent.own
            if own is not None and own.other is call.channel:
                self._world.exchange.leave(call.channel)
                self._world.exchange.leave(own.leg)
                self._world.exchange.hang_up(own.leg, 16)
                self._over(own)
        self._world.exchange.leave(call.channel)

    def lose(self, other: Channel) -> None:
        """The far end of an agent's own call is taken away from him."""
        for agent in self._world.agents:
            own = agent.own
            if own is not None and own.other is other:
                self._world.exchange.leave(other)
                self._world.exchange.leave(own.leg)
                self._world.exchange.hang_up(own.leg, 16)
                for each in (own, own.peer):
                    if each is not None:
                        self._over(each)

    # -- a caller transferred to him

    def receive(self, target: Agent, call: Call) -> None:
        """A blind-transferred caller rings his phone."""
        exchange, caller, plan = self._world.exchange, call.channel, target.plan
        phone = self._world.offers.phone(target, caller, plan.extension)
        phone.application = "AppDial"
        caller.goes_to("internal", plan.extension, 1, "Dial", f"{plan.phone},20,tT")
        exchange.dial_begin(caller, phone, plan.extension)
        exchange.connected_line(caller, plan.extension, plan.name)
        own = self._begin(target, "inbound", phone, caller, call.number)
        own.steps.append(self._world.engine.after(0.02, self._rings_for, own))
        answers_s = 0.3 if call.stays else self._rng.uniform(2, 8)
        own.steps.append(self._world.engine.after(answers_s, self._takes, own, call))

    def _rings_for(self, own: OwnCall) -> None:
        self._world.exchange.set_state(own.leg, RINGING)
        self._world.exchange.dial_state(own.other, own.leg)

    def _takes(self, own: OwnCall, call: Call) -> None:
        exchange = self._world.exchange
        exchange.set_state(own.leg, UP)
        own.leg.exten = ""
        exchange.dial_end(own.other, own.leg, "ANSWER")
        bridge = exchange.bridge()
        exchange.enter(bridge, own.leg)
        exchange.enter(bridge, own.other)
        self._connected(own)
        if call.stays:
            return
        length_s = talk_time(self._rng, OUTBOUND_MEAN_S)
        call.hangup_step = self._world.engine.after(length_s, self._caller_gone, own, call)

    def _caller_gone(self, own: OwnCall, call: Call) -> None:
        exchange = self._world.exchange
        exchange.hangup_requested(own.other)
        exchange.leave(own.other)
        exchange.leave(own.leg)
        exchange.hang_up(own.leg, 16)
        self._over(own)
        self._world.callers.hang_up(call)

    # -- consulted for an attended transfer

    def consulted(self, target: Agent, talk: Talk, ring: Channel) -> None:
        """A colleague asks him something while a caller holds."""
        self._begin(target, "internal", ring, talk.offer.phone, talk.member.agent.plan.extension)

    def consult_answered(self, target: Agent) -> None:
        if target.own is not None:
            self._connected(target.own)

    def consult_dropped(self, consult: Consult) -> None:
        """The caller did not wait: the consultation is over."""
        exchange, own = self._world.exchange, consult.target.own
        exchange.leave(consult.one)
        exchange.hangup_requested(consult.two)
        exchange.hang_up(consult.one, 16)
        exchange.leave(consult.two)
        if not consult.answered:
            exchange.dial_end(consult.two, consult.phone, "CANCEL")
        exchange.soft_hangup(consult.two)
        exchange.hang_up(consult.two, 16)
        exchange.leave(consult.phone)
        exchange.hang_up(consult.phone, 16)
        if own is not None and own.leg is consult.phone:
            self._over(own)

    def handed_over(self, consult: Consult, call: Call, talk: Talk) -> None:
        """The caller is his now; or will be, once he answers, and until then the transferrer's channel stays listed."""
        after = self._world.engine.after
        self._handed[call.channel.unique_id] = (consult, talk)
        if consult.answered:
            after(0.3, self._swap, consult)
        else:
            after(self._rng.uniform(2, 6), self._late_answer, consult, talk)
        if not call.stays:
            call.hangup_step = after(8 + talk_time(self._rng, OUTBOUND_MEAN_S), self._handed_gone, consult, call, talk)

    def _swap(self, consult: Consult) -> None:
        if consult.one.is_up and consult.two.is_up:
            self._world.exchange.optimise(consult.one, consult.two, consult.phone)

    def _late_answer(self, consult: Consult, talk: Talk) -> None:
        exchange = self._world.exchange
        if not consult.one.is_up:
            return
        exchange.hang_up(talk.offer.phone, 16)
        self._world.serve_soon(talk.member.agent)
        consult.answered = True
        self.consult_answered(consult.target)
        exchange.set_state(consult.phone, UP)
        consult.phone.exten = ""
        exchange.dial_end(consult.two, consult.phone, "ANSWER")
        exchange.set_state(consult.one, UP)
        exchange.set_state(consult.two, UP)
        inner = exchange.bridge()
        exchange.enter(inner, consult.phone)
        exchange.enter(inner, consult.two)
        self._world.engine.after(0.3, self._swap, consult)

    def _handed_gone(self, consult: Consult, call: Call, talk: Talk) -> None:
        exchange = self._world.exchange
        self._handed.pop(call.channel.unique_id, None)
        exchange.hangup_requested(call.channel)
        exchange.leave(call.channel)
        self._handed_ends(consult, talk)
        self._world.callers.hang_up(call)

    def _handed_ends(self, consult: Consult, talk: Talk) -> None:
        """The colleague's side of a call that was handed to him."""
        exchange, own = self._world.exchange, consult.target.own
        exchange.hang_up(talk.offer.phone, 16)
        self._world.serve_soon(talk.member.agent)
        if consult.one.is_up:
            self.consult_dropped(consult)
        else:
            exchange.leave(consult.phone)
            exchange.hang_up(consult.phone, 16)
            if own is not None and own.leg is consult.phone:
                self._over(own)
