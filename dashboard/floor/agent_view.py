"""One agent as a supervisor sees it now: the display state, each axis with its own `since`, and the call."""

from __future__ import annotations

from typing import Literal

import msgspec

from collectors.events import AgentDisplayState
from dashboard.floor.agent_sums import code_at
from dashboard.floor.display import NAMES, PAUSED, SIGNED_IN, WRAPPING_UP
from dashboard.floor.state import Agent, Floor

Presence = Literal["signed_out", "ready", "partly_paused", "paused"]
Activity = Literal["idle", "ringing", "talking", "holding", "wrapping_up", "monitoring", "unreachable"]
_BUSY = frozenset({"talking", "holding", "ringing", "monitoring", "wrapping_up", "unreachable"})


class AgentNow(msgspec.Struct, frozen=True):
    """An agent at one moment.

    `reason`: the pause's, while it shows. `queue`, `number`: of the contact being handled, rung or wrapped up, else of the own
    call. `call`: its key. `call_since_ms`: when the call was answered (or began, for an own call). `partly`: (paused in,
    member of) queues, if paused in some but not all. `on_behalf`: kind of an own call. `monitored_by`: who hears the agent.
    """

    agent: str
    name: str
    state: AgentDisplayState
    since_ms: int
    reason: str | None
    presence: Presence
    presence_since_ms: int
    activity: Activity
    activity_since_ms: int
    partly: tuple[int, int] | None
    queues: tuple[str, ...]
    queue: str | None = None
    number: str | None = None
    call: str | None = None
    call_since_ms: int | None = None
    own_call: str | None = None
    monitored_by: tuple[str | None, ...] = ()


def reason_of(floor: Floor, agent: Agent, code: int) -> str | None:
    """The pause reason that belongs to a state: of a pause, or of wrap-up by a pause."""
    if code >= PAUSED:
        return floor.reasons[code - PAUSED] or agent.pause_reason
    is_by_pause = code == WRAPPING_UP and not agent.wrap_until_ms
    return agent.pause_reason if is_by_pause else None


def since_of(agent: Agent, now_ms: int) -> int:
    """Since when the agent is in the state it shows at `now`."""
    return agent.since_ms if code_at(agent, now_ms) == agent.code else agent.wrap_until_ms


def _presence(agent: Agent) -> Presence:
    if not agent.presence & SIGNED_IN:
        return "signed_out"
    if not agent.paused_queues:
        return "ready"
    return "paused" if agent.paused_queues == agent.member_queues else "partly_paused"


def agent_view(floor: Floor, agent_id: str, now_ms: int) -> AgentNow | None:
    """The agent at `now`; None for an id that the floor does not know."""
    agent = floor.agents.get(agent_id)
    if agent is None:
        return None
    code = code_at(agent, now_ms)
    state = NAMES[code]
    is_partly = 0 < agent.paused_queues < agent.member_queues
    activity: Activity = state if state in _BUSY else "idle"  # type: ignore[assignment]
    queue, number, call, call_since_ms, own_call = contact_of(floor, agent, state)
    return AgentNow(
        agent.id,
        floor.agent_name(agent.id) or agent.id,
        state,
        since_of(agent, now_ms),
        reason_of(floor, agent, code),
        _presence(agent),
        agent.presence_since_ms,
        activity,
        agent.activity_since_ms,
        (agent.paused_queues, agent.member_queues) if is_partly else None,
        tuple(dict.fromkeys(m.queue for m in agent.memberships.values())),
        queue,
        number,
        call,
        call_since_ms,
        own_call,
        tuple(agent.monitored.values()),
    )


Contact = tuple[str | None, str | None, str | None, int | None, str | None]


def contact_of(floor: Floor, agent: Agent, state: AgentDisplayState) -> Contact:
    """What the agent's state is about: queue, number, key, since when, kind of an own call; None where there is none."""
    if state in {"talking", "holding"} and agent.handlings:
        visit = floor.visits[next(iter(agent.handlings))]
        return visit.queue, visit.number, visit.key, visit.answered_ms, None
    if state == "ringing" and agent.offers:
        key, since_ms = next(iter(agent.offers.items()))
        visit = floor.visits[key]
        return visit.queue, visit.number, key, since_ms, None
    if state in {"talking", "holding", "ringing"} and agent.own_calls:
        key, own = next(iter(agent.own_calls.items()))
        return None, own.number, key, own.connected_ms or own.started_ms, own.kind
    if state == "wrapping_up":
        return agent.wrapped_queue or None, None, None, None, None
    return None, None, None, None, None
