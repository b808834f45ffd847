"""Where on the floor a rule, or one alert of it, is: the scope that somebody must have to be told. Pure.

A queue's alert needs the queue, a team's the team, an agent's the agent's team: what an agent did elsewhere is not for who knows them
by one queue alone. An alert about several together needs all of them, and one about everything needs everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.events import FloorSettings
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.alerts.rule import Measured


@dataclass(frozen=True, slots=True)
class Places:
    """`parents`: each team's; `team_of`: each agent's team, "" for none."""

    parents: Mapping[str, str] = field(default_factory=dict)
    team_of: Mapping[str, str] = field(default_factory=dict)

    def needed(self, measured: Measured, about: str = "") -> Scope:
        """What must be in somebody's scope. `about` "": for all that these can be about."""
        ids = (about,) if about else measured.ids
        if not ids:
            return EVERYTHING
        match measured.of:
            case "queues":
                return Scope(frozenset(ids))
            case "teams":
                return Scope(frozenset(), frozenset(ids))
            case _:
                teams = frozenset(self.team_of.get(agent, "") for agent in ids)
                return EVERYTHING if "" in teams else Scope(frozenset(), teams)

    def is_for(self, scope: Scope, measured: Measured, about: str = "") -> bool:
        """Whether who has `scope` may know of it."""
        return scope.covers(self.needed(measured, about), self.parents)


def places_of(settings: FloorSettings) -> Places:
    """As the floor, or the directory, has them."""
    return Places(
        {team: own.parent for team, own in settings.teams.items()},
        {agent: own.team for agent, own in settings.agents.items()},
    )
