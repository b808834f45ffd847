"""How far an actor's permission reaches in the directory: which people, teams, agents and queues it shows, or lets change.

Showing is wider than changing: an agent of one's queue is shown with their name, but belongs to their own team's leader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dashboard.access.actor import Actor, Denied
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.directory.refusals import Unknown
from dashboard.directory.rows import Person


@dataclass(frozen=True, slots=True)
class Reach:
    """`scope` with all teams below its own; `served`: the queues that each agent of the switch serves."""

    permission: Permission
    scope: Scope
    served: Mapping[str, Iterable[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        actor: Actor,
        permission: Permission,
        parents: Mapping[str, str],
        served: Mapping[str, Iterable[str]] | None = None,
    ) -> Reach:
        """Raises `Denied` if it reaches nowhere."""
        return cls(permission, actor.require(permission).with_subteams(parents), served or {})

    @property
    def is_everything(self) -> bool:
        return self.scope.is_everything

    def has_team(self, team_id: str) -> bool:
        """Nobody's team ("") belongs to who may do everything."""
        return self.is_everything or (bool(team_id) and team_id in self.scope.teams)

    def shows_agent(self, agent: str, team_id: str = "") -> bool:
        """`team_id`: of the person who has it."""
        if self.has_team(team_id) or agent in self.scope.agents:
            return True
        return not (self.scope.queues or frozenset()).isdisjoint(self.served.get(agent, ()))

    def shows_person(self, person: Person) -> bool:
        """By their team, or by one of their agents."""
        return self.has_team(person.team_id) or any(self.shows_agent(agent) for agent in person.agents)

    def shows_queue(self, queue: str) -> bool:
        """Queues are what scopes are made of; the row of all others belongs to nobody in particular."""
        return self.scope.has_queue(queue)

    def missing(self, kind: str, key: str) -> Unknown | Denied:
        """What an id that is not there raises. Who does not see everything gets the answer of one out of sight, so that ids
        cannot be guessed."""
        return Unknown(kind, key) if self.is_everything else Denied(self.permission, f"{kind} {key}")

    def require_everything(self, target: str) -> None:
        """Raises `Denied`."""
        if not self.is_everything:
            raise Denied(self.permission, target)

    def require_team(self, team_id: str, target: str) -> None:
        """Raises `Denied`."""
        if not self.has_team(team_id):
            raise Denied(self.permission, target)

    def require_queue(self, queue: str) -> None:
        """Raises `Denied`."""
        if not self.shows_queue(queue):
            raise Denied(self.permission, f"queue {queue}")
