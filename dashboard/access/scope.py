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


Meet = frozenset[frozenset[str]]
"""Sets of roots. A team lies in it that is below a root of every set."""


@dataclass(frozen=True, slots=True)
class Scope:
    """`queues` None: every queue, and with them every agent. `teams`: roots, whose subtrees count (`with_subteams`).
    `agents`: single ones, by the switch's id: an agent's own. `meets`: teams that two scopes have in common (`&`), which
    only the tree of teams can tell; it may change, so it is asked where the scope is used."""

    queues: frozenset[str] | None = None
    teams: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    meets: frozenset[Meet] = frozenset()

    def has_queue(self, queue: str | None) -> bool:
        """Whether a visit to `queue` may be seen. Work outside any queue belongs to the agent."""
        return self.queues is None or queue is None or queue in self.queues

    def has_team(self, team: str) -> bool:
        """Whether the agents of a team may be seen, after `with_subteams`. Those of a visible queue may be seen too."""
        return team in self.teams

    def __or__(self, other: Scope) -> Scope:
        """What either lets see."""
        queues = None if self.queues is None or other.queues is None else self.queues | other.queues
        return Scope(queues, self.teams | other.teams, self.agents | other.agents, self.meets | other.meets)

    def __and__(self, other: Scope) -> Scope:
        """What both let see in the same way: a queue in both, an agent by such a queue, by a team in both or as themselves
        in both. Who is visible here by a team and there by a queue is not in it: a team shows more of an agent than a queue
        does, so it would show more than the other allows."""
        if self.queues is None:
            return other
        if other.queues is None:
            return self
        meets = {_narrowest(mine | theirs) for mine in self._meets for theirs in other._meets}
        teams = frozenset[str]().union(*(roots for meet in meets if len(meet) == 1 for roots in meet))
        agents = self.agents & other.agents
        return Scope(self.queues & other.queues, teams, agents, frozenset(meet for meet in meets if len(meet) > 1))

    def with_subteams(self, parents: Mapping[str, str]) -> Scope:
        """The same with all teams below its own. `parents`: each team's parent ("" for none)."""
        teams = subtree(self.teams, parents)
        for meet in self.meets:
            teams |= frozenset.intersection(*(subtree(roots, parents) for roots in meet))
        return Scope(self.queues, teams, self.agents)

    def covers(self, other: Scope, parents: Mapping[str, str]) -> bool:
        """Whether everything that `other` lets see may be seen here too."""
        if self.queues is None:
            return True
        if other.queues is None or not other.queues <= self.queues:
            return False
        mine, theirs = self.with_subteams(parents), other.with_subteams(parents)
        return theirs.teams <= mine.teams and theirs.agents <= mine.agents

    @property
    def _meets(self) -> frozenset[Meet]:
        return self.meets | ({frozenset({self.teams})} if self.teams else frozenset())

    @property
    def is_everything(self) -> bool:
        """Whether nothing is out of it."""
        return self.queues is None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is in it, whatever the tree of teams."""
        return self.queues is not None and not (self.queues or self.teams or self.agents or self.meets)


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


def _narrowest(meet: Meet) -> Meet:
    """The same without sets that another lies in."""
    return frozenset(roots for roots in meet if not any(other < roots for other in meet))


def dump(scope: Scope) -> str:
    """As text for the database: equal scopes give equal text. Own agents are no part of it: they follow from the person.
    Raises `ScopeError` for what two scopes have in common: that is made anew at each use, not kept."""
    if scope.is_everything:
        return '{"all":true}'
    if scope.meets:
        raise ScopeError("What two scopes have in common is not kept.")
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


def load_or_everything(text: str) -> Scope:
    """The scope of a thing that people are let at, as it is kept. What cannot be read is everything: only who may see everything may
    do something there."""
    try:
        return load(text)
    except ScopeError:
        return EVERYTHING


def load_or_nothing(text: str) -> Scope:
    """The scope in which somebody may do something, as it is kept. What cannot be read is nothing: it lets nobody see more."""
    try:
        return load(text)
    except ScopeError:
        return NOTHING
