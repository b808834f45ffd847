"""Taking a caller over: the dialplan's Bridge(), AMI Bridge, and what happens when one of the two leaves.

Invariants: who is bridged leaves where he was (a conversation, a queue, another supervisor) in the switch's own order; the
other side of his old conversation is hung up a moment later; when one of the two leaves, the other goes on at once.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from collectors.simulator.channels import UP, Bridge, Channel

from .courses import Course
from .spying import Spying

if TYPE_CHECKING:
    from collectors.simulator.world import World

ALONE_S, LEG_ENDS_S = 0.002, 0.003


class Joint:
    """A supervisor's leg and a caller in one bridge. `course`: the supervisor's (None: bridged by AMI); `place`: the caller's next."""

    def __init__(
        self, bridgings: Bridgings, supervisor: Channel, caller: Channel, course: Course | None, place: str
    ) -> None:
        self._bridgings = bridgings
        self.supervisor = supervisor
        self.caller = caller
        self.course = course
        self.place = place
        self.bridge: Bridge | None = None
        self.row: dict[str, Any] | None = None
        self.caller_course: Course | None = None
        """The caller's own, where he dialled the supervisor (a pulled caller)."""

    def stop(self, then: Callable[[], None]) -> None:
        self._bridgings.supervisor_leaves(self, then)

    def drop(self) -> None:
        self._bridgings.leave(self.supervisor)


def may_be_bridged(channel: Channel) -> bool:
    """Up, and not the agent's own side of a conversation (a real switch would do that too; here nobody could talk after it)."""
    agent = channel.agent
    is_agents_half = channel.name.startswith("Local/") and channel.bridge is not None
    return channel.state == UP and (agent is None or agent.talk is None) and not is_agents_half


class Bridgings:
    """All bridges of a supervisor with a caller."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rng = random.Random(f"{world.config.seed}:bridgings")
        self._joints: dict[str, Joint] = {}
        world.courses.applications["Bridge"] = self._bridge
        world.exchange.left = self._somebody_left

    # -- joining

    def _bridge(self, course: Course, arguments: list[str]) -> Joint | None:
        """The application Bridge(channel[,F(place)]): None when that channel is not there."""
        other = self._world.exchange.find(arguments[0])
        if other is None or other is course.channel or not may_be_bridged(other):
            self._world.set_value(course.channel, "BRIDGERESULT", "NONEXISTENT" if other is None else "FAILURE")
            return None
        options = (*arguments, "")[1]
        place = options[options.find("F(") + 2 : options.rfind(")")] if "F(" in options else ""
        joint = Joint(self, course.channel, other, course, place)
        self.join(joint, first=other, second=course.channel)
        return joint

    def bridge_by_manager(self, one: Channel, two: Channel) -> None:
        """AMI Bridge: both are taken out of whatever they run; a ChanSpy of theirs never says that it stopped."""
        caller = one if one.unique_id in self._world.calls else two
        supervisor = two if caller is one else one
        joint = Joint(self, supervisor, caller, None, "")
        self.join(joint, first=one, second=two)

    def join(self, joint: Joint, *, first: Channel, second: Channel) -> None:
        """Both into a new bridge; nobody's conversation is with two."""
        exchange = self._world.exchange
        joint.bridge = exchange.bridge()
        for channel in (first, second):
            is_supervisor = channel is joint.supervisor
            if not is_supervisor or joint.course is None:
                self.take(channel)
            exchange.enter(joint.bridge, channel)
        joint.supervisor.connect_to(joint.caller.number, joint.caller.caller_name)
        joint.caller.connect_to(joint.supervisor.number, joint.supervisor.caller_name)
        self._joints[joint.bridge.unique_id] = joint
        joint.row = self._world.joins.begin(joint.supervisor, joint.caller, "takeover")
        self._plan_end(joint)

    def join_dialled(self, joint: Joint) -> None:
        """A caller's own Dial() was answered: both come fresh, the phone first."""
        exchange = self._world.exchange
        joint.bridge = exchange.bridge()
        exchange.enter(joint.bridge, joint.supervisor)
        exchange.enter(joint.bridge, joint.caller)
        self._joints[joint.bridge.unique_id] = joint
        joint.row = self._world.joins.begin(joint.supervisor, joint.caller, "pull")
        self._plan_end(joint)

    def _plan_end(self, joint: Joint) -> None:
        call = self._world.calls.get(joint.caller.unique_id)
        if call is None or call.stays:
            return
        if call.hangup_step is not None:
            call.hangup_step.cancel()
        call.hangup_step = self._world.engine.after(self._rng.uniform(20, 80), self._caller_hangs_up, joint)

    def _caller_hangs_up(self, joint: Joint) -> None:
        call = self._world.calls.get(joint.caller.unique_id)
        if call is not None:
            self._world.exchange.hangup_requested(call.channel)
            self._world.callers.hang_up(call)

    # -- out of wherever he was

    def take(self, channel: Channel, by: str = "takeover") -> None:
        """The channel leaves its conversation, its queue, its course: nobody keeps it."""
        world = self._world
        course = world.courses.by_channel.get(channel.unique_id)
        if course is not None:
            world.courses.steal(course)
            if isinstance(course.running, Spying):
                world.spying.stopped(course.running, says_so=False)
            elif course.running is not None:
                course.running.drop()
        call = world.calls.get(channel.unique_id)
        talk = world.talks_by_call.get(channel.unique_id)
        if call is not None and talk is not None and talk.is_open:
            if talk.held_at is not None:
                world.exchange.music(channel, plays=False)
            world.truth.transferred(talk, "redirect")
            world.talks.redirected(talk, by=by, leg_ends_s=LEG_ENDS_S)
        elif call is not None:
            world.callers.moved_on(call)
        elif channel.bridge is not None:
            world.own_calls.lose(channel)
        self.leave(channel)

    # -- parting

    def leave(self, channel: Channel) -> None:
        self._world.exchange.leave(channel)

    def supervisor_leaves(self, joint: Joint, then: Callable[[], None]) -> None:
        """He is led elsewhere, or hangs up."""
        self.leave(joint.supervisor)
        self._world.engine.after(ALONE_S, then)

    def of(self, channel: Channel) -> Joint | None:
        """The joint that this channel is in."""
        return self._joints.get(channel.bridge.unique_id) if channel.bridge is not None else None

    def joint_of(self, unique_id: str) -> Joint | None:
        return next(
            (j for j in self._joints.values() if unique_id in (j.supervisor.unique_id, j.caller.unique_id)), None
        )

    def _somebody_left(self, bridge: Bridge, channel: Channel) -> None:
        joint = self._joints.pop(bridge.unique_id, None)
        if joint is None:
            return
        if joint.row is not None:
            self._world.joins.end(joint.row)
        act = self._caller_alone if channel is joint.supervisor else self._supervisor_alone
        self._world.engine.after(ALONE_S, act, joint)

    def _supervisor_alone(self, joint: Joint) -> None:
        world, channel = self._world, joint.supervisor
        if not channel.is_up or channel.bridge is not joint.bridge:
            return
        self.leave(channel)
        if joint.course is not None and world.courses.is_alive(joint.course):
            world.courses.goes_on(joint.course)
        else:
            world.exchange.hang_up(channel, 16)

    def _caller_alone(self, joint: Joint) -> None:
        """The supervisor left first: the caller goes to the place that Bridge() named, else on after his Queue()."""
        world, channel = self._world, joint.caller
        if not channel.is_up or channel.bridge is not joint.bridge:
            return
        self.leave(channel)
        call = world.calls.get(channel.unique_id)
        if call is not None and call.hangup_step is not None:
            call.hangup_step.cancel()
        if joint.caller_course is not None and world.courses.is_alive(joint.caller_course):
            world.courses.goes_on(joint.caller_course)
        elif joint.place:
            context, exten, *_ = (*joint.place.split("^"), "s")
            if world.courses.start(channel, context, exten) is None:
                world.callers.dropped(channel)
        elif call is not None:
            world.callers.goes_on_after_queue(call)
        else:
            world.exchange.hang_up(channel, 16)

    def forget_all(self) -> None:
        self._joints.clear()
