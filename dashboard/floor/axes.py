"""An agent's axes into its one display state, each with its own `since`.

Presence comes from the memberships and the phone's reachability, activity from calls, offers, monitoring and wrap-up. Whoever
changes one of these calls `presence_changed` or `activity_changed`; both end in `_settle`, the only place that changes
`Agent.code`. Wrap-up that ends by itself is settled by stream time (`end_wrap_ups`), and between two entries by the queries,
which look at `wrap_until_ms` with their own `now`.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Final

from dashboard.floor import counters as c
from dashboard.floor.changes import Changes
from dashboard.floor.display import (
    CODES,
    EXTERNAL,
    EXTERNAL_HELD,
    INTERNAL,
    INTERNAL_HELD,
    LAST_CODE,
    MONITORING,
    NAMES,
    PAUSED,
    PAUSED_ALL,
    RINGING,
    SIGNED_IN,
    UNREACHABLE,
    WRAP_UP,
    WRAPPING_UP,
)
from dashboard.floor.ledger import LONGEST_WRAP_UP_MS, begin_state, book, book_agent
from dashboard.floor.state import Agent, Floor, Visit

_OUT_OF_REACH: Final = frozenset({"unavailable", "invalid"})


def is_reachable(agent: Agent) -> bool:
    """False when every switch that says something of the agent's phone says that it is gone."""
    devices = agent.devices
    return not devices or not _OUT_OF_REACH.issuperset(devices.values())


def reason_place(floor: Floor, reason: str | None) -> int:
    """The place of a pause reason in the floor's list; 0 for none, and for those beyond what fits in a log."""
    if not reason:
        return 0
    reasons = floor.reasons
    if reason in reasons:
        return reasons.index(reason)
    if PAUSED + len(reasons) > LAST_CODE:
        return 0
    reasons.append(reason)
    return len(reasons) - 1


def presence_changed(floor: Floor, agent: Agent, at_ms: int, changes: Changes) -> None:
    """Roll the memberships up to the agent: signed out, ready, partly paused n/m, paused; and whether the phone is there."""
    end_due_wrap_up(floor, agent, at_ms, changes)
    paused: set[str] = set()
    ready: set[str] = set()
    is_dynamic = False
    newest_ms, reason = -1, None
    for membership in agent.memberships.values():
        is_dynamic = is_dynamic or membership.is_dynamic
        if not membership.is_paused:
            ready.add(membership.queue)
            continue
        paused.add(membership.queue)
        if membership.since_ms >= newest_ms:
            newest_ms, reason = membership.since_ms, membership.reason
    paused -= ready
    before = (agent.presence, agent.paused_queues, agent.pause_reason)
    agent.member_queues = len(paused) + len(ready)
    agent.paused_queues = len(paused)
    agent.pause_reason = reason if paused else None
    agent.presence = _presence(floor, agent, is_dynamic=is_dynamic)
    if before != (agent.presence, agent.paused_queues, agent.pause_reason):
        agent.presence_since_ms = at_ms
    _settle(floor, agent, at_ms, changes)


def _presence(floor: Floor, agent: Agent, *, is_dynamic: bool) -> int:
    can_reach = is_reachable(agent)
    if not agent.member_queues or not (is_dynamic or can_reach):
        return 0
    flags = SIGNED_IN if can_reach else SIGNED_IN | UNREACHABLE
    if agent.paused_queues == agent.member_queues:
        known = floor.settings.pause_reasons.get(agent.pause_reason or "")
        flags |= WRAP_UP if known is not None and known.category == "work_after_call" else PAUSED_ALL
    return flags


def activity_changed(floor: Floor, agent: Agent, at_ms: int, changes: Changes) -> None:
    """What the agent does now, from its calls, offers, monitoring sessions and wrap-up."""
    end_due_wrap_up(floor, agent, at_ms, changes)
    flags = 0
    if agent.handlings:
        flags = EXTERNAL_HELD if all(agent.handlings.values()) else EXTERNAL
    if agent.offers:
        flags |= RINGING
    if agent.own_calls:
        flags |= _own_calls(agent)
    if agent.listening:
        flags |= MONITORING
    if agent.wrap_until_ms:
        flags |= WRAP_UP
    if flags != agent.activity:
        agent.activity = flags
        agent.activity_since_ms = at_ms
    _settle(floor, agent, at_ms, changes)


def _own_calls(agent: Agent) -> int:
    flags = 0
    for call in agent.own_calls.values():
        if call.connected_ms is None and call.kind == "inbound":
            flags |= RINGING
        elif call.kind == "internal":
            flags |= INTERNAL_HELD if call.is_on_hold else INTERNAL
        else:
            flags |= EXTERNAL_HELD if call.is_on_hold else EXTERNAL
    return flags


def _settle(floor: Floor, agent: Agent, at_ms: int, changes: Changes) -> None:
    code = CODES[agent.presence | agent.activity]
    if code == PAUSED and agent.pause_reason:
        code += reason_place(floor, agent.pause_reason)
    old = agent.code
    if code != old:
        start_ms = agent.log[-1] >> 8 if agent.log else at_ms
        booked_to_ms = begin_state(floor, agent, code, at_ms)
        if old == WRAPPING_UP and agent.wrapped_queue:
            _credit_wrap_up(floor, agent, booked_to_ms - start_ms)
        if NAMES[code] != NAMES[old] or code >= PAUSED:
            agent.since_ms = at_ms
        agent.code = code
    changes.agents.add(agent.id)
    for membership in agent.memberships.values():
        changes.queues.add(membership.queue)
    floor.derived.agent_changed(agent.id)


def _credit_wrap_up(floor: Floor, agent: Agent, span_ms: int) -> None:
    """Wrap-up belongs to the handling that it followed, so to the time at which that ended."""
    span_ms = min(span_ms, LONGEST_WRAP_UP_MS)
    if span_ms > 0:
        book(floor, floor.queues[agent.wrapped_queue], agent.wrapped_ms, (c.WRAP_MS, span_ms))
        book_agent(floor, agent, agent.wrapped_ms, (c.A_WRAP_MS, span_ms), agent.wrapped_queue)
        if floor.derived.recorder is not None:
            floor.derived.recorder.wrap_up_credited(agent.wrapped_visit, span_ms)


def begin_wrap_up(floor: Floor, agent: Agent, visit: Visit, at_ms: int) -> None:
    """A handling ended at `at_ms`: the queue's configured wrap-up time runs from there."""
    agent.wrapped_queue, agent.wrapped_visit, agent.wrapped_ms = visit.queue, visit.key, at_ms
    wrap_up_s = floor.queue_settings(visit.queue).wrap_up_s
    if wrap_up_s > 0 and at_ms + wrap_up_s * 1000 > agent.wrap_until_ms:
        agent.wrap_until_ms = at_ms + wrap_up_s * 1000
        heappush(floor.derived.wraps, (agent.wrap_until_ms, agent.id))


def end_due_wrap_up(floor: Floor, agent: Agent, at_ms: int, changes: Changes) -> None:
    """End the agent's wrap-up at its own time, if that has come by `at_ms`."""
    until_ms = agent.wrap_until_ms
    if 0 < until_ms <= at_ms:
        agent.wrap_until_ms = 0
        agent.activity &= ~WRAP_UP
        agent.activity_since_ms = until_ms
        _settle(floor, agent, until_ms, changes)


def end_wrap_ups(floor: Floor, now_ms: int, changes: Changes) -> None:
    """End every wrap-up that is over by stream time, each at its own time."""
    wraps = floor.derived.wraps
    while wraps and wraps[0][0] <= now_ms:
        until_ms, agent_id = heappop(wraps)
        agent = floor.agents.get(agent_id)
        if agent is not None and agent.wrap_until_ms == until_ms:
            end_due_wrap_up(floor, agent, until_ms, changes)
