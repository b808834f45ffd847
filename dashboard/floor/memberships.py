"""Who is a member of which queue, ready or paused there, and whether the agent's phone is in reach.

Pauses are facts about one agent in one queue. A repeated pause with the same reason changes nothing; another reason ends one
interval and begins the next. Closed pauses are kept by queue for two days; a back-filled pause is spliced in at its own time.
"""

from __future__ import annotations

from collectors.events import (
    AgentNamed,
    DeviceChanged,
    MemberPaused,
    MemberResumed,
    MembershipAdded,
    MembershipRemoved,
    QueueConfigured,
    QueueRow,
)
from dashboard.floor.arrays import Longs
from dashboard.floor.axes import is_reachable, presence_changed, reason_place
from dashboard.floor.repaint import repaint_presence
from dashboard.floor.state import Agent, Membership
from dashboard.floor.step import Step


def membership_key(switch: str, queue: str) -> str:
    """The key of a membership in `Agent.memberships`."""
    return f"{switch}/{queue}"


def membership_added(step: Step, event: MembershipAdded) -> None:
    """The agent is a member of the queue."""
    if step.is_past:
        return
    agent = step.agent(event.agent)
    membership = join(step, agent, event.queue, step.at_ms)
    membership.is_dynamic, membership.penalty = event.dynamic, event.penalty
    if event.name:
        agent.name = event.name
    set_pause(step, agent, membership, event.reason if event.paused else None, step.at_ms, is_paused=event.paused)
    presence_changed(step.floor, agent, step.at_ms, step.changes)


def join(step: Step, agent: Agent, queue_id: str, at_ms: int) -> Membership:
    """The agent's membership, known or new."""
    key = membership_key(step.switch, queue_id)
    membership = agent.memberships.get(key)
    if membership is None:
        queue = step.queue(queue_id)
        membership = agent.memberships[key] = Membership(queue.id, step.switch, at_ms)
        queue.members[agent.id] = queue.members.get(agent.id, 0) + 1
        queue.former.pop(agent.id, None)
    return membership


def membership_removed(step: Step, event: MembershipRemoved) -> None:
    """The agent is no member any more; a call in progress goes on."""
    agent = step.floor.agents.get(event.agent)
    key = membership_key(step.switch, event.queue)
    if agent is None or key not in agent.memberships or _is_settled(step, agent.memberships[key]):
        return
    leave(step, agent, key)
    presence_changed(step.floor, agent, step.at_ms, step.changes)


def leave(step: Step, agent: Agent, key: str) -> None:
    """End a membership, and a pause in it. The caller rolls presence up."""
    membership = agent.memberships.pop(key)
    _close_pause(step, agent, membership, step.at_ms)
    queue = step.queue(membership.queue)
    queue.members[agent.id] -= 1
    if not queue.members[agent.id]:
        del queue.members[agent.id]
        queue.former[agent.id] = True


def member_paused(step: Step, event: MemberPaused) -> None:
    """Paused in one queue."""
    agent = step.agent(event.agent)
    membership = agent.memberships.get(membership_key(step.switch, event.queue))
    if membership is not None and _is_settled(step, membership):
        _splice(step, agent, event.queue, event.reason, is_paused=True)
        return
    if step.is_past:
        return
    membership = membership or join(step, agent, event.queue, step.at_ms)
    set_pause(step, agent, membership, event.reason, step.at_ms, is_paused=True)
    presence_changed(step.floor, agent, step.at_ms, step.changes)


def member_resumed(step: Step, event: MemberResumed) -> None:
    """No longer paused in one queue."""
    agent = step.agent(event.agent)
    membership = agent.memberships.get(membership_key(step.switch, event.queue))
    if membership is None:
        return
    if _is_settled(step, membership):
        _splice(step, agent, event.queue, None, is_paused=False)
        return
    set_pause(step, agent, membership, None, step.at_ms, is_paused=False)
    presence_changed(step.floor, agent, step.at_ms, step.changes)


def _is_settled(step: Step, membership: Membership) -> bool:
    """True if what we know of the membership is newer than the fact in hand."""
    return step.is_past or (step.is_backfilled and step.at_ms < membership.since_ms)


def set_pause(
    step: Step, agent: Agent, membership: Membership, reason: str | None, at_ms: int, *, is_paused: bool
) -> bool:
    """Set presence in one queue. The caller rolls it up. True if it changed."""
    if is_paused == membership.is_paused and (not is_paused or (reason or None) == membership.reason):
        return False
    _close_pause(step, agent, membership, at_ms)
    membership.is_paused, membership.reason = is_paused, (reason or None) if is_paused else None
    membership.since_ms = max(at_ms, membership.since_ms)
    return True


def _close_pause(step: Step, agent: Agent, membership: Membership, at_ms: int) -> None:
    if membership.is_paused and at_ms > membership.since_ms:
        closed = agent.pauses.setdefault(membership.queue, Longs("q"))
        closed.extend((membership.since_ms, at_ms, reason_place(step.floor, membership.reason)))


def _splice(step: Step, agent: Agent, queue: str, reason: str | None, *, is_paused: bool) -> None:
    """A pause or resumption inside a gap: correct what the gap's end was taken for."""
    at_ms, until_ms = step.at_ms, gap_end_ms(step)
    closed = agent.pauses.setdefault(queue, Longs("q"))
    for i in range(0, len(closed), 3):
        if closed[i] <= at_ms < closed[i + 1]:
            until_ms = min(closed[i + 1], until_ms) if until_ms else closed[i + 1]
            closed[i + 1] = at_ms
    if is_paused and until_ms > at_ms:
        closed.extend((at_ms, until_ms, reason_place(step.floor, reason)))
    repaint_presence(step.floor, agent, at_ms, until_ms, reason, is_paused=is_paused)
    step.changes.agents.add(agent.id)
    step.floor.derived.agent_changed(agent.id)


def gap_end_ms(step: Step) -> int:
    """Where the newest settled stretch that the fact falls into ends: the snapshot after it."""
    return step.link.snapshot_ms if step.at_ms < step.link.snapshot_ms else 0


def device_changed(step: Step, event: DeviceChanged) -> None:
    """The state of the agent's phone, as one switch sees it."""
    if step.is_past:
        return
    agent = step.agent(event.agent)
    if agent.devices.get(step.switch) == event.device:
        return
    could_reach = is_reachable(agent)
    agent.devices[step.switch] = event.device
    step.changes.agents.add(agent.id)
    if is_reachable(agent) != could_reach:
        presence_changed(step.floor, agent, step.at_ms, step.changes)


def agent_named(step: Step, event: AgentNamed) -> None:
    """The switch's display name of an agent."""
    step.agent(event.agent).name = event.name
    step.changes.agents.add(event.agent)


def queue_configured(step: Step, event: QueueConfigured | QueueRow) -> None:
    """The switch's own configuration of a queue."""
    queue = step.queue(event.queue)
    queue.strategy, queue.max_callers = event.strategy, event.max_callers
    queue.weight, queue.service_level_s = event.weight, event.service_level_s
