"""The agents of a set of queues as they are now: a partition of those who are staffed.

An agent is one person, however many of the queues it serves. Busy counts as busy here only with a contact of this set;
with any other work an agent is busy elsewhere. Paused counts as paused if it holds in all of this set's queues that the agent
serves; paused in some of them only, the agent is partly paused, and available.
"""

from __future__ import annotations

from typing import Final, Literal

from dashboard.floor.agent_sums import after_wrap_up
from dashboard.floor.display import NAMES, SIGNED_OUT, WRAPPING_UP
from dashboard.floor.state import Agent, Floor, Membership

CrewState = Literal[
    "available", "ringing", "talking", "holding", "wrapping_up", "paused", "unreachable", "busy_elsewhere", "monitoring"
]
CREW_STATES: Final[tuple[CrewState, ...]] = (
    "available", "ringing", "talking", "holding", "wrapping_up", "paused", "unreachable", "busy_elsewhere", "monitoring",
)  # fmt: skip


def crew_state(floor: Floor, agent: Agent, code: int, queues: frozenset[str] | None) -> CrewState | None:
    """The agent's state as the set sees it, with `code` as its state; None if it is not staffed in the set."""
    mine = [m for m in agent.memberships.values() if queues is None or m.queue in queues]
    if not mine or code == SIGNED_OUT:
        return None
    state = NAMES[code]
    if state in {"available", "paused"}:
        return _presence(floor, mine)
    if state in {"unreachable", "monitoring"}:
        return "unreachable" if state == "unreachable" else "monitoring"
    return busy_state(floor, agent, code, queues)


def _presence(floor: Floor, mine: list[Membership]) -> CrewState:
    ready = {m.queue for m in mine if not m.is_paused}
    if ready:
        return "available"
    newest = max(mine, key=lambda m: m.since_ms)
    known = floor.settings.pause_reasons.get(newest.reason or "")
    return "wrapping_up" if known is not None and known.category == "work_after_call" else "paused"


def busy_state(floor: Floor, agent: Agent, code: int, queues: frozenset[str] | None) -> CrewState:
    """The state of an agent who is busy (`code`) as a set of queues sees it: with work of theirs, or busy elsewhere."""
    visits = floor.visits
    if code == WRAPPING_UP:
        is_ours = queues is None or not agent.wrap_until_ms or agent.wrapped_queue in queues
        return "wrapping_up" if is_ours else "busy_elsewhere"
    state = NAMES[code]
    if state == "ringing":
        is_ours = any(queues is None or visits[key].queue in queues for key in agent.offers)
        return "ringing" if is_ours else "busy_elsewhere"
    ours = [is_held for key, is_held in agent.handlings.items() if queues is None or visits[key].queue in queues]
    if not ours:
        return "busy_elsewhere"
    return "holding" if all(ours) else "talking"


class Crew:
    """The counts of one set of queues, kept up to date from the journal."""

    __slots__ = ("_floor", "_members", "_position", "_queues", "_wrapping", "counts")

    def __init__(self, floor: Floor, queues: frozenset[str] | None) -> None:
        self._floor = floor
        self._queues = queues
        self._position = -1
        self.counts: dict[CrewState, int] = {}
        self._members: dict[str, CrewState] = {}

    def _begin(self) -> None:
        self.counts = dict.fromkeys(CREW_STATES, 0)
        self._members = {}
        self._wrapping: dict[str, Agent] = {}
        floor = self._floor
        if self._queues is None:
            for agent in floor.agents.values():
                self._put_in(agent)
            return
        known = (floor.queues[queue].members for queue in self._queues if queue in floor.queues)
        for agent_id in {agent_id for members in known for agent_id in members}:
            self._put_in(floor.agents[agent_id])

    def _put_in(self, agent: Agent) -> None:
        state = crew_state(self._floor, agent, agent.code, self._queues)
        if state is None:
            return
        self._members[agent.id] = state
        self.counts[state] += 1
        if agent.code == WRAPPING_UP and agent.wrap_until_ms:
            self._wrapping[agent.id] = agent

    def _take_out(self, agent_id: str) -> None:
        state = self._members.pop(agent_id, None)
        if state is not None:
            self.counts[state] -= 1
            self._wrapping.pop(agent_id, None)

    def __len__(self) -> int:
        return len(self._members)

    def at(self, now_ms: int) -> dict[CrewState, int]:
        """The counts at `now`. They add up to the agents staffed."""
        changed = self._floor.derived.changed_since(self._position)
        if changed is None or self._position < 0:
            self._begin()
        else:
            for agent_id in dict.fromkeys(changed):
                self._take_out(agent_id)
                agent = self._floor.agents.get(agent_id)
                if agent is not None:
                    self._put_in(agent)
        self._position = self._floor.derived.journal_end()
        return self._without_ended_wrap_ups(now_ms)

    def _without_ended_wrap_ups(self, now_ms: int) -> dict[CrewState, int]:
        counts = self.counts
        for agent in self._wrapping.values():
            if agent.wrap_until_ms <= now_ms:
                counts = dict(counts) if counts is self.counts else counts
                then = crew_state(self._floor, agent, after_wrap_up(agent), self._queues)
                counts[self._members[agent.id]] -= 1
                if then is not None:
                    counts[then] += 1
        return counts


def crew_counts(floor: Floor, queues: tuple[str, ...] | None, now_ms: int) -> dict[CrewState, int]:
    """How many agents of a set of queues are in which state now. `queues` None: all. Not to be changed by the caller."""
    crew: Crew = floor.derived.remember(
        ("crew", queues), lambda: Crew(floor, None if queues is None else frozenset(queues))
    )
    return crew.at(now_ms)
