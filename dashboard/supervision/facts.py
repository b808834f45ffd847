"""What the rules look at: who asks, for what, and how things stand with the agent, the call, the sessions and the switch.

Values only. Gateways fill them from their floor, to say early why a button is off; the control process fills them from the switch
itself, and decides. What is not known is None, and denies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from collectors.events import CommandKind, Device, MonitorMode, Via
from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.access.scope import NOTHING, Scope
from dashboard.supervision.commands import Request
from dashboard.supervision.policy import Phone, Policy
from dashboard.supervision.reasons import Reason

Phase = Literal["waiting", "ringing", "talking"]
"""Of a call. talking: on hold, too."""

SessionPhase = Literal["opening", "open", "over"]


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for. None: not chosen yet, so a button is asked about and nothing is wrong with it so far.

    `visit`: the call as the person saw it. `queue`: "" for all queues of the agent. `value`: pause reason, penalty, or what to follow.
    `is_on_session`: an open session is to be changed or stopped."""

    kind: CommandKind
    mode: MonitorMode | None = None
    via: Via = "phone"
    visit: str | None = None
    queue: str | None = None
    value: str | None = None
    purpose: str | None = None
    is_sure: bool | None = None
    is_on_session: bool = False

    @classmethod
    def of(cls, request: Request) -> Ask:
        """All of a request: there nothing is open any more."""
        return cls(
            kind=request.kind,
            mode=request.mode,
            via=request.via,
            visit=request.visit,
            queue=request.queue,
            value=request.value,
            purpose=request.purpose,
            is_sure=request.is_sure,
            is_on_session=bool(request.opened),
        )


@dataclass(frozen=True, slots=True)
class Membership:
    """An agent in one queue."""

    is_dynamic: bool = False
    is_paused: bool = False
    reason: str | None = None
    penalty: int = 0


@dataclass(frozen=True, slots=True)
class AgentFacts:
    """`team`: "" for none. `served`: queues that the agent serves or served today: who sees one of them sees the agent.
    `memberships`: by queue, as they are now on the switch that is asked."""

    id: str
    team: str = ""
    served: frozenset[str] = frozenset()
    memberships: Mapping[str, Membership] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallFacts:
    """The call that is asked about if it is still so; else the one that the agent is on now. `key`: of the visit or the own
    call. `queue` None: a call outside any queue."""

    key: str
    queue: str | None
    phase: Phase = "talking"


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """Somebody in a call. `account`: who. `visit`: the call they are in."""

    command: str
    account: str
    agent: str
    visit: str
    mode: MonitorMode
    phase: SessionPhase = "open"


@dataclass(frozen=True, slots=True)
class SwitchFacts:
    """What the control process of a switch can do now. `why_not`, `why_no_browser`: None when it can. `phone`: state of the asking
    person's own phone there, None while nobody knows it."""

    name: str
    why_not: Reason | None = None
    why_no_browser: Reason | None = None
    phone: Device | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: where each permission holds (with all teams below), their own agents on the switches, and their phone."""

    account: str
    reach: Mapping[Permission, Scope]
    own_agents: frozenset[str] = frozenset()
    phone: Phone | None = None

    @classmethod
    def of(
        cls, actor: Actor, parents: Mapping[str, str], own_agents: Iterable[str] = (), phone: Phone | None = None
    ) -> Asker:
        """`parents`: each team's parent ("" for none). Nobody but a person steps into calls: others may nothing."""
        held = {permission for grant in actor.grants for permission in grant.permissions}
        reach = {one: actor.scope(one).with_subteams(parents) for one in held} if actor.kind == "person" else {}
        return cls(actor.account_id, reach, frozenset(own_agents), phone)

    def may(self, permission: Permission) -> bool:
        """Whether it is allowed anywhere."""
        return permission in self.reach

    def scope(self, permission: Permission) -> Scope:
        """Where it is allowed."""
        return self.reach.get(permission, NOTHING)


@dataclass(frozen=True, slots=True)
class Scene:
    """How things stand. `policy` None: the rules cannot be read. `opened`: the session that is to be changed. `sessions`: all that
    are not over, on this call and of this person at least. `queues`, `pause_reasons`: that exist. `switch` None: nobody there."""

    policy: Policy | None = None
    agent: AgentFacts | None = None
    call: CallFacts | None = None
    opened: SessionFacts | None = None
    sessions: tuple[SessionFacts, ...] = ()
    queues: frozenset[str] = frozenset()
    pause_reasons: frozenset[str] = frozenset()
    switch: SwitchFacts | None = None
