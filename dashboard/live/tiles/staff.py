"""Tiles about agents: how many are in which state, and each of them."""

from __future__ import annotations

from dashboard.boards.document import AgentStatesTile, AgentsTile
from dashboard.floor.crew import crew_counts
from dashboard.live.reach import Aim
from dashboard.live.sight import Sight
from dashboard.live.values import AgentLine, AgentStatesValue, Rows


def agent_states(sight: Sight, aim: Aim, tile: AgentStatesTile | None = None) -> AgentStatesValue:  # noqa: ARG001 — a kind's signature
    """How many agents are in which state; the states are a partition of those who are staffed."""
    if not aim.by_team and (aim.by_queue or not sight.sees_beyond_queues):
        counts = dict(crew_counts(sight.floor, aim.queues_asked, sight.now_ms))
    else:
        counts = dict(sight.staffing(aim).counts)
    staffed = sum(counts.values())
    return AgentStatesValue(staffed, counts, max(len(aim.agents) - staffed, 0))


def agents(sight: Sight, aim: Aim, tile: AgentsTile) -> Rows[AgentLine]:
    """One row per agent: by team, staff number, name."""
    lines = (line for agent in aim.agents if (line := _agent_in(sight, agent, tile)) is not None)
    return Rows(list(lines)[: tile.rows or None])


def fresh_agents(
    sight: Sight, aim: Aim, tile: AgentsTile, shown: Rows[AgentLine]
) -> tuple[dict[str, AgentLine | None], list[str] | None]:
    """The rows that may have changed, and the whole order if somebody came or the order itself is another."""
    fresh = {agent: _agent_in(sight, agent, tile) if agent in aim.agent_set else None for agent in sight.moved.agents}
    came = any(line is not None and agent not in shown.by_id for agent, line in fresh.items())
    if not came and not sight.moved.order:
        return fresh, None
    gone = {agent for agent, line in fresh.items() if line is None}
    stays = (shown.by_id.keys() | fresh.keys()) - gone
    return fresh, [agent for agent in aim.agents if agent in stays]


def _agent_in(sight: Sight, agent: str, tile: AgentsTile) -> AgentLine | None:
    line = sight.agent_line(agent)
    return None if line is None or (line.state == "signed_out" and not tile.signed_out) else line
