"""Whose places somebody may see who may see everybody's (`leaderboards.whole`): those of the teams in their scope. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.access.scope import Scope


def reaches(within: Scope, scope: Scope, tree: Mapping[str, str]) -> bool:
    """Whether anybody's place on a leaderboard of `scope` may be seen: any team of it is in `within`. `tree`: each team's parent."""
    return within.covers(scope, tree) or bool((within & scope).with_subteams(tree).teams)


def sees(within: Scope, agent: str, team: str) -> bool:
    """Whether this one's may. `within` is `with_subteams`; `team` "": in none."""
    return within.is_everything or agent in within.agents or bool(team and within.has_team(team))
