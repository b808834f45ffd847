"""Calls of the switch with itself: `Originate Channel: Local/EXTEN@CONTEXT` runs EXTEN on one half, and the Originate's own on the other.

Invariant: the two halves end together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.simulator.channels import UP, Channel

from .originations import ANSWERED, REJECTED, Origination

if TYPE_CHECKING:
    from collectors.simulator.world import World

ANSWER_S, END_S = 0.002, 0.001


class LocalCalls:
    """All that are up, by either half's unique id."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._other: dict[str, Channel] = {}

    def call(self, origination: Origination) -> None:
        """Both halves into the dialplan; the second one is at once."""
        world = self._world
        exten, _, context = origination.asked.removeprefix("Local/").partition("/")[0].partition("@")
        if world.dialplan.steps(context, exten) is None:
            world.originations.tell(origination, REJECTED)
            return
        unique_ids = origination.unique_id, origination.other_unique_id
        one, two = world.exchange.open_local(exten, context, origination.unique_id, unique_ids)
        origination.channel = one
        self._other |= {one.unique_id: two, two.unique_id: one}
        for pair in origination.variables:
            key, _, value = pair.partition("=")
            world.set_value(one, key, value)
        world.exchange.local_bridge(one, two, context, exten, optimises=False)
        world.exchange.dial_begin(None, one, f"{exten}@{context}/n")
        world.engine.after(ANSWER_S, self._answered, origination, one, two, exten, context)

    def _answered(self, origination: Origination, one: Channel, two: Channel, exten: str, context: str) -> None:
        world = self._world
        if not (one.is_up and two.is_up):
            return
        world.exchange.set_state(two, UP)
        world.exchange.set_state(one, UP)
        world.originations.tell(origination, ANSWERED)
        world.exchange.dial_end(None, one, "ANSWER")
        world.courses.start(two, context, exten)
        world.courses.start(one, origination.context, origination.exten)

    def gone(self, channel: Channel) -> None:
        """One half ended: the other follows."""
        other = self._other.pop(channel.unique_id, None)
        if other is not None:
            self._world.engine.after(END_S, self._end, other)

    def _end(self, half: Channel) -> None:
        world = self._world
        self._other.pop(half.unique_id, None)
        course = world.courses.by_channel.get(half.unique_id)
        if course is not None:
            world.courses.hang_up(course, requested=True)
        elif half.is_up:
            world.exchange.hangup_requested(half)
            world.exchange.leave(half)
            world.exchange.hang_up(half, 16)

    def forget_all(self) -> None:
        self._other.clear()
