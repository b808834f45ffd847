"""Agents' own calls, outside any queue, and supervisors who hear an agent.

A call counts when it ends (E). Dialled, connected and effective calls are outbound; the time and number of external calls
include inbound ones; an internal call is only time in state.
"""

from __future__ import annotations

from collectors.events import (
    EndedBy,
    MonitoringStarted,
    MonitoringStopped,
    MonitorMode,
    OwnCallConnected,
    OwnCallEnded,
    OwnCallStarted,
)
from dashboard.floor import counters as c
from dashboard.floor.axes import activity_changed
from dashboard.floor.ledger import book_agent
from dashboard.floor.state import Agent, Monitoring, OwnCall
from dashboard.floor.step import Step


def own_call_started(step: Step, event: OwnCallStarted) -> None:
    """The agent dials, or is dialled, outside any queue."""
    key = step.key(event.call, 0)
    agent = step.agent(event.agent)
    if step.is_past or key in agent.own_calls:
        return
    agent.own_calls[key] = OwnCall(step.switch, step.boot, event.kind, step.at_ms, event.number)
    activity_changed(step.floor, agent, step.at_ms, step.changes)


def own_call_connected(step: Step, event: OwnCallConnected) -> None:
    """The other party answered."""
    agent = step.agent(event.agent)
    call = agent.own_calls.get(step.key(event.call, 0))
    if call is None or call.connected_ms is not None or step.is_past:
        return
    call.connected_ms = step.at_ms
    activity_changed(step.floor, agent, step.at_ms, step.changes)


def own_call_ended(step: Step, event: OwnCallEnded) -> None:
    """The call is over."""
    agent = step.agent(event.agent)
    if step.is_past or step.key(event.call, 0) not in agent.own_calls:
        return
    end_own_call(step, agent, step.key(event.call, 0), event.by, is_measured=True)


def end_own_call(step: Step, agent: Agent, key: str, by: EndedBy, *, is_measured: bool) -> None:
    """End an own call now; `is_measured` False: when it really ended is unknown, so its length is not counted."""
    call = agent.own_calls.pop(key)
    if step.floor.derived.recorder is not None:
        step.floor.derived.recorder.own_call_ended(agent.id, key, call, step.at_ms, by, is_measured=is_measured)
    facts: tuple[int, ...] = (c.A_DIALLED, 1) if call.kind == "outbound" else ()
    if call.connected_ms is not None and call.kind != "internal":
        facts += _connected_facts(step, call, call.connected_ms, is_measured=is_measured)
    book_agent(step.floor, agent, step.at_ms, facts)
    activity_changed(step.floor, agent, step.at_ms, step.changes)


def _connected_facts(step: Step, call: OwnCall, connected_ms: int, *, is_measured: bool) -> tuple[int, ...]:
    talk_s = max(step.at_ms - connected_ms, 0) // 1000 if is_measured else 0
    facts: tuple[int, ...] = (
        c.A_OWN, 1, c.A_OWN_S, talk_s, c.A_LONGEST_S, talk_s, c.A_LAST_CALL_MS, step.at_ms,
    )  # fmt: skip
    if call.kind == "outbound":
        is_effective = talk_s >= step.floor.settings.effective_call_s and is_measured
        facts += (c.A_CONNECTED, 1, c.A_EFFECTIVE, int(is_effective))
    return facts


def monitoring_started(step: Step, event: MonitoringStarted) -> None:
    """A supervisor hears an agent; or a session that is known came to another mode or another agent."""
    key = step.key(event.session, 0)
    if step.is_past:
        return
    known = step.floor.core.monitorings.get(key)
    if known is not None and known.agent == event.agent:
        change_mode(step, key, known, event.mode, step.at_ms)
        known.command = event.command or known.command
        return
    if known is not None:
        stop_monitoring(step, key)
    new = Monitoring(event.session, step.switch, step.boot, event.agent, step.at_ms)
    new.supervisor, new.mode, new.command, new.mode_since_ms = event.supervisor, event.mode, event.command, step.at_ms
    start_monitoring(step, key, new)


def start_monitoring(step: Step, key: str, monitoring: Monitoring) -> None:
    """The session is open; a supervisor who is an agent of the floor is monitoring."""
    step.floor.core.monitorings[key] = monitoring
    heard = step.agent(monitoring.agent)
    _hear(step, key, monitoring)
    activity_changed(step.floor, heard, step.at_ms, step.changes)
    listener = step.floor.agents.get(monitoring.supervisor or "")
    if listener is not None:
        listener.listening[key] = monitoring.started_ms
        activity_changed(step.floor, listener, monitoring.started_ms, step.changes)


def change_mode(step: Step, key: str, monitoring: Monitoring, mode: MonitorMode | None, at_ms: int) -> None:
    """The session goes on in another mode; since when it is open stays."""
    step.changes.monitorings.add(key)
    if mode != monitoring.mode:
        monitoring.mode, monitoring.mode_since_ms = mode, at_ms
    _hear(step, key, monitoring)


def _hear(step: Step, key: str, monitoring: Monitoring) -> None:
    """Whether the agent is heard: not by who took their caller over."""
    heard = step.agent(monitoring.agent)
    if monitoring.mode == "takeover":
        heard.monitored.pop(key, None)
    else:
        heard.monitored[key] = monitoring.supervisor
    step.changes.monitorings.add(key)
    step.changes.agents.add(heard.id)


def monitoring_stopped(step: Step, event: MonitoringStopped) -> None:
    """A session ended."""
    key = step.key(event.session, 0)
    if key in step.floor.core.monitorings and not step.is_past:
        stop_monitoring(step, key)


def stop_monitoring(step: Step, key: str) -> None:
    """The session is over."""
    monitoring = step.floor.core.monitorings.pop(key)
    heard = step.agent(monitoring.agent)
    heard.monitored.pop(key, None)
    step.changes.monitorings.add(key)
    step.changes.agents.add(heard.id)
    activity_changed(step.floor, heard, step.at_ms, step.changes)
    listener = step.floor.agents.get(monitoring.supervisor or "")
    if listener is not None and listener.listening.pop(key, None) is not None:
        activity_changed(step.floor, listener, step.at_ms, step.changes)
