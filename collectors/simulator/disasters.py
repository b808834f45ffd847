"""What befalls a switch: a clean stop, SIGKILL, reloads, resets, and rarer habits that a trap switches on.

Invariants: a SIGKILL prints nothing and loses every call; a clean stop ends every call in a storm, and Shutdown comes a second
later; afterwards `is_down` until the next boot, which has a new start time, new unique ids and old channel names.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from .floor import UNAVAILABLE, Agent, Queue
from .names import REASONS
from .staff import AgentPlan

if TYPE_CHECKING:
    from .world import World

DOWN_S = 4.0
USER_EVENT = "UserEvent: Odd\r\nA: \udcff\udcfe \x01\x1b[31m tab\there\r\nB:nospace\r\nC:  two spaces  \r\n: empty key\r\nnocolon\r\n"


class Disasters:
    """Happen by themselves when their trap is on, or when somebody asks."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rng = random.Random(f"{world.config.seed}:disasters")
        self._deaths = 0
        self.went_down: Callable[[], None] = lambda: None
        self.came_up: Callable[[], None] = lambda: None

    def begin(self) -> None:
        """Plan the first of each habit that is switched on."""
        every_s = self._world.config.disaster_every_s
        habits: dict[int, tuple[Callable[[], None], float]] = {
            2: (self.empty_a_queue, every_s / 3),
            6: (self.reset, every_s / 3),
            7: (self.die, every_s),
            15: (self.ring_again, every_s / 20),
            36: (self.foreign_event, every_s / 40),
            41: (self.odd_user_event, every_s / 20),
            47: (self.reload, every_s / 3),
        }
        for number, (act, seconds) in habits.items():
            if number in self._world.config.traps:
                self._world.engine.after(seconds, self._habit, act, seconds)

    def _habit(self, act: Callable[[], None], seconds: float) -> None:
        self._world.engine.after(seconds, self._habit, act, seconds)
        act()

    # -- the end of a process

    def die(self) -> None:
        """Trap 7: in turn a clean stop and a SIGKILL."""
        self._deaths += 1
        if self._deaths % 2:
            self.stop()
        else:
            self.kill()

    def kill(self) -> None:
        """SIGKILL: no word, every call is lost."""
        self._world.truth.died()
        self._goes_down()

    def stop(self) -> None:
        """`core stop now`: everything ends in a storm, then Shutdown, then the connections close."""
        world = self._world
        world.engine.clear()
        world.end_monitoring()
        for queue in world.queues.values():
            for visit in list(queue.waiting):
                for offer in list(visit.offers):
                    world.offers.miss(offer)
                if visit.state == "waiting":
                    world.callers.abandon(visit)
        for agent in world.agents:
            if agent.talk is not None:
                world.talks.end(agent.talk, self._rng.choice(("agent", "caller")))
            if agent.own is not None:
                world.own_calls.end(agent.own)
        for call in list(world.calls.values()):
            world.callers.hang_up(call)
        world.engine.clear()
        world.truth.restarts += 1
        world.engine.after(1.0, self._shut_down)

    def _shut_down(self) -> None:
        self._world.wire.event("Shutdown", "Shutdown: Cleanly\r\nRestart: False\r\n")
        self._goes_down()

    def _goes_down(self) -> None:
        world = self._world
        world.engine.clear()
        world.exchange.forget_all()
        world.calls.clear()
        world.talks_by_call.clear()
        world.late_talks.clear()
        world.own_calls.forget_all()
        world.forget_monitoring()
        world.is_down = True
        self._forget_calls()
        self.went_down()
        world.engine.after(DOWN_S, self._boots)

    def _forget_calls(self) -> None:
        world = self._world
        for queue in world.queues.values():
            queue.waiting.clear()
            queue.completed = queue.abandoned = queue.hold_s = queue.talk_s = queue.in_level = (
                queue.abandoned_in_level
            ) = 0
        for agent in world.agents:
            agent.offer = agent.talk = agent.own = agent.status_step = None
            agent.legs.clear()
            agent.wants_pause, agent.ready_at = "", 0.0

    def _boots(self) -> None:
        world = self._world
        world.is_down = False
        world.startup_at = int(world.engine.now)
        for agent in list(world.agents):
            agent.status = agent.device(busy_at_one=False)
            for member in agent.members:
                if member.is_paused:
                    world.truth.resumed(member)
                member.is_paused, member.reason, member.last_pause = False, "", 0
                member.calls_taken = member.last_call = member.in_call = member.busy_with = 0
                member.login_at = world.startup_at
            if 23 in world.config.traps and agent.plan.dynamic:
                self._comes_back_cut(agent)
        world.begin_boot()
        self.came_up()

    def _comes_back_cut(self, agent: Agent) -> None:
        """A comma in a dynamic member's name splits it when it is read back: a phantom with the rest as interface."""
        for member in list(agent.members):
            head, comma, tail = member.name.partition(",")
            if not comma:
                continue
            member.name = head
            if tail not in member.queue.members:
                plan = AgentPlan("0", tail, tail, tail, "phone", "0", "", True, (member.queue.id,), 1.0, 1.0)
                phantom = Agent(plan, is_reachable=False, status=UNAVAILABLE)
                self._world.members.add(member.queue, phantom, dynamic=True, name="0")
                self._world.agents.append(phantom)

    # -- smaller ones

    def reload(self, module: str = "app_queue") -> None:
        """A reload says only that it was: with trap 47 a member is new, and shows in QueueStatus alone."""
        world = self._world
        if 47 in world.config.traps:
            agent, queue = self._rng.choice(world.agents), self._rng.choice(list(world.queues.values()))
            if agent.interface not in queue.members:
                world.members.add(queue, agent, dynamic=False)
        world.wire.event("Reload", f"Module: {module}\r\nStatus: 0\r\n")
        if module == "All":
            for agent in world.agents:
                plan = agent.plan
                text = f"Exten: {plan.extension}\r\nContext: hints\r\nHint: {plan.phone}\r\nStatus: 0\r\nStatusText: Idle\r\n"
                world.wire.event("ExtensionStatus", text)

    def reset(self, queue: Queue | None = None) -> None:
        """QueueReset: the switch's counters are zero, and nobody is told."""
        for each in self._world.queues.values() if queue is None else (queue,):
            each.completed = each.abandoned = each.hold_s = each.in_level = each.abandoned_in_level = 0
            for member in each.members.values():
                member.calls_taken = member.last_call = 0

    def empty_a_queue(self) -> None:
        """All members of the emptiest queue go on a break at once, and its callers are thrown out."""
        world = self._world
        queue = min(world.queues.values(), key=lambda each: len(each.members))
        for member in list(queue.members.values()):
            world.members.pause(member.agent, REASONS[3].id, queue=queue)
            world.shifts.comes_back(member.agent, 15)
        for visit in list(queue.waiting):
            if visit.state == "waiting":
                world.callers.leave_empty(visit)

    def ring_again(self) -> None:
        """A second call rings at a talking agent's phone, and gives up."""
        world = self._world
        talking = [agent for agent in world.agents if agent.talk is not None and agent.plan.kind == "phone"]
        if not talking:
            return
        agent = self._rng.choice(talking)
        leg = world.exchange.open(agent.plan.phone, 0, agent.plan.extension, agent.plan.name, "internal", "s")
        world.exchange.set_state(leg, 5)
        world.engine.after(3, world.exchange.hang_up, leg, 19)
        world.engine.after(3, world.serve_soon, agent)

    def foreign_event(self) -> None:
        """Somebody else's UserEvent, with his ActionID."""
        self._world.wire.event(
            "UserEvent", "UserEvent: Crm\r\nActionID: 1\r\nCustomer: 4711\r\nNote: Event: Hangup\r\n"
        )

    def odd_user_event(self) -> None:
        """Raw bytes, keys without colon, controls: all of it passes."""
        self._world.wire.event("UserEvent", USER_EVENT)
