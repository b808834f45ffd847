"""Changes of accounts within one transaction, each with its line in the audit log.

Invariants: only who holds ACCOUNTS_EDIT everywhere changes another's account, or any account's roles; the last enabled
administrator stays one; each change raises the account's `version`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from dashboard.access.account_view import AccountView, Origin, RoleGiven, account_views
from dashboard.access.account_words import account_name, new_login
from dashboard.access.actor import Actor
from dashboard.access.audit import Audit, Target
from dashboard.access.permissions import Permission, Role
from dashboard.access.reach import require_everywhere
from dashboard.access.scope import EVERYTHING, dump
from dashboard.refusal import Refused
from dashboard.store.schema import account_roles, accounts, invitations, people

EVERYWHERE_ONLY: Final = frozenset({Role.ADMIN, Role.AUDITOR})
"""Roles about the system, not about a part of the floor: a limit would not limit them."""

LANGUAGES: Final = frozenset({"", "zh-CN", "en"})


class AccountChanges:
    """An open unit, from `Accounts.writing`. `touched`: accounts to be told about when it is committed; `signed_out`: whose
    sessions end then, and the one session that goes on ("" for none)."""

    def __init__(self, connection: Connection, audit: Audit, now_ms: Callable[[], int]) -> None:
        self.connection = connection
        self.touched: set[str] = set()
        self.signed_out: dict[str, str] = {}
        self._audit = audit
        self._now_ms = now_ms

    def create(
        self,
        actor: Actor,
        login: str,
        name: str,
        *,
        password_hash: str | None = None,
        must_choose: bool = False,
        roles: Iterable[RoleGiven] = (),
        origin: Origin = "hand",
        person_id: str | None = None,
        lang: str = "",
    ) -> str:
        """A new account; its id. Refuses a login that is taken. `must_choose`: its owner has to choose another password."""
        require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        account_id, now = secrets.token_hex(8), self._now_ms()
        login, name, given = new_login(login), account_name(name), checked(roles, origin)
        if self.connection.execute(select(accounts.c.id).where(accounts.c.login == login)).first():
            raise Refused("account.refused.login_taken", "login", login=login)
        self._require_person(person_id)
        row = {
            "id": account_id,
            "login": login,
            "name": name,
            "person_id": person_id,
            "password_hash": password_hash,
            "password_changed_at_ms": now if password_hash and not must_choose else None,
            "lang": lang if lang in LANGUAGES else "",
            "created_at_ms": now,
            "version": 1,
        }
        self.connection.execute(insert(accounts).values(row))
        self._write_roles(account_id, given)
        after = {"login": login, "roles": [one.told() for one in given], "person": person_id or ""}
        self.line(actor, "account.created", account_id, name, {"after": after})
        self.touched.add(account_id)
        return account_id

    def rename(self, actor: Actor, account_id: str, name: str) -> None:
        """Another name."""
        require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        view, name = self.find(account_id), account_name(name)
        if name != view.name:
            self._update(view, {"name": name})
            self._changed(actor, "account.renamed", view, {"name": view.name}, {"name": name})

    def set_enabled(self, actor: Actor, account_id: str, *, is_enabled: bool, reason: str = "") -> None:
        """Closes the account (its sessions and invitations end), or opens it again."""
        require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        view = self.find(account_id)
        if view.is_enabled == is_enabled:
            return
        if not is_enabled:
            self._keep_an_admin(view, ())
            self.connection.execute(delete(invitations).where(invitations.c.account_id == account_id))
            self.signed_out[account_id] = ""
        self._update(view, {"disabled_at_ms": None if is_enabled else self._now_ms()})
        action = "account.enabled" if is_enabled else "account.disabled"
        self.line(actor, action, account_id, view.name, {}, reason=reason)

    def replace_roles(
        self, actor: Actor, account_id: str, roles: Iterable[RoleGiven], *, origin: Origin = "hand"
    ) -> None:
        """All roles of this origin are these now. A provider's word counts even for the last administrator."""
        require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        view, given = self.find(account_id), checked(roles, origin)
        others = tuple(one for one in view.roles if one.origin != origin)
        before = tuple(one for one in view.roles if one.origin == origin)
        if {(one.role, one.kept_scope) for one in before} == {(one.role, one.kept_scope) for one in given}:
            return
        if origin == "hand" and view.is_enabled:
            self._keep_an_admin(view, (*others, *given))
        of_origin = (account_roles.c.account_id == account_id) & (account_roles.c.origin == origin)
        self.connection.execute(delete(account_roles).where(of_origin))
        self._write_roles(account_id, given)
        self._update(view, {})
        told = [[one.told() for one in roles_] for roles_ in (before, given)]
        self._changed(actor, "account.roles_changed", view, {"roles": told[0]}, {"roles": told[1]})

    def link_person(self, actor: Actor, account_id: str, person_id: str | None) -> None:
        """Whose account it is; an agent's own page follows from it."""
        require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        view = self.find(account_id)
        self._require_person(person_id)
        if person_id != view.person_id:
            self._update(view, {"person_id": person_id})
            before = {"person": view.person_name}
            self._changed(actor, "account.person_linked", view, before, {"person": self.find(account_id).person_name})

    def set_password(
        self, actor: Actor, account_id: str, password_hash: str | None, *, must_choose: bool, goes_on: str = ""
    ) -> None:
        """Another password (None: none). Not checked who may: the service has done it. All sessions but `goes_on` end."""
        view = self.find(account_id)
        chosen_at = self._now_ms() if password_hash and not must_choose else None
        self._update(view, {"password_hash": password_hash, "password_changed_at_ms": chosen_at})
        self.signed_out[account_id] = goes_on
        action = "account.password_changed" if password_hash else "account.password_removed"
        self.line(actor, action, account_id, view.name, {})

    def set_second_factor(self, actor: Actor, account_id: str, values: Mapping[str, Any], action: str) -> None:
        """The columns of the second factor. Not checked who may: the service has done it."""
        view = self.find(account_id)
        self._update(view, values)
        self.line(actor, action, account_id, view.name, {})

    def set_lang(self, account_id: str, lang: str) -> None:
        """One's own language; nothing that the log is about, so it takes no `Audit.writing`."""
        values = {"lang": lang if lang in LANGUAGES else "", "version": accounts.c.version + 1}
        self.connection.execute(update(accounts).where(accounts.c.id == account_id).values(values))
        self.touched.add(account_id)

    def find(self, account_id: str) -> AccountView:
        """The account as it is now. Refuses an id that nobody has."""
        found = account_views(self.connection, account_id)
        if not found:
            raise Refused("account.refused.unknown")
        return found[0]

    def line(
        self, actor: Actor, action: str, account_id: str, name: str, details: dict[str, Any], *, reason: str = ""
    ) -> None:
        """A line about an account."""
        target = Target("account", account_id, name)
        self._audit.append(self.connection, actor, action, target, reason=reason, details=details)

    # ------------------------------------------------------------------------------------------------------------------

    def _update(self, view: AccountView, values: Mapping[str, Any]) -> None:
        changed = {**values, "version": accounts.c.version + 1}
        self.connection.execute(update(accounts).where(accounts.c.id == view.id).values(changed))
        self.touched.add(view.id)

    def _changed(
        self, actor: Actor, action: str, view: AccountView, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        self.line(actor, action, view.id, view.name, {"before": before, "after": after})

    def _write_roles(self, account_id: str, given: Iterable[RoleGiven]) -> None:
        rows = [
            {"account_id": account_id, "role": one.role, "scope": one.kept_scope, "origin": one.origin} for one in given
        ]
        if rows:
            self.connection.execute(insert(account_roles), rows)

    def _require_person(self, person_id: str | None) -> None:
        if person_id and not self.connection.execute(select(people.c.id).where(people.c.id == person_id)).first():
            raise Refused("account.refused.unknown_person", "person")

    def _keep_an_admin(self, view: AccountView, roles_then: Iterable[RoleGiven]) -> None:
        """`Audit.writing` lets one writer in at a time, so two administrators cannot remove each other at once."""
        is_admin, stays_admin = (any(map(_is_admin, roles)) for roles in (view.roles, roles_then))
        if is_admin and not stays_admin and count_admins(self.connection, but=view.id) == 0:
            raise Refused("account.refused.last_admin", "roles")


def checked(roles: Iterable[RoleGiven], origin: Origin) -> list[RoleGiven]:
    """Each role once, of this origin. Refuses a role that there is not; by hand also one that holds nowhere, and a limit on
    one that cannot be limited (a provider's groups mean what the settings say: no more comes of it than the limit)."""
    found: dict[tuple[str, str], RoleGiven] = {}
    for one in roles:
        given = RoleGiven(one.role, one.scope, origin)
        if given.role not in set(Role):
            raise Refused("account.refused.role_unknown", "roles", role=given.role[:32])
        if origin == "hand" and given.role in EVERYWHERE_ONLY and not given.scope.is_everything:
            raise Refused("account.refused.role_everywhere", "roles", role=given.role)
        if origin == "hand" and given.role != Role.AGENT and given.scope.is_nothing:
            raise Refused("account.refused.role_nowhere", "roles", role=given.role)
        found[given.role, given.kept_scope] = given
    return list(found.values())


def count_admins(connection: Connection, *, but: str = "") -> int:
    """Enabled accounts that are administrators everywhere, but for one."""
    admins = (account_roles.c.role == Role.ADMIN.value) & (account_roles.c.scope == dump(EVERYTHING))
    query = (
        select(func.count(accounts.c.id.distinct()))
        .join(account_roles, account_roles.c.account_id == accounts.c.id)
        .where(admins, accounts.c.disabled_at_ms.is_(None), accounts.c.id != but)
    )
    return connection.execute(query).scalar_one()


def _is_admin(given: RoleGiven) -> bool:
    return given.role == Role.ADMIN and given.scope.is_everything
