"""The table of teams. Which one a line is about is told by its id, else by its names; parents may stand on later lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from dashboard.access.actor import Actor
from dashboard.directory import Rooms
from dashboard.directory.rows import Team
from dashboard.directory.tables.cells import plain
from dashboard.directory.tables.naming import TeamNames
from dashboard.directory.tables.table import Table, Taken, differences, wrong
from dashboard.refusal import Refused
from dashboard.sheets import Record

_NAMES: Final = ("team_id", "name_zh", "name_en", "parent")


class TeamsTable(Table):
    """All teams, parents before those below them."""

    names: ClassVar[tuple[str, ...]] = _NAMES
    key: ClassVar[str] = "team_id"

    def __init__(self, directory: Rooms, actor: Actor, lang: str) -> None:
        del lang  # a name is shown by itself only where it is the only one
        self._actor = actor
        self._teams = {team.id: team for team in directory.teams.listed(actor)}
        self._known = TeamNames(self._teams.values())
        self._added: dict[int, Team] = {}
        self._problems: dict[int, Refused] = {}
        self._lines: dict[str, int] = {}

    def rows(self) -> Iterator[Sequence[str]]:
        """All of them."""
        return (self._row(team) for team in self._teams.values())

    def begin(self, change: Rooms, records: Sequence[Record]) -> None:
        """Adds the new ones first, without a parent, so that every line may name any of them."""
        for record in records:
            if self._find(record) is not None:
                continue
            values = {
                "id": record.values["team_id"],
                **{name: record.get(name) or "" for name in ("name_zh", "name_en")},
            }
            try:
                self._added[record.line] = change.teams.add(self._actor, values)
                self._known.add(self._added[record.line])
            except Refused as refused:
                self._problems[record.line] = Refused(refused.word, _column(refused.field), **refused.values)

    def take(self, change: Rooms, record: Record) -> Taken:
        """Names the team and puts it below its parent."""
        name = record.get("name_zh") or record.get("name_en") or record.values["team_id"]
        if record.line in self._problems:
            return wrong(name, self._problems[record.line])
        team = self._added.get(record.line) or self._find(record)
        if team is None:  # another line has just given it another name
            return wrong(name, Refused("import.twice", "team_id", line=record.line))
        first = self._lines.setdefault(team.id, record.line)
        if first != record.line:
            return wrong(name, Refused("import.twice", "team_id", line=first))
        try:
            return self._taken(change, record, team)
        except Refused as refused:
            return wrong(name, Refused(refused.word, _column(refused.field), **refused.values))

    def _taken(self, change: Rooms, record: Record, team: Team) -> Taken:
        values = {name: record.values[name] for name in ("name_zh", "name_en") if name in record.values}
        parent = record.get("parent")
        if parent is not None:
            values["parent_id"] = self._known.find(parent, "parent")
        is_new = record.line in self._added
        if any(getattr(team, key) != value for key, value in values.items()):
            changed = change.teams.change(self._actor, team.id, values)
        else:
            changed = team
        before, after = ("",) * len(_NAMES) if is_new else self._row(team), self._row(changed)
        if is_new and not record.values["team_id"]:
            after = ("", *after[1:])  # the id of a dry run is not the one that it will have
        found = differences(_NAMES, before, after)
        return Taken("new" if is_new else "changed" if found else "unchanged", after[1] or after[2] or team.id, found)

    def _find(self, record: Record) -> Team | None:
        given = record.values["team_id"]
        if given:
            return self._teams.get(given)
        names = [plain(record.get(name) or "") for name in ("name_zh", "name_en")]
        same = [
            team for team in self._teams.values() if [plain(team.name_zh), plain(team.name_en)] == names and any(names)
        ]
        return same[0] if len(same) == 1 else None

    def _row(self, team: Team) -> tuple[str, ...]:
        return (team.id, team.name_zh, team.name_en, self._known.shown(team.parent_id))


def _column(field: str) -> str:
    return {"parent_id": "parent", "id": "team_id", "team": "team_id"}.get(field, field)
