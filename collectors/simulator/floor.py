"""What the simulated switch holds: queues with members and waiting visits, agents with their phones, calls and talks.

Plain state, no behaviour beyond questions about itself: the rooms beside this one (callers, offers, talks, shifts …) change it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .staff import AgentPlan, QueuePlan

if TYPE_CHECKING:
    from .channels import Bridge, Channel
    from .engine import Step

FREE, IN_USE, BUSY, UNAVAILABLE, RINGING, RING_IN_USE = 1, 2, 3, 5, 6, 7
"""Device states as QueueMemberStatus prints them."""

RINGING_STATE, IN_USE_STATES = 5, (4, 6)
"""Channel states that make a phone ring, or be in use (4: he dials)."""


@dataclass(slots=True, eq=False)
class Member:
    """An agent in one queue."""

    queue: Queue
    agent: Agent
    name: str
    dynamic: bool
    login_at: int
    penalty: int = 0
    is_paused: bool = False
    reason: str = ""
    paused_at: float = 0.0
    last_pause: int = 0
    calls_taken: int = 0
    last_call: int = 0
    in_call: int = 0
    busy_with: int = 0
    place: int = 0


@dataclass(slots=True, eq=False)
class Queue:
    """`idle` holds at least every member that could be rung now (who is not any more, is dropped when looked at)."""

    plan: QueuePlan
    members: dict[str, Member] = field(default_factory=dict)
    idle: dict[str, Member] = field(default_factory=dict)
    waiting: list[Visit] = field(default_factory=list)
    completed: int = 0
    abandoned: int = 0
    in_level: int = 0
    abandoned_in_level: int = 0
    hold_s: int = 0
    talk_s: int = 0
    turn: int = 0

    @property
    def id(self) -> str:
        return self.plan.id

    def averages_move(self, *, hold_s: int | None = None, talk_s: int | None = None) -> None:
        """The switch's own averages: three parts old, one part new."""
        if hold_s is not None:
            self.hold_s = (3 * self.hold_s + hold_s) >> 2
        if talk_s is not None:
            self.talk_s = (3 * self.talk_s + talk_s) >> 2


@dataclass(slots=True, eq=False)
class Agent:
    """A person with a phone. `ready_at`: when his wrap-up is over."""

    plan: AgentPlan
    members: list[Member] = field(default_factory=list)
    is_reachable: bool = True
    legs: list[Channel] = field(default_factory=list)
    status: int = FREE
    offer: Offer | None = None
    talk: Talk | None = None
    own: OwnCall | None = None
    ready_at: float = 0.0
    wants_pause: str = ""
    pause_token: int = 0
    status_step: Step | None = None
    since: float = 0.0
    """When he last came free of a call, or got one (for the truth)."""

    @property
    def interface(self) -> str:
        return self.plan.interface

    @property
    def is_busy(self) -> bool:
        return self.offer is not None or self.talk is not None or self.own is not None

    @property
    def ringing(self) -> int:
        return sum(leg.state == RINGING_STATE for leg in self.legs)

    @property
    def up(self) -> int:
        return sum(leg.state in IN_USE_STATES for leg in self.legs)

    def device(self, *, busy_at_one: bool) -> int:
        """The device state; `busy_at_one`: device_state_busy_at = 1, which makes a ringing phone busy."""
        if not self.is_reachable:
            return UNAVAILABLE
        if self.up:
            return RING_IN_USE if self.ringing else (BUSY if busy_at_one else IN_USE)
        if self.ringing:
            return BUSY if busy_at_one else RINGING
        return FREE


@dataclass(slots=True, eq=False)
class Call:
    """A caller's call: what he will do was drawn when he called (`rng` is his own)."""

    channel: Channel
    number: str
    name: str
    rng: random.Random
    patience_s: float
    visits: int = 0
    talk_s: float | None = None
    """How long his next talk will be, where that is settled already."""
    hangup_step: Step | None = None
    join_step: Step | None = None
    """He is answered, and joins his first queue in a moment."""
    stays: bool = False
    """He waits and talks until somebody ends it: nothing of his own is planned."""
    stands_for: Talk | None = None
    """The conversation whose Local half this caller is, when an agent's phone referred it on."""


@dataclass(slots=True, eq=False)
class Visit:
    """One stay of a call in one queue. `state`: "waiting", "answered", "left"."""

    call: Call
    queue: Queue
    channel: Channel
    number: int
    entered_at: float
    position: int
    priority: int = 0
    state: str = "waiting"
    offers: list[Offer] = field(default_factory=list)
    retry_at: float = 0.0
    steps: list[Step] = field(default_factory=list)
    withdrawn: bool = False

    @property
    def call_id(self) -> str:
        """How queue_log and the events name the call: the caller's unique id."""
        return self.channel.unique_id

    def cancel_steps(self) -> None:
        for step in self.steps:
            step.cancel()
        self.steps.clear()


@dataclass(slots=True, eq=False)
class Offer:
    """One ringing of one agent. A Local agent has two more legs before his phone."""

    visit: Visit
    member: Member
    phone: Channel
    started_at: float
    one: Channel | None = None
    two: Channel | None = None
    is_open: bool = True
    steps: list[Step] = field(default_factory=list)

    @property
    def leg(self) -> Channel:
        """The channel that app_queue knows: Local/…;1 or the phone itself."""
        return self.one or self.phone

    def cancel_steps(self) -> None:
        for step in self.steps:
            step.cancel()
        self.steps.clear()


@dataclass(slots=True, eq=False)
class Talk:
    """A handling: `offer`'s agent with `visit`'s caller, from answer to its end. `redirected`: app_queue still believes in it."""

    offer: Offer
    visit: Visit
    member: Member
    answered_at: float
    wait_s: int
    bridge: Bridge | None = None
    held_at: float | None = None
    steps: list[Step] = field(default_factory=list)
    is_open: bool = True
    redirected: bool = False
    dest: Channel | None = None
    consult: Consult | None = None

    def cancel_steps(self) -> None:
        for step in self.steps:
            step.cancel()
        self.steps.clear()


@dataclass(slots=True, eq=False)
class Consult:
    """An attended transfer under way: the Local pair and the target's phone."""

    one: Channel
    two: Channel
    target: Agent
    phone: Channel
    answered: bool = False


@dataclass(slots=True, eq=False)
class OwnCall:
    """An agent's call outside any queue. `kind`: "outbound", "inbound" (transferred to him), "internal"."""

    agent: Agent
    kind: str
    leg: Channel
    other: Channel
    number: str
    started_at: float
    connected_at: float | None = None
    held_at: float | None = None
    peer: OwnCall | None = None
    steps: list[Step] = field(default_factory=list)
