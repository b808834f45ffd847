"""Whom a line of a file is about: told by an id, else a staff number, else the agents, else the name."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.directory.rows import Person
from dashboard.directory.tables.cells import several
from dashboard.refusal import Refused
from dashboard.sheets import Record


class Whom:
    """Finds people. Two people may have one name, but nobody has two staff numbers."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._by_id = {person.id: person for person in people}
        self._by_number = {person.staff_number: person for person in self._by_id.values() if person.staff_number}
        self._by_agent = {agent: person for person in self._by_id.values() for agent in person.agents}
        self._by_name: dict[str, list[Person]] = {}
        for person in self._by_id.values():
            if person.left_at_ms is None:
                self._by_name.setdefault(person.display_name, []).append(person)

    def find(self, record: Record) -> Person | None:
        """The person of a line; None for somebody new. Raises `Refused` if that cannot be told, or the person has left."""
        given = record.get("person_id") or ""
        if given and given not in self._by_id:
            raise Refused("import.unknown_person", "person_id", id=given)
        number = record.get("staff_number") or ""
        found = self._by_id.get(given) or self._by_number.get(number) or self._holder(record) or self._namesake(record)
        if found is not None and found.left_at_ms is not None:
            raise Refused("import.person_left", "display_name", name=found.display_name)
        return found

    def _holder(self, record: Record) -> Person | None:
        holders = {self._by_agent[agent].id for agent in several(record.get("agents") or "") if agent in self._by_agent}
        found = self._by_id[holders.pop()] if len(holders) == 1 else None
        return found if found is not None and _can_be(found, record) else None

    def _namesake(self, record: Record) -> Person | None:
        name = record.get("display_name") or ""
        found = [person for person in self._by_name.get(name, ()) if _can_be(person, record)]
        if len(found) > 1:
            raise Refused("import.name_ambiguous", "display_name", name=name)
        return found[0] if found else None


def _can_be(person: Person, record: Record) -> bool:
    number = record.get("staff_number")
    has_its_number = not number or not person.staff_number or number == person.staff_number
    return has_its_number and person.display_name == record.get("display_name")
