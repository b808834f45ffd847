"""Scopes in small worlds, against the rule said plainly: what both let see never is more than either lets see."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.access.scope import EVERYTHING, NOTHING, Scope, ScopeError, dump, load

QUEUES, TEAMS, AGENTS = ("qa", "qb", "qc"), ("ta", "tb", "tc", "td"), ("x", "y", "z")
WAYS = ("team", "queue", "self")


@dataclass(frozen=True)
class World:
    """`parents` may run in circles. `team`: of each agent, "" for none. `served`: whose queues they are."""

    parents: dict[str, str]
    team: dict[str, str]
    served: dict[str, frozenset[str]]


@dataclass(frozen=True)
class Eyes:
    """The rule, for one scope as an administrator gives it."""

    scope: Scope
    world: World

    def queue(self, queue: str) -> bool:
        return self.scope.queues is None or queue in self.scope.queues

    def agent(self, agent: str, way: str) -> bool:
        """Whether they are visible in this way."""
        if self.scope.queues is None:
            return True
        if way == "self":
            return agent in self.scope.agents
        if way == "queue":
            return any(self.queue(queue) for queue in self.world.served[agent])
        return any(root in self.scope.teams for root in self._above(self.world.team[agent]))

    def _above(self, team: str) -> set[str]:
        found: set[str] = set()
        while team and team not in found:
            found.add(team)
            team = self.world.parents.get(team, "")
        return found


def seen(scope: Scope, world: World, way: str) -> set[str]:
    """The agents that the product shows in one way."""
    whole = scope.with_subteams(world.parents)
    ways = {
        "self": lambda agent: agent in whole.agents,
        "queue": lambda agent: any(whole.has_queue(queue) for queue in world.served[agent]),
        "team": lambda agent: whole.has_team(world.team[agent]),
    }
    return {agent for agent in AGENTS if whole.is_everything or ways[way](agent)}


def some(names: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(names), max_size=len(names))


worlds = st.builds(
    World,
    st.fixed_dictionaries({team: st.sampled_from(("", *TEAMS)) for team in TEAMS}),
    st.fixed_dictionaries({agent: st.sampled_from(("", *TEAMS)) for agent in AGENTS}),
    st.fixed_dictionaries({agent: some(QUEUES) for agent in AGENTS}),
)
scopes = st.builds(Scope, st.one_of(st.none(), some(QUEUES), some(QUEUES)), some(TEAMS), some(AGENTS))


@given(worlds, st.lists(scopes, min_size=2, max_size=4))
def test_what_all_let_see_is_what_each_lets_see_in_the_same_way(world: World, every: list[Scope]) -> None:
    both = functools.reduce(Scope.__and__, every)
    eyes = [Eyes(scope, world) for scope in every]
    assert {q for q in QUEUES if both.has_queue(q)} == {q for q in QUEUES if all(one.queue(q) for one in eyes)}
    for way in ("team", "self"):
        assert seen(both, world, way) == {a for a in AGENTS if all(one.agent(a, way) for one in eyes)}
    shown = set().union(*(seen(both, world, way) for way in WAYS))
    for one in eyes:
        assert shown <= {agent for agent in AGENTS if any(one.agent(agent, way) for way in WAYS)}
    assert all(scope.covers(both, world.parents) for scope in every)
    whole = both.with_subteams(world.parents)
    assert whole.with_subteams(world.parents) == whole
    assert (both == functools.reduce(Scope.__and__, reversed(every))) or both.is_everything


@given(worlds, scopes, scopes, scopes)
def test_a_part_of_two_grants_is_the_two_parts_together(world: World, one: Scope, other: Scope, limit: Scope) -> None:
    """A token cuts each grant of its owner; what a permission allows then is their union."""
    cut, eyes = (one & limit) | (other & limit), [Eyes(scope, world) for scope in (one, other, limit)]
    for queue in QUEUES:
        assert cut.has_queue(queue) == ((eyes[0].queue(queue) or eyes[1].queue(queue)) and eyes[2].queue(queue))
    for way in ("team", "self"):
        for agent in AGENTS:
            wanted = (eyes[0].agent(agent, way) or eyes[1].agent(agent, way)) and eyes[2].agent(agent, way)
            assert (agent in seen(cut, world, way)) == wanted


@given(worlds, scopes, scopes)
def test_a_scope_covers_another_only_if_it_lets_see_all_of_it(world: World, one: Scope, other: Scope) -> None:
    if one.covers(other, world.parents):
        mine, theirs = Eyes(one, world), Eyes(other, world)
        assert all(mine.queue(queue) for queue in QUEUES if theirs.queue(queue))
        assert all(mine.agent(a, way) for a in AGENTS for way in WAYS if theirs.agent(a, way))


def test_a_team_within_a_team_follows_when_it_moves() -> None:
    sales, night = Scope(frozenset(), frozenset({"sales"})), Scope(frozenset(), frozenset({"night"}))
    both = sales & night
    assert both.with_subteams({"sales": "", "night": "sales", "late": "night"}).teams == {"night", "late"}
    assert both.with_subteams({"sales": "night", "late": "night"}).teams == {"sales"}
    assert both.with_subteams({"sales": "", "night": ""}).is_nothing
    assert not both.is_nothing
    with pytest.raises(ScopeError):
        dump(both)
    assert sales & sales == sales
    assert sales & (sales | night) == sales
    assert load(dump(sales & EVERYTHING)) == sales == EVERYTHING & sales
    assert (sales & NOTHING).is_nothing
