"""One agent as one viewer may see them: where scope meets the agent's axes. Pure.

* Who sees everything, and an agent who looks at themselves, sees all of it.
* Who may see the agent's team sees presence whole, and contacts only of visible queues: other work is "busy elsewhere".
* Who may see only a queue of theirs sees presence in visible queues alone: a pause elsewhere, its reason and the number of
  queues elsewhere show nowhere; who serves none of the visible queues now is signed out.

Work outside any queue (an agent's own call) belongs to the agent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from dashboard.floor.agent_view import AgentNow, agent_view
from dashboard.floor.state import Agent, Floor, Membership

if TYPE_CHECKING:
    from dashboard.live.sight import Sight

BUSY = frozenset({"talking", "holding", "ringing", "wrapping_up"})
BUSY_ELSEWHERE = "busy_elsewhere"
ENDS_BY_ITSELF = frozenset({"wrapping_up", BUSY_ELSEWHERE})
"""States that may be over without an event: of work elsewhere, nobody here is told what it is."""


class AgentSeen(msgspec.Struct, frozen=True):
    """`number` and `call` (key of the visit or own call) are whole: they leave the gateway masked, or revealed on record."""

    name: str
    state: str
    since_ms: int | None
    reason: str | None = None
    queue: str | None = None
    number: str | None = None
    call: str | None = None
    partly: tuple[int, int] | None = None


def agent_seen(sight: Sight, agent_id: str) -> AgentSeen | None:
    """The agent at the sight's moment; None for an id that the floor does not know. Whether the agent is visible at all is
    the caller's to know (`Sight.sees_agent`)."""
    now = agent_view(sight.floor, agent_id, sight.now_ms)
    if now is None:
        return None
    whole = AgentSeen(now.name, now.state, now.since_ms, now.reason, now.queue, now.number, _call(now), now.partly)
    scope = sight.scope
    if scope.queues is None or agent_id in scope.agents:
        return whole
    agent = sight.floor.agents[agent_id]
    if scope.has_team(sight.team(agent_id)):
        return _contact_in(sight.floor, agent, whole, scope.queues)
    mine = [membership for membership in agent.memberships.values() if membership.queue in scope.queues]
    if not mine:
        return AgentSeen(now.name, "signed_out", None)
    return _contact_in(sight.floor, agent, _presence_in(sight.floor, agent, whole, mine), scope.queues)


def _call(now: AgentNow) -> str | None:
    return now.call or now.own_call


def _contact_in(floor: Floor, agent: Agent, seen: AgentSeen, queues: frozenset[str]) -> AgentSeen:
    """The same with a contact of these queues, else without any."""
    if seen.state == "wrapping_up" and not agent.wrap_until_ms:
        return seen if seen.queue in queues else replace(seen, queue=None)
    if seen.state not in BUSY or seen.queue is None:
        return seen
    keys = agent.offers if seen.state == "ringing" else () if seen.state == "wrapping_up" else agent.handlings
    ours = [key for key in keys if floor.visits[key].queue in queues]
    if ours:
        visit = floor.visits[ours[0]]
        is_on_hold = seen.state != "ringing" and all(agent.handlings[key] for key in ours)
        state = seen.state if seen.state == "ringing" else "holding" if is_on_hold else "talking"
        return replace(seen, state=state, queue=visit.queue, number=visit.number, call=visit.key)
    if seen.queue in queues:
        return seen
    return replace(seen, state=BUSY_ELSEWHERE, reason=None, queue=None, number=None, call=None)


def _presence_in(floor: Floor, agent: Agent, seen: AgentSeen, mine: list[Membership]) -> AgentSeen:
    """The same as far as these memberships tell."""
    paused = {membership.queue for membership in mine if membership.is_paused}
    ready = {membership.queue for membership in mine if not membership.is_paused}
    partly = (len(paused - ready), len(paused | ready)) if paused - ready and ready else None
    is_by_pause = seen.state == "wrapping_up" and not agent.wrap_until_ms
    if seen.state not in {"available", "paused"} and not is_by_pause:
        return replace(seen, partly=partly)
    if ready:
        return replace(seen, state="available", reason=None, queue=None, partly=partly)
    newest = max(mine, key=lambda membership: membership.since_ms)
    known = floor.settings.pause_reasons.get(newest.reason or "")
    state = "wrapping_up" if known is not None and known.category == "work_after_call" else "paused"
    queue = seen.queue if state == "wrapping_up" else None
    return replace(seen, state=state, since_ms=newest.since_ms, reason=newest.reason, queue=queue, partly=None)
