"""Transfers: how an agent's caller gets elsewhere. Blind and attended ones by the agent's phone, redirects by a manager.

Invariants: a blind or attended transfer ends the conversation for app_queue at once (Reason: transfer); a redirect does not;
a referring Local agent does not even leave it: his ;2 half becomes the caller of the other queue, and both go on.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from .channels import RINGING, UP, Channel
from .floor import Agent, Call, Consult, Talk

if TYPE_CHECKING:
    from .world import World

BLIND_TO_QUEUE, BLIND_TO_AGENT, ATTENDED, REDIRECTED = 0.02, 0.01, 0.015, 0.003


class Transfers:
    """All that moves a caller who is talking."""

    def __init__(self, world: World) -> None:
        self._world = world
        traps = world.config.traps
        self._rng = random.Random(f"{world.config.seed}:transfers")
        self._redirect_share = 0.15 if 1 in traps else REDIRECTED
        self._refer_share = 0.3 if 26 in traps else 0.0
        self._stray_unhold = 29 in traps
        self._is_impatient = 30 in traps
        self._stays = 9 in traps
        self._factor = 4.0 if traps & {9, 11, 28, 29, 30} else 1.0

    def plan(self, talk: Talk, length_s: float) -> bool:
        """Whether this talk will end in a transfer; if so, it is planned."""
        rng, engine, kind = talk.visit.call.rng, self._world.engine, talk.member.agent.plan.kind
        draw = rng.random()
        if talk.visit.call.visits >= 4 or talk.visit.call.stands_for is not None:
            return False
        choices = (
            (self._redirect_share, self.redirect_away),
            (self._refer_share if kind == "local" else 0.0, self.refer),
            (BLIND_TO_QUEUE * self._factor if kind != "local" else 0.0, self.to_queue),
            (BLIND_TO_AGENT * self._factor if kind != "local" else 0.0, self.to_agent),
            (ATTENDED * self._factor if kind == "phone" else 0.0, self.consult),
        )
        for share, act in choices:
            if draw < share:
                talk.steps.append(engine.after(length_s, act, talk))
                return True
            draw -= share
        return False

    # -- blind

    def to_queue(self, talk: Talk, exten: str = "") -> None:
        """Blind transfer to another queue's number (to the same one in trap 9)."""
        if not talk.is_open:
            return
        queues = list(self._world.queues.values())
        if exten:
            following = queues[int(exten) - 800]
        elif self._stays:
            following = talk.visit.queue
        else:
            following = self._world.queues[talk.visit.queue.plan.overflow_to]
        self._blind(talk, exten or str(800 + queues.index(following)))
        self._world.truth.transferred(talk, "blind")
        self._world.callers.join(talk.visit.call, following, talk.visit.channel)

    def to_agent(self, talk: Talk, target: Agent | None = None) -> None:
        """Blind transfer to a colleague's extension (to any free one, if none is named)."""
        if not talk.is_open:
            return
        target = target or self._colleague(talk)
        if target is None:
            self._world.talks.end(talk, "caller")
            return
        self._blind(talk, target.plan.extension)
        self._world.truth.transferred(talk, "blind")
        self._world.own_calls.receive(target, talk.visit.call)

    def _blind(self, talk: Talk, exten: str) -> None:
        world, exchange, caller, phone = self._world, self._world.exchange, talk.visit.channel, talk.offer.leg
        if talk.held_at is not None:
            exchange.says("Unhold", phone)
            exchange.music(caller, plays=False)
        elif self._stray_unhold:
            exchange.says("Unhold", phone)
        self._print_blind(talk, phone, caller, exten)
        caller.goes_to("internal", exten, 1)
        talk_s = int(world.engine.now) - int(talk.answered_at)
        world.log.write(
            talk.visit.call_id, talk.visit.queue.id, talk.member.name, "BLINDTRANSFER", exten, "internal", talk.wait_s, talk_s,
            talk.visit.position,
        )  # fmt: skip
        world.talks.close(talk, "transfer")
        world.talks.complete(talk, "transfer")
        exchange.leave(caller)
        exchange.leave(phone)
        world.talks.agent_legs_end(talk)

    def _print_blind(self, talk: Talk, phone: Channel, caller: Channel, exten: str) -> None:
        bridge = phone.bridge or talk.bridge
        assert bridge is not None  # noqa: S101 - an open talk has its bridge
        self._world.wire.event(
            "BlindTransfer", "Result: Success\r\n", (phone, "Transferer"), (caller, "Transferee"), bridge,
            f"IsExternal: Yes\r\nContext: internal\r\nExtension: {exten}\r\n",
        )  # fmt: skip

    def _colleague(self, talk: Talk) -> Agent | None:
        """Somebody free, not of a Local kind (his phone is rung directly)."""
        now = self._world.engine.now
        agents = self._world.agents
        for _ in range(12):
            agent = self._rng.choice(agents)
            if agent is not talk.member.agent and agent.is_reachable and not agent.is_busy and agent.ready_at <= now:
                return agent
        return None

    # -- by a manager

    def redirect_away(self, talk: Talk) -> None:
        """What a supervisor does with AMI Redirect: the caller goes to a queue."""
        if talk.is_open:
            plan = talk.visit.queue.plan
            self.redirect(talk.visit.call, plan.id if self._rng.random() < 0.5 else plan.overflow_to)

    def redirect(self, call: Call, queue_id: str) -> None:
        """AMI Redirect of a caller into a queue, wherever he is."""
        talk = self._world.talks_by_call.get(call.channel.unique_id)
        if talk is not None and talk.is_open:
            talk.visit.channel.goes_to("internal", queue_id, 1)
            self._world.truth.transferred(talk, "redirect")
            self._world.talks.redirected(talk)
        self._world.callers.join(call, self._world.queues[queue_id])

    # -- a Local agent's phone refers its caller

    def refer(self, talk: Talk) -> None:
        """The agent's phone passes ;2 on to another queue; app_queue goes on believing that he talks."""
        offer = talk.offer
        if not talk.is_open or offer.one is None or offer.two is None:
            return
        world, exchange, two = self._world, self._world.exchange, offer.two
        following = world.queues[talk.visit.queue.plan.overflow_to]
        exchange.says("Unhold", offer.phone)
        self._print_blind(talk, offer.phone, two, str(800 + list(world.queues).index(following.id)))
        world.truth.transferred(talk, "blind")
        exchange.leave(two)
        exchange.leave(offer.phone)
        exchange.hang_up(offer.phone, 16)
        call = Call(two, two.number, two.caller_name, talk.visit.call.rng, 1e6, stands_for=talk)
        world.calls[two.unique_id] = call
        world.callers.join(call, following)
        length_s = talk.visit.call.rng.uniform(0.3, 1.2) * world.config.talk_mean_s
        talk.steps.append(world.engine.after(length_s, world.talks.end, talk, "caller"))

    def stand_in_over(self, talk: Talk) -> None:
        """The Local half that stood for the caller is gone: the first conversation ends with it."""
        self._world.talks.end(talk, "agent", requested=False)

    # -- attended

    def consult(self, talk: Talk, target: Agent | None = None) -> None:
        """AMI Atxfer: the caller on hold, the agent in a second bridge with a Local pair towards a colleague."""
        is_told = target is not None
        target = (target or self._colleague(talk)) if talk.is_open else None
        if target is None or talk.bridge is None:
            self._world.talks.end(talk, "caller")
            return
        world, exchange, phone, plan = self._world, self._world.exchange, talk.offer.phone, talk.member.agent.plan
        for digit in f"*2{target.plan.extension}":
            exchange.says("DTMFEnd", phone, f"Digit: {digit}\r\nDurationMs: 0\r\nDirection: Received\r\n")
        if talk.held_at is None:
            exchange.says("Hold", phone)
            exchange.music(talk.visit.channel, plays=True)
            talk.held_at = world.engine.now
        phone.is_holding = False
        exten = target.plan.extension
        one, two = exchange.open_local(exten, "internal", talk.visit.channel.linked_id)
        exchange.renamed(two, plan.extension, plan.name)
        exchange.local_bridge(one, two, "internal", exten, optimises=True)
        exchange.connected_line(one, plan.extension, plan.name)
        side = exchange.bridge()
        exchange.enter(side, one)
        exchange.leave(phone)
        exchange.enter(side, phone)
        two.application, two.data = "Dial", f"{target.plan.phone},20,tT"
        ring = world.offers.phone(target, two, exten)
        ring.application = "AppDial"
        exchange.dial_begin(two, ring, exten)
        talk.consult = Consult(one, two, target, ring)
        world.own_calls.consulted(target, talk, ring)
        talk.steps.append(world.engine.after(0.02, self._consult_rings, talk))
        if is_told:
            talk.steps.append(world.engine.after(0.3, self._consult_answered, talk))
            return
        talk.steps.append(
            world.engine.after(1.5 if self._is_impatient else self._rng.uniform(8, 20), self.hand_over, talk)
        )
        if not self._is_impatient:
            talk.steps.append(world.engine.after(self._rng.uniform(1, 5), self._consult_answered, talk))

    def _consult_rings(self, talk: Talk) -> None:
        consult, exchange = talk.consult, self._world.exchange
        if consult is None:
            return
        exchange.set_state(consult.phone, RINGING)
        exchange.set_state(consult.one, RINGING)
        exchange.dial_state(consult.two, consult.phone)
        exchange.dial_state(None, consult.one)

    def _consult_answered(self, talk: Talk) -> None:
        consult, exchange = talk.consult, self._world.exchange
        if consult is None or consult.answered:
            return
        consult.answered = True
        self._world.own_calls.consult_answered(consult.target)
        exchange.set_state(consult.phone, UP)
        consult.phone.exten = ""
        exchange.dial_end(consult.two, consult.phone, "ANSWER")
        exchange.set_state(consult.one, UP)
        exchange.dial_end(None, consult.one, "ANSWER")
        exchange.set_state(consult.two, UP)
        inner = exchange.bridge()
        exchange.enter(inner, consult.phone)
        exchange.enter(inner, consult.two)

    def hand_over(self, talk: Talk) -> None:
        """The agent hangs up: his consultation becomes the caller's call."""
        consult, bridge = talk.consult, talk.bridge
        if consult is None or bridge is None or not talk.is_open:
            return
        world, exchange, phone, caller = self._world, self._world.exchange, talk.offer.phone, talk.visit.channel
        side = phone.bridge
        exchange.hangup_requested(phone)
        exchange.leave(phone)
        exchange.leave(consult.one)
        exchange.enter(bridge, consult.one)
        exchange.music(caller, plays=False)
        world.wire.event(
            "AttendedTransfer", "Result: Success\r\n", (phone, "OrigTransferer"), (bridge, "Orig"),
            (phone, "SecondTransferer"), (side, "Second") if side else "", (caller, "Transferee"),
            (consult.one, "TransferTarget"),
            f"IsExternal: Yes\r\nDestType: Bridge\r\nDestBridgeUniqueid: {bridge.unique_id}\r\n",
        )  # fmt: skip
        talk_s = int(world.engine.now) - int(talk.answered_at)
        world.log.write(
            talk.visit.call_id, talk.visit.queue.id, talk.member.name, "ATTENDEDTRANSFER", "BRIDGE", bridge.unique_id, talk.wait_s,
            talk_s, talk.visit.position,
        )  # fmt: skip
        talk.consult = None
        world.talks.close(talk, "transfer")
        world.truth.transferred(talk, "attended")
        world.talks.complete(talk, "transfer")
        world.own_calls.handed_over(consult, talk.visit.call, talk)
        if consult.answered:
            exchange.hang_up(phone, 16)
        world.serve_at(talk.member.agent, talk.member.agent.ready_at)

    def consult_over(self, talk: Talk) -> None:
        """The caller hung up while the agent consulted: the side conversation ends too."""
        consult, talk.consult = talk.consult, None
        if consult is not None:
            self._world.own_calls.consult_dropped(consult)
