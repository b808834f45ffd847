"""Teams as people write them: by id, or by name in either language where only one team has it."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.directory.rows import Team
from dashboard.directory.tables.cells import plain
from dashboard.refusal import Refused


class TeamNames:
    """The names of all teams. Teams that a file adds are told by `add`."""

    def __init__(self, teams: Iterable[Team]) -> None:
        self._teams: dict[str, Team] = {}
        self._by_name: dict[str, set[str]] = {}
        for team in teams:
            self.add(team)

    def add(self, team: Team) -> None:
        """One more, or one that is called otherwise now (its old name still finds it, for the rest of this file)."""
        self._teams[team.id] = team
        for name in (team.name_zh, team.name_en):
            if name:
                self._by_name.setdefault(plain(name), set()).add(team.id)

    def find(self, text: str, column: str) -> str:
        """The id of the team that is meant; "" for an empty cell. Raises `Refused`."""
        if not text or text in self._teams:
            return text
        found = self._by_name.get(plain(text), set())
        if not found:
            raise Refused("cell.unknown_team", column, text=text)
        if len(found) > 1:
            raise Refused("cell.ambiguous_team", column, text=text, ids=", ".join(sorted(found)))
        return next(iter(found))

    def shown(self, team_id: str | None) -> str:
        """A text that `find` understands: the name, where it is the only one; else the id."""
        team = self._teams.get(team_id or "")
        if team is None:
            return team_id or ""
        for name in (team.name_zh, team.name_en):
            if name and self._by_name[plain(name)] == {team.id} and name not in self._teams:
                return name
        return team.id
