"""Who takes part in a leaderboard, in whose team, and with whom they are compared. Pure.

Nobody outside the leaderboard's own scope takes part: whoever made it might not see them. Teams and queues that are named narrow each
other, as everywhere: agents of these teams who serve one of these queues.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from dashboard.access.scope import Scope, subtree
from dashboard.floor.state import Floor
from dashboard.leaderboards.document import Leaderboard

_NO_QUEUES: frozenset[str] = frozenset()


class TakingPart:
    """The rule of one leaderboard on one floor, with its teams as they are now. `joined`: since when agents are with the company;
    `today`: the business day that months are counted up to."""

    def __init__(
        self, document: Leaderboard, scope: Scope, floor: Floor, joined: Mapping[str, date], today: date
    ) -> None:
        parents = {team: own.parent for team, own in floor.settings.teams.items()}
        self._floor = floor
        self._who = document.who
        self._scheme = document.scheme
        self._scope = scope if scope.is_everything else scope.with_subteams(parents)
        self._teams = subtree(document.who.teams, parents) if document.who.teams else None
        self._queues = frozenset(document.who.queues)
        self._without = frozenset(document.who.without)
        self._joined = joined
        self._today = today

    def has(self, agent: str, worked: Collection[str] = _NO_QUEUES) -> bool:
        """Whether an agent takes part. `worked`: queues that they worked for earlier in the period."""
        if agent in self._without:
            return False
        team = self.team(agent)
        return (
            self._is_in_scope(agent, team, worked)
            and (self._teams is None or team in self._teams)
            and (not self._queues or self._serves(agent, self._queues, worked))
            and self._has_months(agent)
        )

    def team(self, agent: str) -> str:
        """The agent's team now; "" for none."""
        settings = self._floor.settings.agents.get(agent)
        return settings.team if settings is not None else ""

    def group(self, agent: str, worked: Collection[str] = _NO_QUEUES) -> str:
        """With whom they are compared; "" where everybody is, and for who has no team or queue."""
        match self._scheme.groups:
            case "team":
                return self.team(agent)
            case "queue":
                return min(self._served(agent, worked), default="")
            case "tenure":
                months = self._months(agent)
                steps = sorted(self._scheme.tenure_months)
                return "" if months is None else str(sum(1 for step in steps if months >= step))
            case _:
                return ""

    def _is_in_scope(self, agent: str, team: str, worked: Collection[str]) -> bool:
        scope = self._scope
        if scope.is_everything or agent in scope.agents or scope.has_team(team):
            return True
        return self._serves(agent, scope.queues or _NO_QUEUES, worked)

    def _serves(self, agent: str, queues: Iterable[str], worked: Collection[str]) -> bool:
        known = self._floor.queues
        return any(queue in worked or (queue in known and known[queue].has_in_crew(agent)) for queue in queues)

    def _served(self, agent: str, worked: Collection[str]) -> list[str]:
        known = self._floor.agents.get(agent)
        served = {one.queue for one in known.memberships.values()} if known is not None else set[str]()
        among = served or set(worked)
        return [queue for queue in among if not self._queues or queue in self._queues]

    def _has_months(self, agent: str) -> bool:
        """Where months are asked for, who has no date takes no part: nobody knows."""
        since, up_to = self._who.since_months, self._who.up_to_months
        if since is None and up_to is None:
            return True
        months = self._months(agent)
        return months is not None and (since is None or months >= since) and (up_to is None or months < up_to)

    def _months(self, agent: str) -> int | None:
        joined = self._joined.get(agent)
        if joined is None:
            return None
        months = (self._today.year - joined.year) * 12 + self._today.month - joined.month
        return months - (self._today.day < joined.day)
