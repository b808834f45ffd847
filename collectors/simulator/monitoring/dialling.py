"""Dial(): a caller who was sent to somebody's phone. It rings, is answered, refused or left alone; the dialplan goes on.

Invariants: DIALSTATUS tells the caller's dialplan how it ended; a caller who hangs up meanwhile silences the phone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from collectors.simulator.channels import DOWN, RINGING, UP, Channel

from .bridging import Joint
from .courses import Course
from .originations import CAUSES, RING_S
from .phones import Phone

if TYPE_CHECKING:
    from collectors.simulator.engine import Step
    from collectors.simulator.world import World


class Dial:
    """One Dial() under way: `phone` rings for `course`'s caller, then they talk."""

    def __init__(self, diallings: Diallings, course: Course, phone: Phone, leg: Channel) -> None:
        self._diallings = diallings
        self.course = course
        self.phone = phone
        self.leg = leg
        self.joint: Joint | None = None
        self.steps: list[Step] = []

    def cancel_steps(self) -> None:
        for step in self.steps:
            step.cancel()
        self.steps.clear()

    def stop(self, then: Callable[[], None]) -> None:
        self._diallings.given_up(self)
        then()

    def drop(self) -> None:
        self._diallings.given_up(self)


class Diallings:
    """All Dial() applications of callers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_leg: dict[str, Dial] = {}
        world.courses.applications["Dial"] = self._dial

    def _dial(self, course: Course, arguments: list[str]) -> Dial | None:
        world, caller = self._world, course.channel
        phone = world.phones.find(arguments[0])
        if phone is None or not phone.is_reachable:
            world.set_value(caller, "DIALSTATUS", "CHANUNAVAIL")
            return None
        was_in_use = phone.is_in_use
        exchange = world.exchange
        leg = exchange.open(
            phone.interface,
            DOWN,
            phone.extension,
            phone.name,
            "internal",
            "s",
            linked=caller.linked_id,
            application="AppDial",
        )
        leg.values.update(world.inherited(caller))
        exchange.connected_line(leg, caller.number, caller.caller_name)
        exchange.dial_begin(caller, leg, phone.extension)
        exchange.connected_line(caller, phone.extension, phone.name)
        dial = self._by_leg[leg.unique_id] = Dial(self, course, phone, leg)
        does = "busy" if was_in_use else phone.does
        ring_s = float(arguments[1]) if len(arguments) > 1 and arguments[1].isdigit() else 60.0
        dial.steps.append(world.engine.after(RING_S, self._rings, dial, does, ring_s))
        return dial

    def _rings(self, dial: Dial, does: str, ring_s: float) -> None:
        exchange, engine = self._world.exchange, self._world.engine
        if does in CAUSES:
            self.refuse(dial, does)
            return
        exchange.set_state(dial.leg, RINGING)
        exchange.dial_state(dial.course.channel, dial.leg)
        if does == "answer":
            dial.steps.append(engine.after(dial.phone.after_s, self._answered, dial))
        dial.steps.append(engine.after(ring_s, self._over, dial, "NOANSWER", 19))

    def refuse(self, dial: Dial, does: str) -> None:
        cause, status = CAUSES[does]
        self._world.exchange.hangup_requested(dial.leg, cause)
        self._over(dial, status, cause)

    def _over(self, dial: Dial, status: str, cause: int) -> None:
        world, caller = self._world, dial.course.channel
        dial.cancel_steps()
        self._by_leg.pop(dial.leg.unique_id, None)
        world.exchange.dial_end(caller, dial.leg, status)
        world.set_value(caller, "DIALSTATUS", "BUSY" if status == "BUSY" else "NOANSWER")
        world.exchange.hang_up(dial.leg, cause)
        world.courses.goes_on(dial.course)

    def _answered(self, dial: Dial) -> None:
        world, caller = self._world, dial.course.channel
        dial.cancel_steps()
        world.exchange.set_state(dial.leg, UP)
        dial.leg.exten = ""
        world.exchange.dial_end(caller, dial.leg, "ANSWER")
        world.set_value(caller, "DIALSTATUS", "ANSWER")
        dial.joint = joint = Joint(world.bridgings, dial.leg, caller, None, "")
        joint.caller_course = dial.course
        world.bridgings.join_dialled(joint)

    # -- its end

    def of(self, leg: Channel) -> Dial | None:
        return self._by_leg.get(leg.unique_id)

    def phone_hangs_up(self, leg: Channel) -> bool:
        """The dialled phone goes down. False: nobody dialled it."""
        dial = self.of(leg)
        if dial is None:
            return False
        if dial.joint is None:
            dial.cancel_steps()
            self.refuse(dial, "decline")
            return True
        self._by_leg.pop(leg.unique_id, None)
        self._world.exchange.hangup_requested(leg)
        self._world.exchange.leave(leg)
        self._world.exchange.hang_up(leg, 16)
        return True

    def hang_up(self, leg: Channel) -> bool:
        """A manager ends the dialled leg. False: nobody dialled it."""
        dial = self._by_leg.get(leg.unique_id)
        if dial is None:
            return False
        if dial.joint is None:
            self._over(dial, "NOANSWER", 0)
        else:
            self._by_leg.pop(leg.unique_id, None)
            self._world.exchange.leave(leg)
            self._world.exchange.hang_up(leg, 16)
        return True

    def given_up(self, dial: Dial) -> None:
        """The caller is gone, or was led elsewhere."""
        dial.cancel_steps()
        self._by_leg.pop(dial.leg.unique_id, None)
        if dial.leg.is_up:
            if dial.joint is None:
                self._world.exchange.dial_end(dial.course.channel, dial.leg, "CANCEL")
            self._world.exchange.leave(dial.leg)
            self._world.exchange.hang_up(dial.leg, 16 if dial.joint else 0)

    def forget_all(self) -> None:
        self._by_leg.clear()
