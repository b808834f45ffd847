"""Whom and what one viewer may see of a floor, and so whom a tile is about: where a scope meets teams, queues and agents as they are.

What it found is remembered until somebody's place is another (`forget_people`). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from collectors.events import AgentSettings
from dashboard.access.scope import Scope, subtree
from dashboard.boards import Board, TileBase
from dashboard.floor.state import Floor
from dashboard.live.people import People
from dashboard.live.sessions_now import SessionNow
from dashboard.live.viewer import Viewer


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """What a tile is about: ids in a fixed order. `all_queues`: nothing narrows it, so the whole floor may be asked.
    `by_team`, `by_queue`: the tile or its board names teams or queues.

    Compared by identity: a sight makes each aim once, and an aim may hold thousands of ids.
    """

    queues: tuple[str, ...]
    agents: tuple[str, ...]
    asked: tuple[tuple[str, ...], tuple[str, ...]]
    """The queues and teams that were named."""
    all_queues: bool
    by_team: bool
    by_queue: bool
    queue_set: frozenset[str]
    agent_set: frozenset[str]

    @property
    def queues_asked(self) -> tuple[str, ...] | None:
        """For the registry: None means all."""
        return None if self.all_queues else self.queues

    def has_queue(self, queue: str) -> bool:
        """Whether a queue is one of the tile's."""
        return self.all_queues or queue in self.queue_set


class Reach:
    """One viewer's part of a floor. `people`: shared by all who look at this floor."""

    def __init__(self, floor: Floor, viewer: Viewer, people: People) -> None:
        self.floor = floor
        self.viewer = viewer
        self.people = people
        self.look_anew()
        self._aims: dict[tuple[tuple[str, ...], tuple[str, ...]], Aim] = {}
        self._order: list[str] | None = None
        self._visible: frozenset[str] | None = None

    def look_anew(self) -> None:
        """Teams may be arranged otherwise."""
        self.scope = _with_subteams(self.viewer.scope, self.people)
        self.hearing = _with_subteams(self.viewer.monitoring, self.people) if self.viewer.hears else None
        """Where sessions are known to this viewer; None: nowhere."""

    def aim(self, board: Board, tile: TileBase) -> Aim:
        """The queues and agents of a tile, as far as this viewer may see them."""
        return self.aim_at(tile.queues or board.queues, tile.teams or board.teams)

    def aim_at(self, queues: tuple[str, ...], teams: tuple[str, ...]) -> Aim:
        """These queues and teams (none: all), as far as this viewer may see them."""
        key = (queues, teams)
        aim = self._aims.get(key)
        if aim is None:
            aim = self._aims[key] = self._find(*key)
        return aim

    def team(self, agent: str) -> str:
        """The agent's team; "" for none."""
        settings = self.floor.settings.agents.get(agent)
        return settings.team if settings is not None else ""

    def sees_agent(self, agent: str) -> bool:
        """Whether the agent is visible at all: by team, by a queue served today, or as oneself."""
        return self._is_in(self.scope, agent)

    def hears_of(self, session: SessionNow) -> bool:
        """Whether this viewer may know of a session: the agent is theirs, and so is the call that it is about."""
        if self.hearing is None:
            return self.viewer.is_own and session.agent in self.scope.agents
        return self._is_told(self.scope, session) and self._is_told(self.hearing, session)

    def _is_told(self, scope: Scope, session: SessionNow) -> bool:
        """A call outside any queue belongs to the agent: it is told where their presence is, too (`agent_seen`)."""
        if not scope.has_queue(session.queue) or not self._is_in(scope, session.agent):
            return False
        if session.queue is not None or scope.is_everything or session.agent in scope.agents:
            return True
        agent = self.floor.agents.get(session.agent)
        serves = {one.queue for one in agent.memberships.values()} if agent is not None else set[str]()
        return scope.has_team(self.team(session.agent)) or not serves.isdisjoint(scope.queues or ())

    def _is_in(self, scope: Scope, agent: str) -> bool:
        if scope.is_everything or agent in scope.agents or scope.has_team(self.team(agent)):
            return True
        known = self.floor.queues
        return any(queue in known and known[queue].has_in_crew(agent) for queue in scope.queues or ())

    @property
    def sees_beyond_queues(self) -> bool:
        """Whether agents may be visible who serve none of the visible queues."""
        return not self.scope.is_everything and bool(self.scope.teams or self.scope.agents)

    def team_shown(self, agent: str) -> str:
        """The agent's team, if this viewer may know it; "" for none."""
        team = self.team(agent)
        return team if self.scope.is_everything or self.scope.has_team(team) or agent in self.scope.agents else ""

    def named_queues(self) -> frozenset[str] | None:
        """The queues whose names this viewer may read (None: all); an agent's own are among them."""
        scope = self.scope
        if scope.queues is None:
            return None
        known = self.floor.agents
        own = (m.queue for agent in scope.agents if agent in known for m in known[agent].memberships.values())
        return scope.queues.union(own)

    def named_teams(self) -> frozenset[str] | None:
        """The teams whose names this viewer may read (None: all)."""
        scope = self.scope
        return None if scope.is_everything else scope.teams.union(self.team(agent) for agent in scope.agents)

    def forget_people(self) -> None:
        """Somebody's place is another."""
        self._aims.clear()
        self._order = None
        self._visible = None

    # -- inside -------------------------------------------------------------------------------------------------------

    def _find(self, queues: tuple[str, ...], teams: tuple[str, ...]) -> Aim:
        known = self.floor.queues
        scope = self.scope
        among = queues or sorted(known if scope.queues is None else scope.queues & known.keys())
        seen_queues = tuple(queue for queue in among if scope.has_queue(queue))
        wanted_teams = subtree(teams, self.people.parents) if teams else frozenset()
        wanted = self._crew_of(seen_queues) if queues else None
        seen_agents = tuple(
            agent
            for agent in self._in_order()
            if (wanted is None or agent in wanted) and (not teams or self.team_shown(agent) in wanted_teams)
        )
        return Aim(
            seen_queues,
            seen_agents,
            (queues, teams),
            all_queues=not queues and scope.queues is None,
            by_team=bool(teams),
            by_queue=bool(queues),
            queue_set=frozenset(seen_queues),
            agent_set=frozenset(seen_agents),
        )

    def _crew_of(self, queues: Iterable[str]) -> frozenset[str]:
        """Who is, or was today, a member of any of these queues."""
        known = self.floor.queues
        return frozenset(agent for queue in queues if queue in known for agent in known[queue].crew)

    def _in_order(self) -> list[str]:
        """All agents who are visible: by team, staff number, name, id."""
        if self._order is None:
            settings = self.floor.settings.agents
            known = self.floor.agents
            none = AgentSettings()

            def place(agent: str) -> tuple[str, str, str, str]:
                own = settings.get(agent, none)
                return self.team_shown(agent), own.staff_number, own.name or known[agent].name, agent

            self._order = sorted(known if self.scope.queues is None else self.seen_agents(), key=place)
        return self._order

    def seen_agents(self) -> frozenset[str]:
        """Who is visible in a scope that is not everything: as `sees_agent`, but found without going through the floor."""
        if self._visible is None:
            scope, of_team = self.scope, self.people.of_team
            found = self._crew_of(scope.queues or ()).union(scope.agents, *(of_team(team) for team in scope.teams))
            self._visible = found & self.floor.agents.keys()
        return self._visible


def _with_subteams(scope: Scope, people: People) -> Scope:
    """A scope with all teams below its own, by the floor's team tree."""
    return scope.with_subteams(people.parents) if scope.teams or scope.meets else scope
