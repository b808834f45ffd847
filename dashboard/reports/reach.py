"""Whom and what an actor may see of the past: where a scope meets the tables. The one rule of all rooms that read history.

* A visit, an offer, a queue's half-hour: who may see the queue. A queue's totals are whole.
* An agent's whole work, own calls and time in state: who may see the team that the agent was in *then* (the half-hours know it), or
  sees themselves. Where nothing of then is known, it is the present team.
* Who may see only a queue of theirs sees what they did for that queue, and of their time what a row of the floor shows of the day:
  `OF_A_ROW`. The day must be one on which they worked for that queue.

Counts, totals, names and choices follow the same rule: who is outside shows nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, exists, false, or_, select, true

from dashboard.access.actor import Actor, Denied
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope, subtree
from dashboard.access.team_tree import parents
from dashboard.store.schema import agent_intervals

OF_A_ROW: Final = frozenset({"talk", "occupancy"})
"""Metrics of time that the floor shows of an agent to who sees only a queue of theirs (`dashboard.live.lines`)."""

LONGEST_INTERVAL_MS: Final = 3_600_000
"""A half-hour is an hour at most."""
Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Reach:
    """`scope` has all teams below its own; `parents`: the tree of teams."""

    site: str
    permission: Permission
    scope: Scope
    parents: dict[str, str]

    @classmethod
    def of(cls, connection: Connection, site: str, actor: Actor, permission: Permission) -> Reach:
        """Raises `Denied` if the permission reaches nowhere."""
        tree = parents(connection)
        return cls(site, permission, actor.require(permission).with_subteams(tree), tree)

    @property
    def is_everything(self) -> bool:
        """Whether nothing is out of it."""
        return self.scope.is_everything

    @property
    def sees_agents(self) -> bool:
        """Whether anybody may be seen whole."""
        return self.is_everything or bool(self.scope.teams or self.scope.agents)

    def has_queue(self, queue: str | None) -> bool:
        """Whether visits to the queue may be seen."""
        return queue is not None and self.scope.has_queue(queue)

    def is_whole(self, team: str, agent: str) -> bool:
        """Whether all of an agent may be seen, of a time when they were in `team` ("" for none)."""
        return self.is_everything or agent in self.scope.agents or (bool(team) and team in self.scope.teams)

    def require_queue(self, queue: str) -> None:
        """Raises `Denied`, also for a queue that is not there: ids cannot be guessed."""
        if not self.has_queue(queue):
            raise Denied(self.permission, f"queue {queue[:200]}")

    def require_team(self, team: str) -> None:
        """Raises `Denied`."""
        if not (self.is_everything or team in self.scope.teams):
            raise Denied(self.permission, f"team {team[:64]}")

    def with_subteams(self, teams: tuple[str, ...]) -> frozenset[str]:
        """These teams and all below them."""
        return subtree(teams, self.parents)

    # -- as conditions of a query --------------------------------------------------------------------------------------

    def of_queue(self, queue: Any) -> Condition:
        """Rows about a visible queue. `queue`: the column."""
        if self.scope.queues is None:
            return true()
        mine: Condition = queue.in_(
            sorted(self.scope.queues)
        )  # of none: no row, while what else a statement joins stays said
        return mine

    def of_team(self, team: Any, agent: Any) -> Condition:
        """Rows of agents who may be seen whole, where the row knows the team of then."""
        if self.is_everything:
            return true()
        wanted = [team.in_(sorted(self.scope.teams))] if self.scope.teams else []
        if self.scope.agents:
            wanted.append(agent.in_(sorted(self.scope.agents)))
        return or_(*wanted) if wanted else false()

    def of_agent_at(self, agent: Any, at_ms: Any) -> Condition:
        """The same for rows that know only a moment: by the agent's half-hour of then."""
        if self.is_everything:
            return true()
        then = agent_intervals.c
        half_hour = and_(
            then.site == self.site,
            then.agent == agent,
            then.start_ms > at_ms - LONGEST_INTERVAL_MS,  # so that the index is looked at around the moment alone
            then.start_ms <= at_ms,
            then.end_ms > at_ms,
        )
        by_team = (
            exists(select(1).where(half_hour, then.team.in_(sorted(self.scope.teams)))) if self.scope.teams else false()
        )
        return or_(by_team, agent.in_(sorted(self.scope.agents))) if self.scope.agents else by_team
