"""What is read from the directory: frozen values, made from rows, without any right of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from dashboard.directory.entries import QueueEntry, ReasonEntry
from dashboard.directory.reading_order import Key, reading_order
from dashboard.store.schema import agents, people, teams


@dataclass(frozen=True, slots=True)
class Person:
    """`agents`: their switch agents at this site. `left_at_ms` None: still here."""

    id: str
    display_name: str
    nickname: str = ""
    staff_number: str = ""
    joined_on: date | None = None
    team_id: str = ""
    left_at_ms: int | None = None
    agents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Team:
    """`depth`: 0 for a team that belongs to no other. `people`: how many are in it now, without teams below."""

    id: str
    name_zh: str = ""
    name_en: str = ""
    parent_id: str = ""
    depth: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent of the switch. `is_seen`: the switch reports it today, as `switch_name`, serving `queues`, with `calls` handled."""

    id: str
    person_id: str = ""
    person_name: str = ""
    is_set_aside: bool = False
    is_seen: bool = False
    switch_name: str = ""
    queues: tuple[str, ...] = ()
    calls: int = 0

    @property
    def is_unclaimed(self) -> bool:
        """Whether somebody should still say who it is."""
        return not self.person_id and not self.is_set_aside


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue's names, targets and limits; `*`: those of all others."""

    id: str
    entry: QueueEntry


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A line of the catalogue; `reason` as the switch sends it."""

    reason: str
    entry: ReasonEntry


def agents_by_person(connection: Connection, site: str) -> Mapping[str, tuple[str, ...]]:
    """The agents of everybody who has some, in the order of their ids."""
    query = select(agents.c.person_id, agents.c.id).where(agents.c.site == site, agents.c.person_id.is_not(None))
    found: dict[str, list[str]] = {}
    for row in connection.execute(query.order_by(agents.c.id)):
        found.setdefault(row.person_id, []).append(row.id)
    return {person: tuple(ids) for person, ids in found.items()}


def agents_of(connection: Connection, site: str, person_id: str) -> frozenset[str]:
    """One person's agents: the scope of the role `agent`."""
    query = select(agents.c.id).where(agents.c.site == site, agents.c.person_id == person_id)
    return frozenset(connection.execute(query).scalars())


def all_people(connection: Connection, site: str) -> list[Person]:
    """Everybody, also who has left, by name and then number."""
    theirs = agents_by_person(connection, site)
    found = [_person(row, theirs.get(row.id, ())) for row in connection.execute(select(people))]
    return sorted(found, key=lambda person: (reading_order(person.display_name), person.staff_number, person.id))


def one_person(connection: Connection, site: str, *where: Any) -> Person | None:
    """The person of a condition that only one can meet."""
    row = connection.execute(select(people).where(*where)).one_or_none()
    return None if row is None else _person(row, tuple(sorted(agents_of(connection, site, row.id))))


def all_teams(connection: Connection) -> list[Team]:
    """All teams, each followed by those below it, by name."""
    here = people.c.left_at_ms.is_(None)
    per_team = select(people.c.team_id, func.count().label("n")).where(here).group_by(people.c.team_id)
    counts = {row.team_id: int(row.n) for row in connection.execute(per_team)}
    below: dict[str, list[Row[Any]]] = {}
    for row in sorted(connection.execute(select(teams)), key=_team_order):
        below.setdefault(row.parent_id or "", []).append(row)
    found: list[Team] = []
    waiting = [(row, 0) for row in reversed(below.get("", []))]
    while waiting:
        row, depth = waiting.pop()
        found.append(Team(row.id, row.name_zh, row.name_en, row.parent_id or "", depth, counts.get(row.id, 0)))
        waiting += [(child, depth + 1) for child in reversed(below.get(row.id, []))]
    return found


def _team_order(row: Row[Any]) -> tuple[Key, str]:
    return reading_order(row.name_zh or row.name_en), str(row.id)


def _person(row: Row[Any], their_agents: tuple[str, ...]) -> Person:
    return Person(
        row.id,
        row.display_name,
        row.nickname,
        row.staff_number or "",
        row.joined_on,
        row.team_id or "",
        row.left_at_ms,
        their_agents,
    )
