"""People: who works here, in which team, under which number."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, delete, select, update

from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Target
from dashboard.access.notices import Notice
from dashboard.access.permissions import Permission
from dashboard.directory.agents import release_all
from dashboard.directory.desk import Change, Desk, Values
from dashboard.directory.entries import PersonEntry
from dashboard.directory.reach import Reach
from dashboard.directory.refusals import checked
from dashboard.directory.rows import Person, all_people, one_person
from dashboard.refusal import Refused
from dashboard.store.schema import appearances, people, teams

VIEW, EDIT = Permission.DIRECTORY_VIEW, Permission.DIRECTORY_EDIT


class People:
    """The people of a directory. Who may change a team may change its people."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listed(self, actor: Actor, *, with_left: bool = False) -> list[Person]:
        """Those whom the actor may see, by name."""
        with self._desk.reading() as connection:
            reach = self._desk.reach(connection, actor, VIEW)
            found = all_people(connection, self._desk.site)
        return [p for p in found if reach.shows_person(p) and (with_left or p.left_at_ms is None)]

    def get(self, actor: Actor, person_id: str) -> Person:
        """One of them. Raises `Unknown`, or `Denied` for somebody out of sight."""
        with self._desk.reading() as connection:
            reach = self._desk.reach(connection, actor, VIEW)
            return self._shown(reach, self._one(connection, person_id, reach))

    def by_staff_number(self, actor: Actor, number: str) -> Person | None:
        """Whose number it is; None for nobody's. Raises `Denied` if they are out of sight."""
        with self._desk.reading() as connection:
            reach = self._desk.reach(connection, actor, VIEW)
            found = one_person(connection, self._desk.site, people.c.staff_number == number)
            return None if found is None else self._shown(reach, found)

    def add(self, actor: Actor, values: Values) -> Person:
        """A new person."""
        entry = checked(PersonEntry, values)
        person_id = secrets.token_hex(8)
        with self._desk.changing(actor) as change:
            reach = self._desk.reach(change.connection, actor, EDIT)
            reach.require_team(entry.team_id, f"team {entry.team_id}")
            self._check(change.connection, person_id, entry)
            row = {"id": person_id, "changed_at_ms": change.at_ms, **_columns(entry)}
            change.connection.execute(people.insert().values(row))
            made = Person(person_id, **entry.model_dump())
            self._noted(change, "person.added", made, None, _facts(entry))
            return made

    def change(self, actor: Actor, person_id: str, values: Values) -> Person:
        """Changes what `values` names; the rest stays."""
        with self._desk.changing(actor) as change:
            reach = self._desk.reach(change.connection, actor, EDIT)
            before = self._mine(change.connection, person_id, reach)
            old = _entry(before)
            entry = checked(PersonEntry, {**old.model_dump(), **values})
            reach.require_team(entry.team_id, f"team {entry.team_id}")
            self._check(change.connection, person_id, entry)
            if self._noted(change, "person.changed", before, _facts(old), _facts(entry)):
                row = {"changed_at_ms": change.at_ms, **_columns(entry)}
                change.connection.execute(update(people).where(people.c.id == person_id).values(row))
                if old.team_id != entry.team_id:
                    change.tell(Notice("everybody"))
            return replace(before, **entry.model_dump())

    def leave(self, actor: Actor, person_id: str) -> Person:
        """They work here no more: kept, because the past has their calls; their agents belong to nobody then, and how they chose to
        appear, with their picture, is gone."""
        with self._desk.changing(actor) as change:
            reach = self._desk.reach(change.connection, actor, EDIT)
            before = self._mine(change.connection, person_id, reach)
            if before.left_at_ms is None:
                release_all(change, before)
                change.connection.execute(delete(appearances).where(appearances.c.person_id == person_id))
                self._set_left(change, before, change.at_ms, "person.left")
            return self._one(change.connection, person_id, reach)

    def come_back(self, actor: Actor, person_id: str) -> Person:
        """They work here again, without agents at first."""
        with self._desk.changing(actor) as change:
            reach = self._desk.reach(change.connection, actor, EDIT)
            before = self._mine(change.connection, person_id, reach)
            if before.left_at_ms is not None:
                self._set_left(change, before, None, "person.returned")
            return self._one(change.connection, person_id, reach)

    def _set_left(self, change: Change, person: Person, at_ms: int | None, action: str) -> None:
        row = {"left_at_ms": at_ms, "changed_at_ms": change.at_ms}
        change.connection.execute(update(people).where(people.c.id == person.id).values(row))
        self._noted(change, action, person, {"left_at_ms": person.left_at_ms}, {"left_at_ms": at_ms})
        change.tell(Notice("everybody"))

    def _mine(self, connection: Connection, person_id: str, reach: Reach) -> Person:
        """The person, if that is within the reach."""
        person = self._one(connection, person_id, reach)
        reach.require_team(person.team_id, f"person {person_id}")
        return person

    def _one(self, connection: Connection, person_id: str, reach: Reach) -> Person:
        found = one_person(connection, self._desk.site, people.c.id == person_id)
        if found is None:
            raise reach.missing("person", person_id)
        return found

    def _shown(self, reach: Reach, person: Person) -> Person:
        if not reach.shows_person(person):
            raise Denied(VIEW, f"person {person.id}")
        return person

    def _check(self, connection: Connection, person_id: str, entry: PersonEntry) -> None:
        if entry.team_id and not connection.execute(select(teams.c.id).where(teams.c.id == entry.team_id)).first():
            raise Refused("directory.refused.no_such_team", "team_id", team=entry.team_id)
        if entry.staff_number:
            same = people.c.staff_number == entry.staff_number
            if connection.execute(select(people.c.id).where(same, people.c.id != person_id)).first():
                raise Refused("directory.refused.staff_number_taken", "staff_number", number=entry.staff_number)

    def _noted(self, change: Change, action: str, person: Person, before: Values | None, after: Values | None) -> bool:
        change.touches_company = True
        return change.note(action, Target("person", person.id, person.display_name), before, after)


def _entry(person: Person) -> PersonEntry:
    """Unchecked: what is kept may be older than a rule."""
    names = PersonEntry.model_fields
    return PersonEntry.model_construct(**{name: getattr(person, name) for name in names})


def _columns(entry: PersonEntry) -> dict[str, Any]:
    return {**entry.model_dump(), "staff_number": entry.staff_number or None, "team_id": entry.team_id or None}


def _facts(entry: PersonEntry) -> dict[str, Any]:
    return entry.model_dump(mode="json")
