"""Originate: a phone is called, and what it does decides what comes; then its leg begins its course through the dialplan.

Invariants: OriginateResponse comes once; its reason says little (the Hangup's cause says why); a phone that is not there has no
channel at all; a Redirect while the phone rings fails the response, and leads the ringing leg on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collectors.simulator.channels import DOWN, RINGING, UP, Channel
from collectors.simulator.dialplan.values import arguments
from collectors.simulator.requests import Request
from collectors.simulator.session import id_line

from .phones import Phone

if TYPE_CHECKING:
    from collectors.simulator.engine import Step
    from collectors.simulator.world import World

BEGIN_S, RING_S, RINGING_REDIRECT_S = 0.001, 0.004, 0.5
ITSELF_S = 0.05
"""A phone that is told to answer by itself (Call-Info: …;answer-after=0) does so at once."""
REJECTED, NOT_ANSWERED = 0, 3
ANSWERED = 4
CAUSES = {"busy": (17, "BUSY"), "decline": (21, "NOANSWER")}


@dataclass(slots=True, eq=False)
class Origination:
    """An Originate as it was asked for, and how far it has come."""

    asked: str
    action_id: str = ""
    context: str = ""
    exten: str = ""
    application: str = ""
    data: str = ""
    timeout_s: float = 30.0
    number: str = ""
    name: str = ""
    unique_id: str = ""
    other_unique_id: str = ""
    variables: list[str] = field(default_factory=list)
    channel: Channel | None = None
    phone: Phone | None = None
    is_told: bool = False
    """OriginateResponse has been sent."""
    is_led: bool = False
    """Redirected while it rang."""
    lead: Step | None = None
    steps: list[Step] = field(default_factory=list)
    told: Callable[..., None] = lambda *, succeeded: None  # noqa: ARG005 - the client that waits for it, if one does
    """Called with `succeeded` when the response is known."""

    def cancel_steps(self) -> None:
        for step in self.steps:
            step.cancel()
        self.steps.clear()


def of_request(request: Request) -> Origination:
    """What the client asked for."""
    caller = re.match(r'\s*"?([^"<]*)"?\s*(?:<([^>]*)>)?', request.get("CallerID"))
    timeout = request.get("Timeout")
    return Origination(
        request.get("Channel"), request.get("ActionID"), request.get("Context"), request.get("Exten"),
        request.get("Application"), request.get("Data"), int(timeout) / 1000 if timeout.isdigit() else 30.0,
        (caller.group(2) or "") if caller else "", caller.group(1).strip() if caller else "", request.get("ChannelId"),
        request.get("OtherChannelId"), [part for line in request.all("Variable") for part in arguments(line)],
    )  # fmt: skip


class Originations:
    """All Originates that have not come to their answer or end; afterwards a leg is its course's."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._open: dict[str, Origination] = {}

    # -- beginning

    def begin(self, origination: Origination) -> None:
        """Call the endpoint, a moment from now."""
        self._world.engine.after(BEGIN_S, self._call, origination)

    def listen_in(self, phone: Phone, unique_id: str, action_id: str, data: str) -> Origination:
        """A supervisor's own ChanSpy, dialled at his phone."""
        origination = Origination(
            phone.interface, action_id, application="ChanSpy", data=data, number=phone.extension, name="Spy q",
            unique_id=unique_id,
        )  # fmt: skip
        self.begin(origination)
        return origination

    def _call(self, origination: Origination) -> None:
        world = self._world
        if origination.asked.startswith("WebSocket/") and world.lines.is_known:
            world.lines.call(origination)
            return
        if origination.asked.startswith("Local/"):
            world.local_calls.call(origination)
            return
        phone = world.phones.find(origination.asked) if origination.asked.startswith("PJSIP/") else None
        is_taken = bool(origination.unique_id) and world.exchange.find(origination.unique_id) is not None
        if phone is None or not phone.is_reachable or is_taken:
            self.tell(origination, REJECTED)
            return
        origination.phone = phone
        was_in_use = phone.is_in_use
        channel = self.open(origination, phone.interface, phone.extension, phone.name, "internal")
        does = "busy" if was_in_use else phone.does
        act = self._refused if does in CAUSES and (was_in_use or not phone.after_s) else self._rings
        origination.steps.append(world.engine.after(RING_S, act, origination, does))
        world.exchange.dial_begin(None, channel, phone.extension)

    def open(
        self, origination: Origination, base: str, number: str, name: str, context: str, *, full_name: str = ""
    ) -> Channel:
        """The leg of an Originate: its channel, its caller id, its variables."""
        world = self._world
        exchange = world.exchange
        channel = exchange.open(
            base,
            DOWN,
            number,
            name,
            context,
            "s",
            unique_id=origination.unique_id,
            application="AppDial2",
            full_name=full_name,
        )
        origination.channel = channel
        self._open[channel.unique_id] = origination
        for pair in origination.variables:
            key, _, value = pair.partition("=")
            world.set_value(channel, key, value)
        if origination.number or origination.name:
            exchange.renamed(channel, origination.number or number, origination.name or name)
        exchange.connected_line(channel, origination.number or number, origination.name or name)
        return channel

    # -- at the phone

    def _rings(self, origination: Origination, does: str) -> None:
        channel, phone, engine = origination.channel, origination.phone, self._world.engine
        if channel is None or phone is None or not channel.is_up:
            return
        self._world.exchange.set_state(channel, RINGING)
        self._world.exchange.dial_state(None, channel)
        if does == "answer":
            answers_itself = any("answer-after=0" in variable for variable in origination.variables)
            after_s = min(phone.after_s, ITSELF_S) if answers_itself else phone.after_s
            origination.steps.append(engine.after(after_s, self.answered, origination))
        elif does in CAUSES:
            origination.steps.append(engine.after(phone.after_s, self._refused, origination, does))
        origination.steps.append(engine.after(origination.timeout_s, self._not_answered, origination))

    def _refused(self, origination: Origination, does: str) -> None:
        """486 or 603 from the phone."""
        channel = origination.channel
        if channel is None or not channel.is_up:
            return
        cause, status = CAUSES[does]
        exchange = self._world.exchange
        exchange.hangup_requested(channel, cause)
        self.tell(origination, REJECTED)
        exchange.dial_end(None, channel, status)
        self._over(origination, cause)

    def _not_answered(self, origination: Origination) -> None:
        if origination.is_led:
            return  # the dialling is over already, and the phone rings on
        self.tell(origination, NOT_ANSWERED)
        self._over(origination, 19)

    def answered(self, origination: Origination) -> None:
        """Somebody picked up (or a websocket stands)."""
        channel, world = origination.channel, self._world
        if channel is None or not channel.is_up:
            return
        origination.cancel_steps()
        self._open.pop(channel.unique_id, None)
        world.exchange.set_state(channel, UP)
        if origination.is_led:
            return
        self.tell(origination, ANSWERED)
        world.exchange.dial_end(None, channel, "ANSWER")
        if origination.application:
            world.courses.start_application(channel, origination.application, origination.data)
        elif world.courses.start(channel, origination.context, origination.exten) is None:
            world.exchange.hang_up(channel, 16)

    # -- while it rings

    def find(self, channel: Channel) -> Origination | None:
        """The Originate that this channel is still the ringing leg of."""
        return self._open.get(channel.unique_id)

    def hang_up(self, origination: Origination) -> None:
        """AMI Hangup while the phone rings."""
        if origination.channel is not None:
            self._world.engine.after(BEGIN_S, self._cancelled, origination)

    def _cancelled(self, origination: Origination) -> None:
        channel = origination.channel
        if channel is None or not channel.is_up:
            return
        if not origination.is_told:
            self._world.exchange.dial_end(None, channel, "NOANSWER")
            self.tell(origination, REJECTED)
        self._over(origination, 0)

    def redirect(self, origination: Origination, context: str, exten: str) -> None:
        """AMI Redirect while the phone rings: the dialling counts as failed, and the leg is led on all the same."""
        self.tell(origination, REJECTED)
        origination.is_led = True
        if origination.lead is not None:
            origination.lead.cancel()
        origination.lead = self._world.engine.after(RINGING_REDIRECT_S, self._led, origination, context, exten)

    def _led(self, origination: Origination, context: str, exten: str) -> None:
        channel = origination.channel
        if channel is not None and channel.is_up and self._world.courses.start(channel, context, exten) is None:
            self._over(origination, 0)

    def hang_up_by_phone(self, origination: Origination) -> None:
        """The supervisor hangs up, wherever he has come to."""
        if origination.channel is not None:
            self.phone_hangs_up(origination.channel)

    def phone_hangs_up(self, channel: Channel) -> bool:
        """The phone at the other end of an originated leg goes down: it declines, or leaves. False: no such leg."""
        world = self._world
        ringing, course = self.find(channel), world.courses.by_channel.get(channel.unique_id)
        joint = world.bridgings.of(channel)
        if not channel.is_up:
            return False
        if course is not None:
            world.courses.hang_up(course, requested=True)
        elif ringing is not None:
            self._refused(ringing, "decline")
        elif joint is not None and channel.unique_id not in world.calls:
            world.exchange.hangup_requested(channel)
            world.exchange.leave(channel)
            world.engine.after(0.004, world.exchange.hang_up, channel, 16)
        else:
            return False
        return True

    def gone(self, channel: Channel) -> None:
        """The channel ended."""
        origination = self._open.pop(channel.unique_id, None)
        if origination is not None:
            origination.cancel_steps()

    # -- the end

    def failed(self, origination: Origination, cause: int) -> None:
        """Nothing could be reached."""
        self.tell(origination, REJECTED)
        self._over(origination, cause)

    def _over(self, origination: Origination, cause: int) -> None:
        origination.cancel_steps()
        channel = origination.channel
        if channel is not None:
            self._open.pop(channel.unique_id, None)
            self._world.courses.gone(channel)
            self._world.exchange.hang_up(channel, cause)

    def tell(self, origination: Origination, reason: int) -> None:
        """OriginateResponse, an event that is a response too."""
        if origination.is_told:
            return
        origination.is_told = True
        channel = origination.channel
        succeeded = reason == ANSWERED
        origination.told(succeeded=succeeded)
        if origination.application:
            what = f"Application: {origination.application}\r\nData: {origination.data}\r\n"
        else:
            what = f"Context: {origination.context}\r\nExten: {origination.exten}\r\n"
        unique_id = channel.unique_id if channel is not None else origination.unique_id
        self._world.wire.event(
            "OriginateResponse", id_line(origination.action_id),
            f"Response: {'Success' if succeeded else 'Failure'}\r\n",
            f"Channel: {channel.name if succeeded and channel is not None else origination.asked}\r\n", what,
            f"Reason: {reason}\r\nUniqueid: {unique_id or '<unknown>'}\r\nCallerIDNum: {origination.number or '<unknown>'}\r\n",
            f"CallerIDName: {origination.name or '<unknown>'}\r\n",
        )  # fmt: skip

    def forget_all(self) -> None:
        self._open.clear()
