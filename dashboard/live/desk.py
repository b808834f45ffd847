"""What one person may do at their desk now, and what is in the way: all that a page needs to say why a button is off. Pure.

It holds nothing that the person may not see: agents and queues are those that their board shows, too.
"""

from __future__ import annotations

from typing import Final

import msgspec

from collectors.events import Device, MonitorMode, Via
from dashboard.access.actor import Actor
from dashboard.access.masking import masked
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.live.command_scene import Ground
from dashboard.live.people import People
from dashboard.live.reach import Reach
from dashboard.live.sessions_now import SessionNow
from dashboard.live.viewer import Viewer
from dashboard.supervision.circumstances import phone_ready
from dashboard.supervision.facts import Ask, Scene
from dashboard.supervision.rights import Case

_ROOMS: Final = ("monitor.", "calls.", "agents.")
STEPPING_IN: Final = tuple(one for one in Permission if one.startswith(_ROOMS) and one is not Permission.MONITOR_RULES)
"""What a desk tells of."""


class Place(msgspec.Struct, frozen=True):
    """Where a permission holds, when not everywhere that the board shows."""

    agents: list[str]
    queues: list[str]


class Rules(msgspec.Struct, frozen=True):
    needs_purpose: bool
    most_min: int
    tells_agents: bool


class DeskPhone(msgspec.Struct, frozen=True):
    switch: str
    device: str
    state: Device | None
    why_not: str


class DeskControl(msgspec.Struct, frozen=True):
    why_not: str
    why_no_browser: str


class DeskSession(msgspec.Struct, frozen=True):
    """An own open session. `taken`: somebody else took its call over."""

    id: str
    switch: str
    agent: str
    name: str
    staff: str
    queue: str | None
    visit: str | None
    number: str | None
    mode: MonitorMode | None
    via: Via | None
    state: str
    reason: str
    purpose: str
    follow: str
    since: int | None
    ends_at: int | None
    taken: bool


class Desk(msgspec.Struct, frozen=True, tag_field="t", tag="desk"):
    """As it travels; `at` 0 until then."""

    at: int
    account: str
    may: dict[str, bool | Place]
    rules: Rules | None
    phone: DeskPhone | None
    control: dict[str, DeskControl]
    sessions: list[DeskSession]


def desk_of(actor: Actor, ground: Ground, people: People) -> Desk:
    """The desk of a person now."""
    standing = ground.supervision.standing
    policy = standing.policy if standing is not None else None
    return Desk(
        0,
        actor.account_id,
        places_of(actor, ground, people),
        Rules(policy.needs_purpose, policy.most_min, policy.tells_agents) if policy is not None else None,
        _phone(actor, ground),
        control_of(ground),
        _sessions(actor, ground),
    )


def control_of(ground: Ground) -> dict[str, DeskControl]:
    """What the control process of each switch can do now."""
    facts = (ground.switch(name) for name in ground.switches())
    return {one.name: DeskControl(one.why_not or "", one.why_no_browser or "") for one in facts}


def places_of(actor: Actor, ground: Ground, people: People) -> dict[str, bool | Place]:
    """Where each permission holds, among what the boards of this person show."""
    scope = actor.scope(Permission.FLOOR_VIEW) | actor.scope(Permission.MONITOR_VIEW)
    shown = Reach(ground.floor, Viewer(scope), people)
    found: dict[str, bool | Place] = {}
    of_scope: dict[Scope, bool | Place] = {}
    for permission in STEPPING_IN:
        if actor.may(permission):
            own = actor.scope(permission)
            if own not in of_scope:
                of_scope[own] = True if own.covers(scope, people.parents) else _place(ground, own, shown, people)
            found[permission] = of_scope[own]
    return found


def _place(ground: Ground, own: Scope, shown: Reach, people: People) -> Place:
    reach = Reach(ground.floor, Viewer(own), people)
    agents = sorted(agent for agent in reach.seen_agents() if shown.sees_agent(agent))
    queues = sorted(queue for queue in ground.floor.queues if own.has_queue(queue) and shown.scope.has_queue(queue))
    return Place(agents, queues)


def _phone(actor: Actor, ground: Ground) -> DeskPhone | None:
    phone = ground.phone_of(actor.account_id)
    if phone is None:
        return None
    switch = ground.switch(phone.switch, phone)
    case = Case(Ask("monitor.start"), ground.asker(actor), Scene(switch=switch))
    return DeskPhone(phone.switch, phone.device, switch.phone, phone_ready(case) or "")


def _sessions(actor: Actor, ground: Ground) -> list[DeskSession]:
    found = ground.supervision.sessions(ground.floor, ground.now_ms)
    taken = {one.visit: one.id for one in found if one.mode == "takeover" and one.visit}
    return [
        _session(one, actor, ground, is_taken=taken.get(one.visit or "", one.id) != one.id)
        for one in found
        if one.account == actor.account_id
    ]


def _session(one: SessionNow, actor: Actor, ground: Ground, *, is_taken: bool) -> DeskSession:
    floor = ground.floor
    settings = floor.settings.agents.get(one.agent)
    visit = floor.visits.get(one.visit or "")
    is_shown = visit is not None and actor.scope(Permission.FLOOR_VIEW).has_queue(visit.queue)
    return DeskSession(
        id=one.id,
        switch=one.switch,
        agent=one.agent,
        name=floor.agent_name(one.agent) or one.agent,
        staff=settings.staff_number if settings is not None else "",
        queue=one.queue,
        visit=one.visit,
        number=masked(visit.number) if visit is not None and is_shown and visit.number is not None else None,
        mode=one.mode,
        via=one.via,
        state=one.state,
        reason=one.reason,
        purpose=one.purpose,
        follow=one.follow,
        since=one.since_ms,
        ends_at=one.ends_at_ms,
        taken=is_taken,
    )
