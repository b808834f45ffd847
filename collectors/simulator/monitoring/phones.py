"""Supervisors' phones: what each does when it is called, and the device state that the switch tells of it.

Invariants: a phone has one line: while it is in use a second call finds it busy; DeviceStateChange is sent a moment after its
legs changed, and once a change; agents' phones answer here too, but their device states are their queues' business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from collectors.simulator.channels import RINGING, UP, Channel
from collectors.simulator.floor import Agent
from collectors.simulator.members import DEVICE_LAG_S

if TYPE_CHECKING:
    from collectors.simulator.engine import Step
    from collectors.simulator.world import World

DOES = ("answer", "busy", "decline", "ignore")
ANSWER_S = 0.3


@dataclass(slots=True, eq=False)
class Phone:
    """`does`, and after how long (s): "answer", "busy" (486), "decline" (603), "ignore" (rings until somebody gives up)."""

    extension: str
    does: str = "answer"
    after_s: float = ANSWER_S
    is_registered: bool = True
    agent: Agent | None = None
    name: str = "Supervisor"
    legs: list[Channel] = field(default_factory=list)
    state: str = "NOT_INUSE"
    step: Step | None = None

    @property
    def interface(self) -> str:
        return f"PJSIP/{self.extension}"

    @property
    def is_reachable(self) -> bool:
        return self.is_registered if self.agent is None else self.agent.is_reachable

    @property
    def is_in_use(self) -> bool:
        return bool(self.legs if self.agent is None else self.agent.legs)


class Phones:
    """The phones that can be called by themselves: `desks` are the supervisors', by extension."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.desks = {extension: Phone(extension) for extension in world.staff.supervisors}
        self._agents: dict[str, Phone] = {}
        exchange = world.exchange
        exchange.leg_opened, exchange.leg_changed, exchange.leg_closed = self._opened, self._touch, self._closed

    def find(self, endpoint: str) -> Phone | None:
        """The phone of `PJSIP/8001`, or of `8001`."""
        extension = endpoint.removeprefix("PJSIP/")
        found = self.desks.get(extension) or self._agents.get(extension)
        if found is None:
            agent = self._world.exchange.phones.get(f"PJSIP/{extension}")
            if agent is not None:
                found = self._agents[extension] = Phone(extension, agent=agent, name=agent.plan.name)
        return found

    def set(self, extension: str, does: str, after_s: float | None = None) -> bool:
        """What the phone will do from now on. False: no such phone, or no such thing to do."""
        phone = self.find(extension)
        if phone is None or does not in DOES:
            return False
        phone.does = does
        phone.after_s = (ANSWER_S if does == "answer" else 0.0) if after_s is None else after_s
        return True

    def register(self, extension: str, *, is_registered: bool) -> bool:
        """The phone comes or goes: PeerStatus, its device, ContactStatus. False: no such supervisor's phone."""
        phone = self.desks.get(extension)
        if phone is None:
            return False
        if phone.is_registered != is_registered:
            phone.is_registered = is_registered
            wire = self._world.wire
            word = "Reachable" if is_registered else "Unreachable"
            wire.event("PeerStatus", f"ChannelType: PJSIP\r\nPeer: {phone.interface}\r\nPeerStatus: {word}\r\n")
            self._look(phone)
            contact = "NonQualified" if is_registered else "Removed"
            wire.event(
                "ContactStatus",
                f"URI: sip:{extension}@10.1.0.{int(extension) % 250}:5060\r\nContactStatus: {contact}\r\nAOR: {extension}\r\n"
                f"EndpointName: {extension}\r\nRoundtripUsec: 0\r\n",
            )
        return True

    def rows(self) -> list[dict[str, Any]]:
        """The supervisors' phones, as JSON."""
        return [
            {
                "extension": phone.extension, "does": phone.does, "after_s": phone.after_s, "registered": phone.is_registered,
                "state": phone.state, "legs": [leg.unique_id for leg in phone.legs],
            }
            for phone in self.desks.values()
        ]  # fmt: skip

    def forget_legs(self) -> None:
        """The switch died."""
        for phone in self.desks.values():
            phone.legs.clear()
            phone.step, phone.state = None, self._state(phone)

    # -- device states

    def _desk(self, channel: Channel) -> Phone | None:
        kind, _, rest = channel.name.partition("/")
        return self.desks.get(rest.rpartition("-")[0]) if kind == "PJSIP" else None

    def _opened(self, channel: Channel) -> None:
        phone = self._desk(channel)
        if phone is not None:
            phone.legs.append(channel)

    def _closed(self, channel: Channel) -> None:
        phone = self._desk(channel)
        if phone is not None:
            phone.legs.remove(channel)
            self._touch(channel)

    def _touch(self, channel: Channel) -> None:
        phone = self._desk(channel)
        if phone is not None and phone.step is None:
            phone.step = self._world.engine.after(DEVICE_LAG_S / 2, self._look, phone)

    def _look(self, phone: Phone) -> None:
        phone.step = None
        state = self._state(phone)
        if state != phone.state:
            phone.state = state
            self._world.wire.event("DeviceStateChange", f"Device: {phone.interface}\r\nState: {state}\r\n")

    @staticmethod
    def _state(phone: Phone) -> str:
        if not phone.is_registered:
            return "UNAVAILABLE"
        states = {leg.state for leg in phone.legs}
        if UP in states or states - {0, RINGING}:
            return "INUSE"
        return "RINGING" if RINGING in states else "NOT_INUSE"
