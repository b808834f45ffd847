"""The table of people.

The cell of the agents is the whole truth of a person's agents; an agent may move from one line to another in one file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from dashboard.access.actor import Actor
from dashboard.directory import Rooms
from dashboard.directory.rows import Person
from dashboard.directory.tables import cells
from dashboard.directory.tables.naming import TeamNames
from dashboard.directory.tables.table import Table, Taken, differences, wrong
from dashboard.directory.tables.whom import Whom
from dashboard.refusal import Refused
from dashboard.sheets import Record

_NAMES: Final = ("display_name", "nickname", "staff_number", "joined_on", "team", "agents", "person_id")


class PeopleTable(Table):
    """Those who are here; whoever has left is in no file."""

    names: ClassVar[tuple[str, ...]] = _NAMES
    key: ClassVar[str] = "display_name"

    def __init__(self, directory: Rooms, actor: Actor, lang: str) -> None:
        del lang  # names are names
        self._actor = actor
        self._people = {person.id: person for person in directory.people.listed(actor, with_left=True)}
        self._whom = Whom(self._people.values())
        self._teams = TeamNames(directory.teams.listed(actor))
        self._holders = {agent: person.id for person in self._people.values() for agent in person.agents}
        self._meant: dict[int, str | Refused] = {}
        self._new_numbers: dict[str, int] = {}

    def rows(self) -> Iterator[Sequence[str]]:
        """Everybody who is here."""
        return (self._row(person) for person in self._people.values() if person.left_at_ms is None)

    def begin(self, change: Rooms, records: Sequence[Record]) -> None:
        """Finds out whom each line is about, and frees the agents that a line gives up, so that another may take them."""
        lines: dict[str, int] = {}
        for record in records:
            self._meant[record.line] = self._person_id(record, lines)
        for record in records:
            person = self._people.get(str(self._meant[record.line]))
            wanted = record.get("agents")
            if person is not None and wanted is not None:
                self._free(change, person, set(cells.several(wanted)))

    def take(self, change: Rooms, record: Record) -> Taken:
        """Adds or changes the person, and gives them their agents."""
        name = record.get("display_name") or record.get("staff_number") or ""
        meant = self._meant[record.line]
        if isinstance(meant, Refused):
            return wrong(name, meant)
        values, problems = self._values(record)
        problems += self._twice(record, meant)
        person = self._people.get(meant)
        try:
            if person is None:
                person = change.people.add(self._actor, values) if not problems else Person("", name)
            elif any(str(getattr(person, key) or "") != str(value) for key, value in values.items()):
                change.people.change(self._actor, person.id, values)
        except Refused as refused:
            column = {"team_id": "team"}.get(refused.field, refused.field)
            problems.append(Refused(refused.word, column, **refused.values))
        if person is not None and record.get("agents") is not None:
            problems += self._claimed(change, person, cells.several(record.values["agents"]))
        if problems or person is None:
            return wrong(name, *problems)
        return self._taken(record, meant)

    def _person_id(self, record: Record, lines: dict[str, int]) -> str | Refused:
        """Whom the line is about, "" for somebody new; `lines`: of those whom earlier lines are about."""
        try:
            person = self._whom.find(record)
        except Refused as refused:
            return refused
        if person is None:
            return ""
        first = lines.setdefault(person.id, record.line)
        return person.id if first == record.line else Refused("import.twice", line=first)

    def _taken(self, record: Record, meant: str) -> Taken:
        before = self._row(self._people[meant]) if meant else ("",) * len(_NAMES)
        after = [
            before[index] if record.get(name) is None else self._shown(record, name)
            for index, name in enumerate(_NAMES)
        ]
        after[_NAMES.index("person_id")] = before[_NAMES.index("person_id")]
        found = differences(_NAMES, before, after)
        return Taken("new" if not meant else "changed" if found else "unchanged", after[0], found)

    def _shown(self, record: Record, name: str) -> str:
        """A cell as an export would have it."""
        text = record.values[name]
        match name:
            case "joined_on":
                return cells.day(text, name)
            case "team":
                return self._teams.shown(self._teams.find(text, name))
            case "agents":
                return "; ".join(sorted(cells.several(text)))
        return text

    def _row(self, person: Person) -> tuple[str, ...]:
        joined = person.joined_on.isoformat() if person.joined_on else ""
        texts = (person.display_name, person.nickname, person.staff_number, joined)
        return (*texts, self._teams.shown(person.team_id), "; ".join(sorted(person.agents)), person.id)

    def _values(self, record: Record) -> tuple[dict[str, object], list[Refused]]:
        values: dict[str, object] = {
            name: record.values[name] for name in ("display_name", "nickname", "staff_number") if name in record.values
        }
        problems: list[Refused] = []
        for column, key, meaning in (("joined_on", "joined_on", cells.day), ("team", "team_id", self._teams.find)):
            if column in record.values:
                try:
                    values[key] = meaning(record.values[column], column)
                except Refused as refused:
                    problems.append(refused)
        return values, problems

    def _twice(self, record: Record, meant: str) -> list[Refused]:
        number = record.get("staff_number")
        if meant or not number:
            return []
        first = self._new_numbers.setdefault(number, record.line)
        return [] if first == record.line else [Refused("import.twice", "staff_number", line=first)]

    def _free(self, change: Rooms, person: Person, wanted: set[str]) -> None:
        for agent in set(person.agents) - wanted:
            change.agents.release(self._actor, agent)
            self._holders.pop(agent, None)

    def _claimed(self, change: Rooms, person: Person, wanted: Sequence[str]) -> list[Refused]:
        problems = []
        for agent in wanted:
            holder = self._holders.get(agent)
            if holder is not None and holder != person.id:
                other = self._people.get(holder)
                problems.append(
                    Refused("import.agent_taken", "agents", agent=agent, name=other.display_name if other else "")
                )
            elif holder is None and person.id:
                try:
                    change.agents.claim(self._actor, agent, person.id)
                    self._holders[agent] = person.id
                except Refused as refused:
                    problems.append(Refused(refused.word, "agents", **refused.values))
        return problems
