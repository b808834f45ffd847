"""How many agents of a tile are in which state, where single agents are in scope and not only queues. Kept up to date: a move
costs the agents that it puts in doubt, however many the tile counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.floor.agent_sums import code_at
from dashboard.floor.crew import CREW_STATES, CrewState, busy_state, crew_state
from dashboard.live.agent_seen import BUSY

if TYPE_CHECKING:
    from dashboard.live.reach import Aim
    from dashboard.live.sight import Sight


class Staffing:
    """The counts over one aim of one sight."""

    def __init__(self, sight: Sight, aim: Aim) -> None:
        self.counts: dict[CrewState, int] = dict.fromkeys(CREW_STATES, 0)
        self._sight = sight
        self._aim = aim
        self._states: dict[str, CrewState] = {}
        self._wrapping: set[str] = set()
        for agent in aim.agents:
            self._put_in(agent)

    def move(self) -> None:
        """The sight moved; who is visible is the same as before."""
        for agent in (self._sight.moved.agents & self._aim.agent_set) | self._wrapping:
            self._take_out(agent)
            self._put_in(agent)

    def _put_in(self, agent_id: str) -> None:
        agent = self._sight.floor.agents[agent_id]
        if agent.wrap_until_ms:
            self._wrapping.add(agent_id)
        state = state_in(self._sight, self._aim, agent_id)
        if state is not None:
            self._states[agent_id] = state
            self.counts[state] += 1

    def _take_out(self, agent_id: str) -> None:
        self._wrapping.discard(agent_id)
        state = self._states.pop(agent_id, None)
        if state is not None:
            self.counts[state] -= 1


def state_in(sight: Sight, aim: Aim, agent_id: str) -> CrewState | None:
    """What the agent does as a tile counts it; None for who is not staffed in it."""
    agent = sight.floor.agents[agent_id]
    code = code_at(agent, sight.now_ms)
    queues = None if aim.all_queues else aim.queue_set
    scope = sight.scope
    is_near = agent_id in scope.agents or scope.has_team(sight.team(agent_id))
    if queues is None or aim.by_queue or not is_near:
        return crew_state(sight.floor, agent, code, queues)
    state = crew_state(sight.floor, agent, code, None)
    if state not in BUSY or agent_id in scope.agents:
        return state
    return busy_state(sight.floor, agent, code, queues)
