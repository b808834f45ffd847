"""Folding a snapshot: close what the switch no longer knows, open what was missed, mark the gap.

A visit that must be closed so left in an unknown way; one that is found connected was answered while nobody listened. What a
later back-fill tells of them is counted again, rightly. Only what belongs to the snapshot's own switch is touched.
"""

from __future__ import annotations

from collections.abc import Iterable

from collectors.events import HandlingRow, MemberRow, MonitoringRow, OfferRow, OwnCallRow, SnapshotTaken, WaitingRow
from dashboard.floor.axes import activity_changed, presence_changed
from dashboard.floor.handlings import connect, end_handling, hold
from dashboard.floor.links import close_gap, note_gap, set_state
from dashboard.floor.memberships import join, leave, membership_key, queue_configured, set_pause
from dashboard.floor.own_calls import change_mode, end_own_call, start_monitoring, stop_monitoring
from dashboard.floor.state import Agent, Monitoring, OwnCall, Visit
from dashboard.floor.step import Step
from dashboard.floor.visits import conclude, end_offer, forget_later, joined, make_waiting, start_offer


def snapshot_taken(step: Step, event: SnapshotTaken) -> None:
    """The whole switch as it is at this position of the stream."""
    note_gap(step.link, event.gap_from_ms)
    for queue_row in event.queues:
        queue_configured(step, queue_row)
    _members(step, event.members)
    _calls(step, event)
    _own_calls(step, event.own_calls)
    _monitorings(step, event.monitorings)
    close_gap(step)
    step.link.snapshot_ms = step.at_ms
    set_state(step, "live")


def _members(step: Step, rows: list[MemberRow]) -> None:
    known = {(row.agent, membership_key(step.switch, row.queue)) for row in rows}
    touched: dict[str, int] = {}
    for agent in step.floor.agents.values():
        for key in [k for k, m in agent.memberships.items() if m.switch == step.switch and (agent.id, k) not in known]:
            leave(step, agent, key)
            touched[agent.id] = step.at_ms
    for row in rows:
        agent = step.agent(row.agent)
        agent.name = row.name or agent.name
        agent.devices[step.switch] = row.device
        touched[row.agent] = min(touched.get(row.agent, step.at_ms), _member(step, agent, row))
    for agent_id, at_ms in touched.items():
        presence_changed(step.floor, step.agent(agent_id), at_ms, step.changes)


def _member(step: Step, agent: Agent, row: MemberRow) -> int:
    """Take a membership as the row says. Returns since when it is so, as far as that is news."""
    is_new = membership_key(step.switch, row.queue) not in agent.memberships
    since_ms = _within(step, row.paused_at_ms) if row.paused else step.at_ms
    membership = join(step, agent, row.queue, since_ms if is_new else step.at_ms)
    membership.is_dynamic, membership.penalty = row.dynamic, row.penalty
    is_news = set_pause(step, agent, membership, row.reason if row.paused else None, since_ms, is_paused=row.paused)
    return since_ms if is_news else step.at_ms


def _within(step: Step, at_ms: int | None) -> int:
    """A time that the switch states, if it can be: not after the snapshot."""
    return step.at_ms if at_ms is None else min(at_ms, step.at_ms)


def _calls(step: Step, event: SnapshotTaken) -> None:
    """Waiting visits, handlings and offers: first what is over, then what is there."""
    waiting = {step.key(row.call, row.visit): row for row in event.waiting}
    handlings = {step.key(row.call, row.visit): row for row in event.handlings}
    offers = {(step.key(row.call, row.visit), row.agent): row for row in event.offers}
    for visit in [v for v in step.floor.visits.values() if v.switch == step.switch and (v.live or v.offers)]:
        for agent_id in [a for a in visit.offers if (visit.key, a) not in offers]:
            end_offer(step, visit, step.floor.agents[agent_id])
        if visit.live and visit.key not in waiting and visit.key not in handlings:
            _close(step, visit)
    for key, waiting_row in waiting.items():
        _waits(step, key, waiting_row)
    for key, handling_row in handlings.items():
        _talks(step, key, handling_row)
    for (key, agent_id), offer_row in offers.items():
        _rings(step, key, agent_id, offer_row)


def _close(step: Step, visit: Visit) -> None:
    if visit.outcome == "waiting":
        conclude(step, visit, "left", "unknown", None)
        forget_later(step, visit)
    else:
        end_handling(step, visit, "unknown", None, is_measured=False)


def _known(step: Step, key: str, row: WaitingRow | HandlingRow) -> Visit:
    visit = step.floor.visits.get(key)
    if visit is None:
        visit = Visit(key, step.switch, step.boot, row.call, row.visit, step.queue(row.queue).id, step.at_ms)
        step.floor.visits[key] = visit
    visit.number, visit.name = row.number or visit.number, row.name or visit.name
    step.visit_changed(visit)
    return visit


def _waits(step: Step, key: str, row: WaitingRow) -> None:
    visit = _known(step, key, row)
    visit.position, visit.priority = row.position, row.priority
    if visit.joined_ms is None:
        joined(step, visit, _within(step, row.entered_at_ms))
    if visit.outcome != "waiting":
        _disconnected(step, visit)
        conclude(step, visit, "waiting", None, None)
    make_waiting(step, visit)


def _disconnected(step: Step, visit: Visit) -> None:
    """The switch says that the visit still waits: it is not connected."""
    step.queue(visit.queue).in_progress.pop(visit.key, None)
    agent = step.floor.agents.get(visit.agent)
    if agent is not None and agent.handlings.pop(visit.key, None) is not None:
        activity_changed(step.floor, agent, step.at_ms, step.changes)


def _talks(step: Step, key: str, row: HandlingRow) -> None:
    visit = _known(step, key, row)
    answered_ms = row.answered_at_ms if row.answered_at_ms is not None else visit.answered_ms
    if visit.joined_ms is None:
        entered_ms = row.entered_at_ms
        if entered_ms is None and answered_ms is not None and row.wait_s is not None:
            entered_ms = answered_ms - row.wait_s * 1000
        if entered_ms is not None:
            joined(step, visit, entered_ms)
    wait_s = row.wait_s if row.wait_s is not None else visit.wait_s
    if wait_s is None and visit.joined_ms is not None and answered_ms is not None:
        wait_s = max(answered_ms - visit.joined_ms, 0) // 1000
    if visit.outcome != "answered" or visit.wait_s != wait_s:
        conclude(step, visit, "answered", None, wait_s)
    is_new = not visit.live or visit.agent != row.agent
    if visit.agent != row.agent:
        _disconnected(step, visit)
    visit.agent, visit.answered_ms = step.agent(row.agent).id, answered_ms
    if visit.held_since_ms is not None and not row.on_hold:
        hold(visit, step.at_ms, is_on_hold=False)
    if is_new or step.agent(row.agent).handlings.get(key) != row.on_hold:
        connect(step, visit, answered_ms if is_new and answered_ms else step.at_ms, is_on_hold=row.on_hold)


def _rings(step: Step, key: str, agent_id: str, row: OfferRow) -> None:
    visit = step.floor.visits.get(key)
    if visit is not None and visit.outcome == "waiting" and agent_id not in visit.offers:
        start_offer(step, visit, agent_id, _within(step, row.started_at_ms))


def _own_calls(step: Step, rows: Iterable[OwnCallRow]) -> None:
    known = {(row.agent, step.key(row.call, 0)): row for row in rows}
    for agent in step.floor.agents.values():
        for key in [k for k, c in agent.own_calls.items() if c.switch == step.switch and (agent.id, k) not in known]:
            end_own_call(step, agent, key, "unknown", is_measured=False)
    for (agent_id, key), row in known.items():
        agent = step.agent(agent_id)
        call = agent.own_calls.get(key)
        if call is None:
            started_ms = _within(step, row.started_at_ms)
            call = agent.own_calls[key] = OwnCall(step.switch, step.boot, row.kind, started_ms)
        call.kind, call.is_on_hold = row.kind, row.on_hold
        call.number = row.number or call.number
        call.connected_ms = row.connected_at_ms if row.connected_at_ms is not None else call.connected_ms
        activity_changed(step.floor, agent, step.at_ms, step.changes)


def _monitorings(step: Step, rows: Iterable[MonitoringRow]) -> None:
    known = {step.key(row.session, 0): row for row in rows}
    mine = [k for k, m in step.floor.core.monitorings.items() if m.switch == step.switch]
    for key in [k for k in mine if k not in known]:
        stop_monitoring(step, key)
    for key, row in known.items():
        monitoring = step.floor.core.monitorings.get(key)
        if monitoring is not None and monitoring.agent == row.agent:
            if row.started_at_ms is not None:
                monitoring.started_ms = _within(step, row.started_at_ms)
            change_mode(step, key, monitoring, row.mode, step.at_ms)
            continue
        if monitoring is not None:
            stop_monitoring(step, key)
        started_ms = _within(step, row.started_at_ms)
        new = Monitoring(row.session, step.switch, step.boot, row.agent, started_ms, row.supervisor, row.mode)
        new.command, new.mode_since_ms = row.command, started_ms
        start_monitoring(step, key, new)
