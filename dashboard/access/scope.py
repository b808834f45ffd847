"""Where a permission holds: queues, teams (whole subtrees), single agents. Pure.

The rule of the whole product: an agent is visible to who may see one of their teams or queues (or to themselves); a caller or
a call only to who may see its queue. Totals of a queue in scope are whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


class ScopeError(ValueError):
    """A scope that cannot be read. The text is one sentence."""


@dataclass(frozen=True, slots=True)
class Scope:
    """`queues` None: every queue, and with them every agent. `teams`: roots, whose subtrees count (`with_subteams`).
    `agents`: single ones, by the switch's id: an agent's own."""

    queues: frozenset[str] | None = None
    teams: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()

    def has_queue(self, queue: str | None) -> bool:
        """Whether a visit to `queue` may be seen. Work outside any queue belongs to the agent."""
        return self.queues is None or queue is None or queue in self.queues

    def has_team(self, team: str) -> bool:
        """Whether the agents of a team may be seen. Those of a visible queue may be seen too."""
        return team in self.teams

    def __or__(self, other: Scope) -> Scope:
        """What either lets see."""
        queues = None if self.queues is None or other.queues is None else self.queues | other.queues
        return Scope(queues, self.teams | other.teams, self.agents | other.agents)

    def with_subteams(self, parents: Mapping[str, str]) -> Scope:
        """The same with all teams below its own. `parents`: each team's parent ("" for none)."""
        return Scope(self.queues, subtree(self.teams, parents), self.agents)

    def covers(self, other: Scope, parents: Mapping[str, str]) -> bool:
        """Whether everything that `other` lets see may be seen here too."""
        if self.queues is None:
            return True
        if other.queues is None or not other.queues <= self.queues:
            return False
        return subtree(other.teams, parents) <= subtree(self.teams, parents) and other.agents <= self.agents

    @property
    def is_everything(self) -> bool:
        """Whether nothing is out of it."""
        return self.queues is None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is in it."""
        return self.queues is not None and not self.queues and not self.teams and not self.agents


EVERYTHING = Scope()
NOTHING = Scope(frozenset())


def subtree(roots: Iterable[str], parents: Mapping[str, str]) -> frozenset[str]:
    """These teams and all below them. A circle of parents ends; a root that nobody knows counts for itself."""
    found = set(roots)
    grew = True
    while grew:
        more = {team for team, parent in parents.items() if parent in found} - found
        found |= more
        grew = bool(more)
    return frozenset(found)


def dump(scope: Scope) -> str:
    """As text for the database: equal scopes give equal text. Own agents are no part of it: they follow from the person."""
    if scope.is_everything:
        return '{"all":true}'
    document = {"queues": sorted(scope.queues or ()), "teams": sorted(scope.teams)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Scope:
    """Raises `ScopeError`."""
    try:
        document = json.loads(text)
        if document == {"all": True}:
            return EVERYTHING
        if set(document) != {"queues", "teams"}:
            raise ScopeError(f"The scope {text[:80]!r} is none: it names queues and teams, or all.")
        queues, teams = (frozenset(document[name]) for name in ("queues", "teams"))
    except (ValueError, TypeError, AttributeError) as error:
        raise ScopeError(f"The scope {text[:80]!r} cannot be read.") from error
    if not all(isinstance(name, str) for name in (*queues, *teams)):
        raise ScopeError(f"The scope {text[:80]!r} is none: ids are text.")
    return Scope(queues, teams)
