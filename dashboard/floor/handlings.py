"""An agent's share of a visit: connected, on hold, passed on, over; then wrap-up begins.

Handle times are booked when the handling ends (E), at that time, for the queue and for the agent. Talk as the switch states it
includes holds; holds are measured by us, in whole seconds, and taken out of it. A handling whose end nobody saw (the link was
down, the switch died) counts as handled, but not in any mean of times, until a back-filled fact tells its length.
"""

from __future__ import annotations

from collectors.events import Answered, EndedBy, HandlingEnded, Held, Resumed, Transferred
from dashboard.floor import counters as c
from dashboard.floor.axes import activity_changed, begin_wrap_up, end_due_wrap_up
from dashboard.floor.ledger import LONGEST_S, book, book_agent, negated
from dashboard.floor.repaint import repaint_handling
from dashboard.floor.state import Agent, Visit
from dashboard.floor.step import Step
from dashboard.floor.visits import conclude, find, forget_later, measured_wait_s


def answered(step: Step, event: Answered) -> None:
    """The agent is connected to the caller. Known already: only what was missing is filled in."""
    visit = find(step, event.queue, event.call, event.visit)
    if visit.outcome == "answered":
        _fill_in(step, visit, event.wait_s)
        return
    if step.is_past and visit.live:
        return
    conclude(step, visit, "answered", None, measured_wait_s(step, visit, event.wait_s))
    visit.answered_ms = step.at_ms
    visit.agent = step.agent(event.agent).id
    step.visit_changed(visit)
    if step.is_past:
        visit.live = False
    else:
        connect(step, visit, step.at_ms, is_on_hold=False)


def _fill_in(step: Step, visit: Visit, wait_s: int | None) -> None:
    visit.answered_ms = visit.answered_ms or step.at_ms
    step.visit_changed(visit)
    if visit.wait_s is None:
        conclude(step, visit, "answered", None, measured_wait_s(step, visit, wait_s))


def connect(step: Step, visit: Visit, at_ms: int, *, is_on_hold: bool) -> None:
    """The visit is in progress at its agent now."""
    agent = step.agent(visit.agent)
    visit.live = True
    step.queue(visit.queue).in_progress[visit.key] = agent.id
    end_due_wrap_up(step.floor, agent, at_ms, step.changes)
    agent.handlings[visit.key] = is_on_hold
    agent.wrap_until_ms = 0
    if is_on_hold and visit.held_since_ms is None:
        visit.held_since_ms = at_ms
    activity_changed(step.floor, agent, at_ms, step.changes)


def held(step: Step, event: Held) -> None:
    """The agent put the other party on hold."""
    _set_hold(step, event.call, event.visit, event.agent, is_on_hold=True)


def resumed(step: Step, event: Resumed) -> None:
    """The agent took the other party off hold."""
    _set_hold(step, event.call, event.visit, event.agent, is_on_hold=False)


def _set_hold(step: Step, call: str, number: int, agent_id: str, *, is_on_hold: bool) -> None:
    agent = step.floor.agents.get(agent_id)
    key = step.key(call, number)
    if agent is None or step.is_past:
        return
    if number == 0:
        own = agent.own_calls.get(key)
        if own is None:
            return
        own.is_on_hold = is_on_hold
    elif key in agent.handlings:
        agent.handlings[key] = is_on_hold
        hold(step.floor.visits[key], step.at_ms, is_on_hold=is_on_hold)
    else:
        return
    activity_changed(step.floor, agent, step.at_ms, step.changes)


def hold(visit: Visit, at_ms: int, *, is_on_hold: bool) -> None:
    """Begin or end a hold of the visit's talk; a second beginning or end changes nothing."""
    if is_on_hold:
        visit.held_since_ms = at_ms if visit.held_since_ms is None else visit.held_since_ms
    elif visit.held_since_ms is not None:
        visit.hold_ms += max(at_ms - visit.held_since_ms, 0)
        visit.held_since_ms = None


def transferred(step: Step, event: Transferred) -> None:
    """The handled caller was passed on: counted once a handling."""
    visit = step.floor.visits.get(step.key(event.call, event.visit))
    if visit is None or visit.was_transferred:
        return
    visit.was_transferred = True
    book(step.floor, step.queue(visit.queue), step.at_ms, (c.TRANSFERRED_OUT, 1))
    agent = step.agent(event.agent)
    book_agent(step.floor, agent, step.at_ms, (c.A_TRANSFERS, 1), visit.queue)
    if step.floor.derived.recorder is not None:
        step.floor.derived.recorder.visit_transferred(visit, event)
    step.changes.agents.add(agent.id)
    step.floor.derived.agent_changed(agent.id)


def handling_ended(step: Step, event: HandlingEnded) -> None:
    """The agent's share of the talk is over. A second end is only heard if the first one did not know the length."""
    visit = find(step, event.queue, event.call, event.visit)
    agent = step.agent(event.agent)
    if visit.outcome != "answered":
        _answered_unheard(step, visit, agent, event.talk_s)
    if step.is_past and visit.live:
        return
    end_handling(step, visit, event.by, event.talk_s)


def _answered_unheard(step: Step, visit: Visit, agent: Agent, talk_s: int | None) -> None:
    visit.agent = agent.id
    if talk_s is not None:
        visit.answered_ms = step.at_ms - talk_s * 1000
    wait_s = None
    if visit.joined_ms is not None and visit.answered_ms is not None:
        wait_s = max(visit.answered_ms - visit.joined_ms, 0) // 1000
    conclude(step, visit, "answered", None, wait_s)
    visit.live = False


def end_handling(step: Step, visit: Visit, by: EndedBy, talk_s: int | None, *, is_measured: bool = True) -> None:
    """End the visit's handling now. `is_measured` False: when it really ended is unknown, so its length is too."""
    agent = step.agent(visit.agent)
    was_live = visit.live
    if visit.ended_ms is not None:
        if visit.talk_s is not None or (talk_s is None and visit.ended_by in {"switch", by}):
            return
        _book_handling(step, visit, agent, visit.ended_ms, is_back=True)
    ended_before_ms = visit.ended_ms
    hold(visit, step.at_ms, is_on_hold=False)
    step.visit_changed(visit)
    if talk_s is None and is_measured and by != "switch" and visit.answered_ms is not None:
        talk_s = max(step.at_ms - visit.answered_ms, 0) // 1000
    visit.ended_ms, visit.ended_by = step.at_ms, by
    visit.talk_s = None if talk_s is None else min(max(talk_s, 0), LONGEST_S)
    _book_handling(step, visit, agent, step.at_ms, is_back=False)
    if was_live:
        _disconnect(step, visit, agent, by)
    elif talk_s is not None:
        repaint_handling(step, visit, agent, ended_before_ms)
    forget_later(step, visit)
    step.changes.agents.add(agent.id)
    step.floor.derived.agent_changed(agent.id)


def _disconnect(step: Step, visit: Visit, agent: Agent, by: EndedBy) -> None:
    step.queue(visit.queue).in_progress.pop(visit.key, None)
    agent.handlings.pop(visit.key, None)
    if by != "switch" and visit.talk_s is not None:
        begin_wrap_up(step.floor, agent, visit, step.at_ms)
    activity_changed(step.floor, agent, step.at_ms, step.changes)


def _book_handling(step: Step, visit: Visit, agent: Agent, at_ms: int, *, is_back: bool) -> None:
    by_agent = int(visit.ended_by == "agent")
    queue_facts: tuple[int, ...] = (c.HANDLED, 1, c.HUNG_UP_BY_AGENT, by_agent)
    agent_facts: tuple[int, ...] = (c.A_HANDLED, 1, c.A_HUNG_UP_FIRST, by_agent)
    if visit.talk_s is None:
        queue_facts += (c.UNTIMED, 1)
        agent_facts += (c.A_UNTIMED, 1)
    else:
        hold_s = min(visit.hold_ms // 1000, visit.talk_s)
        talk_s = visit.talk_s - hold_s
        queue_facts += (c.TALK_S, talk_s, c.HOLD_S, hold_s)
        agent_facts += (c.A_TALK_S, talk_s, c.A_HOLD_S, hold_s)
    if is_back:
        queue_facts, agent_facts = negated(queue_facts), negated(agent_facts)
    elif visit.talk_s is not None:
        agent_facts += (c.A_LONGEST_S, visit.talk_s, c.A_LAST_CALL_MS, at_ms)
    book(step.floor, step.queue(visit.queue), at_ms, queue_facts)
    book_agent(step.floor, agent, at_ms, agent_facts, visit.queue)
