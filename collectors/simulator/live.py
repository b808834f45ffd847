"""The simulated floor at this moment, read from its state: the half of the truth that a snapshot must equal.

Rows have the names of the events' vocabulary; times are epoch seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .floor import RINGING_STATE, Agent

if TYPE_CHECKING:
    from .world import World

DEVICES = {1: "free", 2: "in_use", 3: "busy", 5: "unavailable", 6: "ringing", 7: "ring_in_use"}


def live(world: World) -> dict[str, Any]:
    """Who waits, rings, talks, calls, spies, and every membership."""
    return {
        "waiting": [
            {
                "queue": queue.id, "call": visit.call_id, "visit": visit.number, "entered_at": visit.entered_at,
                "number": visit.channel.number, "name": visit.channel.caller_name, "position": place,
                "ringing": [offer.member.agent.interface for offer in visit.offers],
            }
            for queue in world.queues.values() for place, visit in enumerate(queue.waiting, 1)
        ],
        "handlings": [_handling(agent) for agent in world.agents if agent.talk is not None],
        "own_calls": [
            {
                "agent": agent.interface, "call": agent.own.leg.unique_id, "kind": agent.own.kind, "number": agent.own.number,
                "started_at": agent.own.started_at, "connected_at": agent.own.connected_at,
            }
            for agent in world.agents if agent.own is not None
        ],
        "monitorings": [
            {
                "session": each.session, "agent": each.agent.interface if each.agent else None, "supervisor": each.supervisor,
                "mode": each.mode, "started_at": each.started_at,
            }
            for each in world.spying.sessions.values()
        ],
        "members": [
            {
                "queue": member.queue.id, "agent": agent.interface, "name": member.name, "dynamic": member.dynamic,
                "penalty": member.penalty, "paused": member.is_paused, "reason": member.reason if member.is_paused else None,
                "paused_at": member.paused_at if member.is_paused else None, "device": DEVICES[agent.status],
            }
            for agent in world.agents for member in agent.members
        ],
        "agents": {agent.interface: _state(agent, world.engine.now) for agent in world.agents},
    }  # fmt: skip


def _handling(agent: Agent) -> dict[str, Any]:
    talk = agent.talk
    assert talk is not None  # noqa: S101 - the caller looked
    return {
        "queue": talk.visit.queue.id, "call": talk.visit.call_id, "visit": talk.visit.number, "agent": agent.interface,
        "entered_at": talk.visit.entered_at, "answered_at": talk.answered_at, "wait_s": talk.wait_s,
        "on_hold": talk.held_at is not None, "number": talk.visit.channel.number, "name": talk.visit.channel.caller_name,
    }  # fmt: skip


def _state(agent: Agent, now: float) -> dict[str, Any]:
    """His display state by the table of the metrics, and what it is about."""
    paused = [member for member in agent.members if member.is_paused]
    queue = None
    if agent.talk is not None:
        state, queue = ("holding" if agent.talk.held_at is not None else "talking"), agent.talk.visit.queue.id
    elif agent.own is not None:
        state = "talking" if agent.own.leg.state != RINGING_STATE else "ringing"
    elif agent.offer is not None:
        state, queue = "ringing", agent.offer.visit.queue.id
    elif agent.ready_at > now and agent.members:
        state = "wrapping_up"
    elif not agent.is_reachable:
        # Who never signs in is simply not there without his phone.
        state = "unreachable" if any(member.dynamic for member in agent.members) else "signed_out"
    elif paused and len(paused) == len(agent.members):
        state = "paused"
    else:
        state = "available" if agent.members else "signed_out"
    return {
        "state": state,
        "since": agent.since,
        "queue": queue,
        "paused_in": len(paused),
        "member_of": len(agent.members),
    }
