"""How things stand, for the rules: filled from the floor (what people see) and from our own link (what the switch does). Pure."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.control.asterisk.lines import Lines
from dashboard.control.open_session import Open
from dashboard.control.sessions import State
from dashboard.floor.state import Agent, Floor
from dashboard.supervision.commands import Request
from dashboard.supervision.facts import AgentFacts, CallFacts, Phase, Scene, SessionFacts, SessionPhase, SwitchFacts
from dashboard.supervision.standing import Standing


def scene(
    request: Request,
    floor: Floor,
    lines: Lines,
    standing: Standing,
    sessions: Iterable[Open],
    switch: SwitchFacts,
) -> Scene:
    """All that the rules look at for one request. Who is in a call already is in the session's, wherever it went with its caller."""
    every = {one.request.id: one for one in sessions if not one.session.is_over}
    opened = every.get(request.opened)
    agent_id = request.agent if opened is None else opened.session.agent
    its_own = opened or _taken(request, every.values())
    call = (
        call_facts(agent_id, request.visit, floor)
        if its_own is None
        else CallFacts(its_own.session.visit, its_own.queue)
    )
    return Scene(
        policy=standing.policy,
        agent=agent_facts(agent_id, floor, lines, standing),
        call=call,
        opened=None if opened is None else facts_of(opened),
        sessions=tuple(map(facts_of, every.values())),
        queues=frozenset(floor.queues),
        pause_reasons=frozenset(standing.pause_reasons),
        switch=switch,
    )


def _taken(request: Request, sessions: Iterable[Open]) -> Open | None:
    """One's own session in which one took over the call that is to be ended: no agent and no queue has that call any more."""
    if request.kind != "call.hang_up":
        return None
    mine = (one for one in sessions if one.request.account == request.account and one.session.mode == "takeover")
    return next((one for one in mine if one.session.visit == request.visit), None)


def agent_facts(agent_id: str, floor: Floor, lines: Lines, standing: Standing) -> AgentFacts | None:
    """None for nobody, or somebody whom neither floor nor directory knows."""
    agent = floor.agents.get(agent_id)
    if not agent_id or (agent is None and agent_id not in standing.teams):
        return None
    return AgentFacts(
        agent_id,
        standing.teams.get(agent_id, ""),
        floor.queues_of(agent_id),
        lines.memberships(agent_id),
    )


def call_facts(agent_id: str, visit: str, floor: Floor) -> CallFacts | None:
    """The call that is asked about if it is still so, else the one that the agent is on now."""
    found = floor.visits.get(visit)
    if found is not None and found.live and agent_id in {"", found.agent}:
        phase: Phase = "talking" if found.outcome == "answered" else "ringing" if found.offers else "waiting"
        return CallFacts(found.key, found.queue, phase)
    agent = floor.agents.get(agent_id)
    return None if agent is None else _call_of(agent, visit, floor)


def _call_of(agent: Agent, visit: str, floor: Floor) -> CallFacts | None:
    if visit in agent.own_calls:
        return _own_call(agent, visit)
    for key in agent.handlings:
        return CallFacts(key, floor.visits[key].queue)
    return next((_own_call(agent, key) for key in agent.own_calls), None)


def _own_call(agent: Agent, key: str) -> CallFacts:
    return CallFacts(key, None, "ringing" if agent.own_calls[key].connected_ms is None else "talking")


def facts_of(one: Open) -> SessionFacts:
    """A session as the rules look at it. From the moment that it is sent it can be changed: a wish waits for its turn."""
    session = one.session
    phase: SessionPhase = "opening" if session.state in {State.RESERVED, State.AWAITS_BROWSER} else "open"
    return SessionFacts(
        session.command,
        session.account,
        session.agent,
        session.visit,
        "takeover" if one.is_taking else session.mode_to_be,
        "over" if session.is_over else phase,
    )
