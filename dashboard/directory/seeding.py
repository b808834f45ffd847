"""The floor file's way into the directory: at first, and again while the file alone has written it.

Invariants: what people have changed is never overwritten by the file; the same file twice changes nothing; people keep their id
over a changed file (by staff number, else by name and team), because accounts belong to them. Goes through the audit log as the
system's own doing, and through the outbox as every change.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from collectors.events import AgentSettings, FloorSettings, QueueSettings, TeamSettings
from dashboard.access.actor import system
from dashboard.access.audit import Audit, Target
from dashboard.directory import outbox
from dashboard.directory.desk import plain_rules
from dashboard.directory.rows import all_teams
from dashboard.directory.settings_of import OTHERS
from dashboard.directory.teams import is_used
from dashboard.store.engine import reading, writing
from dashboard.store.schema import accounts, agents, floor_rules, pause_reasons, people, queues, teams

Seeded = Literal["imported", "as_it_was", "left_to_people"]
HISTORIAN = system("historian")


def seed(audit: Audit, site: str, file: FloorSettings, at_ms: int) -> Seeded:
    """Brings the floor file into the directory of `site` if that is the file's still, and if the file has changed.

    A file of defaults is none. Either way the outbox says afterwards what the directory says. Raises `StoreError`.
    """
    digest = hashlib.sha256(msgspec.msgpack.encode(file)).hexdigest()
    seeded = _look(audit, site, file, digest)
    if seeded == "imported":
        with audit.writing() as connection:
            _replace(connection, site, file, at_ms)
            _mark(connection, site, file, digest, at_ms)
            outbox.note(connection, outbox.known_sites(connection) | {site}, HISTORIAN.name, at_ms)
            target = Target("directory", site, site)
            audit.append(connection, HISTORIAN, "directory.seeded", target, details={"counts": _counts(file)})
    else:
        with writing(audit.engine) as connection:  # no change of the directory: a release may read its rows otherwise
            outbox.note(connection, {site}, HISTORIAN.name, at_ms)
    return seeded


def _look(audit: Audit, site: str, file: FloorSettings, digest: str) -> Seeded:
    """One historian seeds at a time (its lease), so that looking first is safe."""
    mine = select(floor_rules.c.origin, floor_rules.c.origin_digest).where(floor_rules.c.site == site)
    with reading(audit.engine) as connection:
        row = connection.execute(mine).one_or_none()
    if file == FloorSettings() or (row is not None and row.origin_digest == digest):
        return "as_it_was"
    return "left_to_people" if row is not None and row.origin != "file" else "imported"


def _counts(file: FloorSettings) -> dict[str, int]:
    kinds = ("queues", "agents", "teams", "pause_reasons")
    return {kind: len(getattr(file, kind)) for kind in kinds}


def _mark(connection: Connection, site: str, file: FloorSettings, digest: str, at_ms: int) -> None:
    values = {
        "time_zone": file.time_zone,
        "day_starts_at_min": file.day_starts_at_min,
        "interval_min": file.interval_min,
        "effective_call_s": file.effective_call_s,
        "state_limits_s": json.dumps(file.state_limits_s, sort_keys=True),
        "origin": "file",
        "origin_digest": digest,
        "changed_at_ms": at_ms,
    }
    connection.execute(delete(floor_rules).where(floor_rules.c.site == site))
    connection.execute(insert(floor_rules).values({**plain_rules(site, "file", at_ms), **values}))


def _replace(connection: Connection, site: str, file: FloorSettings, at_ms: int) -> None:
    others = select(floor_rules.c.site).where(floor_rules.c.site != site)
    is_alone = connection.execute(others).first() is None
    before = set(connection.execute(select(agents.c.person_id).where(agents.c.site == site)).scalars())
    for table in (queues, pause_reasons, agents):
        connection.execute(delete(table).where(table.c.site == site))
    if file.default_queue != QueueSettings():
        connection.execute(insert(queues).values(_queue_row(site, OTHERS, file.default_queue)))
    _insert(connection, queues, (_queue_row(site, key, own) for key, own in file.queues.items()))
    _insert(
        connection,
        pause_reasons,
        (
            {
                "site": site,
                "reason": reason,
                "name_zh": own.names.zh,
                "name_en": own.names.en,
                "category": own.category,
                "limit_s": own.limit_s,
                "quota": own.quota,
                "icon": own.icon,
            }
            for reason, own in file.pause_reasons.items()
        ),
    )
    _put_teams(connection, file, is_alone=is_alone)
    _put_people(connection, site, file, at_ms, is_alone=is_alone)
    if is_alone:
        _drop_unused(connection, before)
        _drop_unused_teams(connection, file)


def _queue_row(site: str, key: str, own: QueueSettings) -> dict[str, Any]:
    values = msgspec.structs.asdict(own)
    del values["names"]
    return {"site": site, "id": key, "name_zh": own.names.zh, "name_en": own.names.en, **values}


def _insert(connection: Connection, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    if many := list(rows):
        connection.execute(insert(table), many)


def _put_teams(connection: Connection, file: FloorSettings, *, is_alone: bool) -> None:
    """The file's teams, and those that it only mentions; parents afterwards, so that their order is free.

    A parent in a circle is left out: a scope of such a team would have no end. Teams that another site has too
    (`is_alone` False) stay as they are.
    """
    mentioned = {own.team for own in file.agents.values()} | {own.parent for own in file.teams.values()}
    wanted = {key: TeamSettings() for key in sorted(mentioned) if key} | file.teams
    known = set(connection.execute(select(teams.c.id)).scalars())
    if not is_alone:
        wanted = {key: own for key, own in wanted.items() if key not in known}
    for key, own in wanted.items():
        values = {"name_zh": own.names.zh, "name_en": own.names.en, "parent_id": None}
        if key in known:
            connection.execute(update(teams).where(teams.c.id == key).values(values))
        else:
            connection.execute(insert(teams).values(id=key, **values))
    for key, own in wanted.items():
        if own.parent and not _is_circle(key, wanted):
            connection.execute(update(teams).where(teams.c.id == key).values(parent_id=own.parent))


def _is_circle(key: str, wanted: dict[str, TeamSettings]) -> bool:
    above, seen = wanted[key].parent, {key}
    while above and above not in seen:
        seen.add(above)
        above = wanted[above].parent if above in wanted else ""
    return above == key


def _put_people(connection: Connection, site: str, file: FloorSettings, at_ms: int, *, is_alone: bool) -> None:
    """A person for each name and number of the file's agents."""
    known = _Known(connection, is_alone=is_alone)
    rows = []
    for agent, own in file.agents.items():
        if own == AgentSettings():
            continue
        rows.append({"site": site, "id": agent, "is_set_aside": False, "person_id": known.put(agent, own, at_ms)})
    _insert(connection, agents, rows)


class _Known:
    """Who is there already, by what the file says of them. Where another site has a directory too, they stay as they are."""

    def __init__(self, connection: Connection, *, is_alone: bool) -> None:
        self._connection = connection
        self._is_alone = is_alone
        self._made: dict[AgentSettings, str] = {}
        self._numbers: dict[str, str] = {}
        self._names: dict[tuple[str, str], list[str]] = {}
        for row in connection.execute(select(people)):
            if row.staff_number:
                self._numbers[row.staff_number] = row.id
            else:
                self._names.setdefault((row.display_name, row.team_id or ""), []).append(row.id)

    def put(self, agent: str, own: AgentSettings, at_ms: int) -> str:
        """The id of the person whom the file gives this agent: with the same number and name it is the same person."""
        if own.staff_number and own in self._made:
            return self._made[own]
        name = own.name or own.staff_number or agent[:100]
        person_id = self._there(name, own)
        values = {"display_name": name, "team_id": own.team or None, "left_at_ms": None, "changed_at_ms": at_ms}
        if person_id is None:
            person_id = self._add(own.staff_number, values)
        elif self._is_alone:
            self._connection.execute(update(people).where(people.c.id == person_id).values(values))
        self._made[own] = person_id
        return person_id

    def _there(self, name: str, own: AgentSettings) -> str | None:
        if own.staff_number:
            found = self._numbers.get(own.staff_number)
            return None if found in self._made.values() else found
        same = self._names.get((name, own.team))
        return same.pop(0) if same else None

    def _add(self, staff_number: str, values: dict[str, Any]) -> str:
        """One number is one person's: who comes second with it in the file has none."""
        person_id = secrets.token_hex(8)
        number = staff_number if staff_number not in self._numbers else None
        self._connection.execute(insert(people).values(id=person_id, staff_number=number or None, **values))
        if number:
            self._numbers[number] = person_id
        return person_id


def _drop_unused(connection: Connection, before: set[str | None]) -> None:
    """People whom an older file brought, if nobody else needs them."""
    with_agent = set(connection.execute(select(agents.c.person_id)).scalars())
    with_account = set(connection.execute(select(accounts.c.person_id)).scalars())
    for person_id in before - with_agent - with_account:
        connection.execute(delete(people).where(people.c.id == person_id))


def _drop_unused_teams(connection: Connection, file: FloorSettings) -> None:
    """The same of teams, those below first."""
    mentioned = {own.team for own in file.agents.values()} | {own.parent for own in file.teams.values()}
    for team in reversed(all_teams(connection)):
        if team.id not in mentioned and team.id not in file.teams and not is_used(connection, team.id):
            connection.execute(delete(teams).where(teams.c.id == team.id))
