"""Teams, nested. Their tree is what scopes are made of: moving one moves what people may see."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, update

from dashboard.access.actor import Actor
from dashboard.access.audit import Target
from dashboard.access.notices import Notice
from dashboard.access.permissions import Permission
from dashboard.access.scope import ScopeError, load, subtree
from dashboard.access.team_tree import parents
from dashboard.directory.desk import Change, Desk, Values
from dashboard.directory.entries import TeamEntry
from dashboard.directory.reach import Reach
from dashboard.directory.refusals import checked
from dashboard.directory.rows import Team, all_teams
from dashboard.refusal import Refused
from dashboard.store.schema import account_roles, boards, people, screens, teams

VIEW, EDIT = Permission.DIRECTORY_VIEW, Permission.DIRECTORY_EDIT


class Teams:
    """The teams of a directory."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listed(self, actor: Actor) -> list[Team]:
        """Those of the actor's scope, each followed by those below it."""
        with self._desk.reading() as connection:
            reach = self._desk.reach(connection, actor, VIEW)
            return [team for team in all_teams(connection) if reach.has_team(team.id)]

    def get(self, actor: Actor, team_id: str) -> Team:
        """One of them. Raises `Unknown`, or `Denied` for one out of scope."""
        with self._desk.reading() as connection:
            return _mine(connection, team_id, self._desk.reach(connection, actor, VIEW))

    def add(self, actor: Actor, values: Values) -> Team:
        """A new team; without `id` it gets one."""
        entry = checked(TeamEntry, values)
        team_id = entry.id or secrets.token_hex(4)
        with self._desk.changing(actor) as change:
            reach = self._desk.reach(change.connection, actor, EDIT)
            reach.require_team(entry.parent_id, f"team {entry.parent_id}")
            known = parents(change.connection)
            if team_id in known:
                raise Refused("directory.refused.team_taken", "id", team=team_id)
            _check_parent(known, team_id, entry)
            change.connection.execute(teams.insert().values({**_columns(entry), "id": team_id}))
            self._noted(change, "team.added", team_id, entry, None, _facts(entry))
            return _one(change.connection, team_id, reach)

    def change(self, actor: Actor, team_id: str, values: Values) -> Team:
        """Other names, or another place. The id stays: it is in the past's figures."""
        with self._desk.changing(actor) as change:
            reach = self._desk.reach(change.connection, actor, EDIT)
            old = _mine(change.connection, team_id, reach)
            before = {"id": team_id, "name_zh": old.name_zh, "name_en": old.name_en, "parent_id": old.parent_id}
            entry = checked(TeamEntry, {**before, **values, "id": team_id})
            if entry.parent_id != old.parent_id:
                for parent in (old.parent_id, entry.parent_id):
                    reach.require_team(parent, f"team {parent}")
                _check_parent(parents(change.connection), team_id, entry)
            if self._noted(change, "team.changed", team_id, entry, before, _facts(entry)):
                change.connection.execute(update(teams).where(teams.c.id == team_id).values(_columns(entry)))
            return _one(change.connection, team_id, reach)

    def remove(self, actor: Actor, team_id: str) -> None:
        """Takes an unused team away. Raises `Refused` while people (who have not left), teams, roles, screens or boards are of it."""
        with self._desk.changing(actor) as change:
            old = _mine(change.connection, team_id, self._desk.reach(change.connection, actor, EDIT))
            _check_unused(change.connection, team_id)
            change.connection.execute(update(people).where(people.c.team_id == team_id).values(team_id=None))
            change.connection.execute(delete(teams).where(teams.c.id == team_id))
            entry = TeamEntry.model_construct(
                id=team_id, name_zh=old.name_zh, name_en=old.name_en, parent_id=old.parent_id
            )
            self._noted(change, "team.removed", team_id, entry, _facts(entry), None)

    def _noted(
        self, change: Change, action: str, team_id: str, entry: TeamEntry, before: Values | None, after: Values | None
    ) -> bool:
        change.touches_company = True
        if not change.note(action, Target("team", team_id, entry.name_zh or entry.name_en or team_id), before, after):
            return False
        change.tell(Notice("everybody"))
        return True


def _mine(connection: Connection, team_id: str, reach: Reach) -> Team:
    """The team, if it is within the reach."""
    team = _one(connection, team_id, reach)
    reach.require_team(team_id, f"team {team_id}")
    return team


def _one(connection: Connection, team_id: str, reach: Reach) -> Team:
    row = connection.execute(select(teams).where(teams.c.id == team_id)).one_or_none()
    if row is None:
        raise reach.missing("team", team_id)
    here = (people.c.team_id == team_id) & people.c.left_at_ms.is_(None)
    count = connection.execute(select(func.count()).select_from(people).where(here)).scalar_one()
    known = parents(connection)
    depth, parent = 0, row.parent_id
    while parent and depth < len(known):
        depth, parent = depth + 1, known.get(parent, "")
    return Team(team_id, row.name_zh, row.name_en, row.parent_id or "", depth, count)


def _check_parent(known: dict[str, str], team_id: str, entry: TeamEntry) -> None:
    if not entry.parent_id:
        return
    if entry.parent_id not in known and entry.parent_id != team_id:
        raise Refused("directory.refused.no_such_team", "parent_id", team=entry.parent_id)
    if entry.parent_id in subtree({team_id}, known):
        raise Refused("directory.refused.team_circle", "parent_id", team=entry.parent_id)


def _check_unused(connection: Connection, team_id: str) -> None:
    users = {
        "people": select(func.count()).where(people.c.team_id == team_id, people.c.left_at_ms.is_(None)),
        "teams": select(func.count()).where(teams.c.parent_id == team_id),
    }
    for word, query in users.items():
        count = connection.execute(query).scalar_one()
        if count:
            raise Refused(f"directory.refused.team_has_{word}", n=count)
    scopes: dict[str, Select[str]] = {
        "roles": select(account_roles.c.scope).distinct(),
        "screens": select(screens.c.scope).where(screens.c.revoked_at_ms.is_(None)).distinct(),
        "boards": select(boards.c.scope).where(boards.c.removed_at_ms.is_(None)).distinct(),
    }
    for word, texts in scopes.items():
        if any(_names(text, team_id) for text in connection.execute(texts).scalars()):
            raise Refused(f"directory.refused.team_in_{word}")


def is_used(connection: Connection, team_id: str) -> bool:
    """Whether anything would miss the team."""
    try:
        _check_unused(connection, team_id)
    except Refused:
        return True
    return connection.execute(select(people.c.id).where(people.c.team_id == team_id)).first() is not None


def _names(scope: str, team_id: str) -> bool:
    try:
        return team_id in load(scope).teams
    except ScopeError:
        return False


def _columns(entry: TeamEntry) -> dict[str, Any]:
    return {**entry.model_dump(exclude={"id"}), "parent_id": entry.parent_id or None}


def _facts(entry: TeamEntry) -> dict[str, Any]:
    return entry.model_dump(mode="json")
