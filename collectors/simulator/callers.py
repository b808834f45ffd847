"""Callers: they arrive, join a queue, wait, and leave it in one of the ways that app_queue knows.

Invariants: what a caller will do is drawn from his own seed when he arrives, so that outside actions do not change who calls;
a visit ends exactly once. Abandon, timeout, empty and withdraw all print QueueCallerAbandon and QueueCallerLeave; only the
exit key prints Leave alone; a full queue prints nothing.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from .arrivals import Arrivals
from .channels import RING, UP, Channel
from .floor import Call, Queue, Visit
from .names import CALLER_NAMES, HOSTILE_CALLERS
from .wire import cut

if TYPE_CHECKING:
    from .world import World

JOIN_LAG_S = 0.024
KEY_SHARE, WITHDRAW_SHARE = 0.004, 0.004


class Callers:
    """Everybody who called from outside."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._is_hostile = 41 in world.config.traps
        self._mixes_exits = 2 in world.config.traps
        self._returns = 9 in world.config.traps
        self._reports = world.config.report_exits and not self._mixes_exits
        self.arrivals = Arrivals(world.config, world.staff)

    def begin(self) -> None:
        """Let the next caller come (and every next one after him)."""
        self._world.engine.at(self.arrivals.after(self._world.engine.now), self._arrives)

    def _arrives(self) -> None:
        engine = self._world.engine
        queue_id, seed = self.arrivals.draw()
        self.call_in(self._world.queues[queue_id], seed)
        engine.at(self.arrivals.after(engine.now), self._arrives)

    def call_in(
        self, queue: Queue, seed: int, talk_s: float | None = None, *, stays: bool = False, number: str = ""
    ) -> Call:
        """A new caller for `queue`; everything about him follows from `seed` (but `talk_s`, if given, and that he `stays`)."""
        rng = random.Random(seed)
        exchange = self._world.exchange
        number = number or f"1{rng.choice('3578')}{rng.randrange(10**9):09d}"
        name = cut(rng.choice(HOSTILE_CALLERS if self._is_hostile and rng.random() < 0.7 else CALLER_NAMES))
        did = str(800 + list(self._world.queues).index(queue.id))
        channel = exchange.open("PJSIP/trunk", RING, number, name, "from-trunk", did)
        patience_s = 3 + rng.expovariate(1 / max(0.1, self._world.config.patience_mean_s - 3))
        call = Call(channel, number, name, rng, patience_s, talk_s=talk_s, stays=stays)
        if self._world.config.spy_group:
            channel.values["SPYGROUP"] = self._world.config.spy_group
            channel.passed_on.add("SPYGROUP")
        self._world.calls[channel.unique_id] = call
        channel.goes_to("q", queue.id, 4, "Answer", "")
        exchange.set_state(channel, UP)
        call.join_step = self._world.engine.after(JOIN_LAG_S, self.join, call, queue)
        return call

    # -- into a queue

    def join(self, call: Call, queue: Queue, channel: Channel | None = None) -> None:
        """Queue(): `channel` is the caller's, or a Local half that stands for him."""
        world = self._world
        caller = channel or call.channel
        if not caller.is_up:
            return
        caller.goes_to("q", queue.id, 5, "Queue", f"{queue.id},tThH,,,{queue.plan.give_up_s or ''}")
        if queue.plan.max_callers and len(queue.waiting) >= queue.plan.max_callers:
            world.truth.refused(queue)
            self._report(caller, queue, "FULL")
            self.hang_up(call)
            return
        call.visits += 1
        wanted = caller.values.get("QUEUE_PRIO", "")
        priority = int(wanted) if wanted.isdigit() else 0
        place = 1 + sum(each.priority >= priority for each in queue.waiting)
        visit = Visit(call, queue, caller, call.visits, world.engine.now, place, priority)
        queue.waiting.insert(place - 1, visit)
        world.exchange.noise.queued(caller)
        world.log.write(visit.call_id, queue.id, "NONE", "ENTERQUEUE", "", caller.number, place)
        world.wire.event(
            "QueueCallerJoin", caller, f"Queue: {queue.id}\r\nPosition: {place}\r\nCount: {len(queue.waiting)}\r\n"
        )
        world.exchange.music(caller, plays=True)
        world.truth.entered(visit)
        self._plan_leaving(visit)
        world.offers.serve(queue)

    def _plan_leaving(self, visit: Visit) -> None:
        engine, rng, plan = self._world.engine, visit.call.rng, visit.queue.plan
        if visit.call.stays:
            return
        visit.steps.append(engine.after(visit.call.patience_s, self.abandon, visit))
        if plan.give_up_s:
            visit.steps.append(engine.after(plan.give_up_s, self.time_out, visit))
        draw = rng.random()
        share = 0.1 if self._mixes_exits else WITHDRAW_SHARE
        if draw < share:
            visit.steps.append(engine.after(rng.uniform(4, 20), self.ask_withdraw, visit))
        elif draw < share + (0.05 if self._mixes_exits else KEY_SHARE):
            visit.steps.append(engine.after(rng.uniform(3, 25), self.press_key, visit))

    # -- out of it

    def position(self, visit: Visit) -> int:
        return visit.queue.waiting.index(visit) + 1

    def answered(self, visit: Visit) -> None:
        """An agent has him: Leave, as app_queue prints it before AgentConnect."""
        self._leave(visit, "answered")

    def abandon(self, visit: Visit) -> None:
        """The caller hangs up while waiting or ringing."""
        if visit.state != "waiting":
            return
        world = self._world
        world.exchange.hangup_requested(visit.channel)
        world.exchange.music(visit.channel, plays=False)
        world.offers.cancel_all(visit)
        self._leaves_unanswered(visit, "ABANDON", music=False)
        self.hang_up(visit.call)

    def time_out(self, visit: Visit) -> None:
        """Queue()'s own time is over; the dialplan sends some on to another queue."""
        if visit.state != "waiting":
            return
        for offer in list(visit.offers):
            self._world.offers.miss(offer)
        self._leaves_unanswered(visit, "EXITWITHTIMEOUT")
        self._report(visit.channel, visit.queue, "TIMEOUT")
        if visit.call.rng.random() < 0.6 and visit.call.visits < 3:
            following = visit.queue.id if self._returns else visit.queue.plan.overflow_to
            self.join(visit.call, self._world.queues[following], visit.channel)
        else:
            self.hang_up(visit.call)

    def press_key(self, visit: Visit) -> None:
        """The exit key: Leave without Abandon."""
        if visit.state != "waiting":
            return
        world, channel = self._world, visit.channel
        world.exchange.says("DTMFBegin", channel, "Digit: 9\r\nDirection: Received\r\n")
        world.exchange.says("DTMFEnd", channel, "Digit: 9\r\nDurationMs: 120\r\nDirection: Received\r\n")
        channel.goes_to("exitctx", "9", 0, "Queue", channel.data)
        position = self.position(visit)
        world.offers.cancel_all(visit)
        world.exchange.music(channel, plays=False)
        world.log.write(
            visit.call_id, visit.queue.id, "NONE", "EXITWITHKEY", "9", position, visit.position, self.waited(visit)
        )
        world.truth.left(visit, "EXITWITHKEY")
        self._leave(visit, "left")
        channel.goes_to("exitctx", "9", 1)
        if self._reports:
            world.exchange.says("UserEvent", channel, f"UserEvent: PressedNine\r\nCaller: {channel.number}\r\n")
        world.engine.after(1.0, self.hang_up, visit.call)

    def ask_withdraw(self, visit: Visit, info: str = "callback") -> None:
        """QueueWithdrawCaller: takes effect when the present attempt to ring somebody has ended."""
        if visit.state != "waiting":
            return
        visit.withdrawn = True
        if not visit.offers:
            self._withdraw(visit, info)

    def attempt_over(self, visit: Visit) -> None:
        if visit.withdrawn and visit.state == "waiting":
            self._withdraw(visit, "callback")

    def _withdraw(self, visit: Visit, info: str) -> None:
        self._leaves_unanswered(visit, "WITHDRAW", info)
        self._report(visit.channel, visit.queue, "WITHDRAW", info)
        self._world.engine.after(1.0, self.hang_up, visit.call)

    def leave_empty(self, visit: Visit) -> None:
        """leavewhenempty: nobody is there any more."""
        for offer in list(visit.offers):
            self._world.offers.miss(offer)
        self._leaves_unanswered(visit, "EXITEMPTY")
        self._report(visit.channel, visit.queue, "LEAVEEMPTY")
        self._world.engine.after(1.0, self.hang_up, visit.call)

    def moved_on(self, call: Call) -> None:
        """A manager takes a waiting caller away: for app_queue (and its log) he abandoned, though nobody hung up."""
        if call.join_step is not None:
            call.join_step.cancel()
        for queue in self._world.queues.values():
            for visit in queue.waiting:
                if visit.call is call:
                    self._world.exchange.music(visit.channel, plays=False)
                    self._world.offers.cancel_all(visit)
                    self._leaves_unanswered(visit, "ABANDON", music=False, truth="TRANSFER")
                    return
        self._world.own_calls.let_go(call)

    def cut_off(self, call: Call) -> None:
        """A manager hangs the caller up, wherever he is."""
        talk = self._world.talks_by_call.get(call.channel.unique_id)
        if talk is not None:
            self._world.talks.cut(talk, agent_first=False)
            return
        for queue in self._world.queues.values():
            for visit in queue.waiting:
                if visit.call is call:
                    self._world.exchange.music(visit.channel, plays=False)
                    self._world.offers.cancel_all(visit)
                    self._leaves_unanswered(visit, "ABANDON", music=False)
                    self.hang_up(call)
                    return
        self._world.own_calls.let_go(call)
        self.hang_up(call)

    def goes_on_after_queue(self, call: Call) -> None:
        """Queue() is over for him though nobody told it why: the dialplan's UserEvent has no status, and then it hangs up."""
        channel = call.channel
        exten = channel.exten
        if self._reports and exten in self._world.queues:
            self._report(channel, self._world.queues[exten], "")
        self._world.exchange.soft_hangup(channel)
        self.hang_up(call, is_asked=True)

    def dropped(self, channel: Channel) -> None:
        """There is no such place as he was sent to."""
        call = self._world.calls.get(channel.unique_id)
        if call is not None:
            self.hang_up(call)
        else:
            self._world.exchange.hang_up(channel, 16)

    def waited(self, visit: Visit) -> int:
        """Whole seconds in the queue, as the switch counts them: a difference of whole-second clocks."""
        return int(self._world.engine.now) - int(visit.entered_at)

    def _leaves_unanswered(self, visit: Visit, word: str, *more: str, music: bool = True, truth: str = "") -> None:
        world, queue, waited = self._world, visit.queue, self.waited(visit)
        position = self.position(visit)
        queue.abandoned += 1
        if waited <= 20:
            queue.abandoned_in_level += 1
        world.log.write(visit.call_id, queue.id, "NONE", word, position, visit.position, waited, *more)
        world.truth.left(visit, truth or word)
        world.wire.event(
            "QueueCallerAbandon", visit.channel,
            f"Queue: {queue.id}\r\nPosition: {position}\r\nOriginalPosition: {visit.position}\r\nHoldTime: {waited}\r\n",
        )  # fmt: skip
        if music:
            world.exchange.music(visit.channel, plays=False)
        self._leave(visit, "left")

    def _leave(self, visit: Visit, state: str) -> None:
        queue = visit.queue
        position = self.position(visit)
        visit.state = state
        visit.cancel_steps()
        queue.waiting.remove(visit)
        self._world.wire.event(
            "QueueCallerLeave", visit.channel,
            f"Queue: {queue.id}\r\nPosition: {position}\r\nCount: {len(queue.waiting)}\r\n",
        )  # fmt: skip

    def _report(self, channel: Channel, queue: Queue, status: str, info: str | None = None) -> None:
        """The dialplan's UserEvent that tells why Queue() ended."""
        if self._reports:
            tail = f"Withdraw: {info}\r\n" if info is not None else f"Ref: {channel.number}\r\n"
            channel.priority += 1
            self._world.exchange.says(
                "UserEvent", channel, f"UserEvent: QueueExit\r\nQueue: {queue.id}\r\nStatus: {status}\r\n{tail}"
            )

    def hang_up(self, call: Call, *, is_asked: bool = False) -> None:
        """The dialplan is over for the caller; `is_asked`: his SoftHangupRequest has been printed."""
        if call.hangup_step is not None:
            call.hangup_step.cancel()
            call.hangup_step = None
        self._world.calls.pop(call.channel.unique_id, None)
        self._world.talks.complete_redirected(call.channel)
        if call.channel.is_up:
            self._world.exchange.leave(call.channel)
            if not is_asked:
                self._world.exchange.soft_hangup(call.channel)
            self._world.exchange.hang_up(call.channel, 16)
        if call.stands_for is not None:
            self._world.transfers.stand_in_over(call.stands_for)
