"""Codes that open the door once: for the first administrator, and for who sets a new password.

138 random bits, kept as SHA-256, good for a day and once. A code for the first administrator exists only while there is no
enabled administrator, and each start of the server makes the one before void: no default password, no door left open.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, Literal

from sqlalchemy import Connection, Engine, RowMapping, delete, insert, select, update

from dashboard.access.account_changes import AccountChanges, count_admins
from dashboard.access.account_view import RoleGiven
from dashboard.access.accounts import Accounts
from dashboard.access.actor import NOBODY, Actor, system
from dashboard.access.audit import Audit, Target
from dashboard.access.codes import new_code, typed_code
from dashboard.access.keys import digest
from dashboard.access.permissions import Permission, Role
from dashboard.access.reach import require_everywhere
from dashboard.access.throttle import Throttle
from dashboard.refusal import Refused
from dashboard.store.engine import reading
from dashboard.store.schema import accounts as account_rows
from dashboard.store.schema import invitations

LIFETIME_MS: Final = 86_400_000
_GROUPS: Final = 7
_SERVER: Final = system("floorwatch web")

Kind = Literal["first_admin", "password"]


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited to choose a password."""

    account_id: str
    login: str
    name: str


class Invitations:
    """The codes of this installation."""

    def __init__(
        self, engine: Engine, audit: Audit, accounts: Accounts, throttle: Throttle, now_ms: Callable[[], int]
    ) -> None:
        self._engine = engine
        self._audit = audit
        self._accounts = accounts
        self._throttle = throttle
        self._now_ms = now_ms

    # -- the first administrator ---------------------------------------------------------------------------------------

    def first_admin_code(self) -> str | None:
        """A new code to be printed by the server at its start; None where there is an administrator. Raises `StoreError`."""
        with self._audit.writing() as connection:
            is_wanted = count_admins(connection) == 0
            removed = connection.execute(delete(invitations).where(invitations.c.kind == "first_admin")).rowcount
            code = self._make(connection, "first_admin", None) if is_wanted else None
            if code or removed:
                action = "access.first_admin_code_made" if code else "access.first_admin_code_void"
                self._audit.append(connection, _SERVER, action)
        return code

    def redeem_first_admin(self, code: str, login: str, name: str, password: str, address: str) -> str:
        """Makes the first administrator; the account's id. Refuses a code that is none, or one that comes too late."""
        self._accounts.passwords.check(password, (login, name))
        self._throttle.demand("first_admin", address)
        with self._on_record(address), reading(self._engine) as connection:
            self._find(
                connection, "first_admin", code
            )  # before the work of a hash: nobody without the code makes us do it
        password_hash = self._accounts.passwords.hash(password)
        with self._accounts.writing() as change:
            row = self._find(change.connection, "first_admin", code)
            if count_admins(change.connection):
                raise Refused("invitation.wrong", "code")
            self._use(change.connection, row)
            actor = Actor("system", "first administrator", "first administrator", address=address)
            roles = [RoleGiven(Role.ADMIN.value)]
            account_id = change.create(actor, login, name, password_hash=password_hash, roles=roles)
        self._throttle.passed("first_admin", address)
        return account_id

    # -- passwords -----------------------------------------------------------------------------------------------------

    def invite(self, actor: Actor, account_id: str) -> str:
        """A code with which its owner chooses a password, to be shown this once. An older code is void; the password and the
        sessions that there are go on until it is used."""
        require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        with self._accounts.writing() as change:
            return self._invite(actor, change, account_id)

    def reset(self, actor: Actor, account_id: str) -> str:
        """The same, where the password must not go on: it and all sessions end now."""
        require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        with self._accounts.writing() as change:
            change.set_password(actor, account_id, None, must_choose=False)
            return self._invite(actor, change, account_id)

    def invited(self, code: str, address: str) -> Invited:
        """Whom a code invites, for the page where they choose. Refuses one that is none, used or over."""
        self._throttle.demand("invitation", address)
        with self._on_record(address), reading(self._engine) as connection:
            row = self._find(connection, "password", code)
            owner = self._owner(connection, row)
        self._throttle.passed("invitation", address)
        return owner

    def redeem(self, code: str, password: str, address: str) -> str:
        """The owner's new password; the account's id. The code is used, and all sessions end."""
        owner = self.invited(code, address)
        self._accounts.passwords.check(password, (owner.login, owner.name))
        password_hash = self._accounts.passwords.hash(password)
        with self._accounts.writing() as change:
            row = self._find(change.connection, "password", code)
            owner = self._owner(change.connection, row)
            self._use(change.connection, row)
            actor = Actor("person", owner.account_id, owner.name, (), owner.account_id, address=address)
            change.set_password(actor, owner.account_id, password_hash, must_choose=False)
        return owner.account_id

    # ------------------------------------------------------------------------------------------------------------------

    @contextmanager
    def _on_record(self, address: str) -> Iterator[None]:
        """A code that is none was somebody's attempt to come in. What was typed is not kept: it may be nearly right."""
        try:
            yield
        except Refused:
            self._audit.denied(replace(NOBODY, address=address), "account.code_used")
            raise

    def _invite(self, actor: Actor, change: AccountChanges, account_id: str) -> str:
        view = change.find(account_id)
        if not view.is_enabled:
            raise Refused("account.refused.disabled")
        of_account = (invitations.c.account_id == account_id) & (invitations.c.kind == "password")
        change.connection.execute(delete(invitations).where(of_account))
        code = self._make(change.connection, "password", account_id)
        target = Target("account", account_id, view.name)
        self._audit.append(change.connection, actor, "account.invited", target)
        return code

    def _make(self, connection: Connection, kind: Kind, account_id: str | None) -> str:
        code, now = new_code(_GROUPS), self._now_ms()
        row = {
            "id": secrets.token_hex(8),
            "kind": kind,
            "account_id": account_id,
            "code_hash": digest(typed_code(code)),
            "made_at_ms": now,
            "expires_at_ms": now + LIFETIME_MS,
        }
        connection.execute(insert(invitations).values(row))
        return code

    def _find(self, connection: Connection, kind: Kind, code: str) -> RowMapping:
        table = invitations.c
        query = select(invitations).where(
            table.kind == kind,
            table.code_hash == digest(typed_code(code)),
            table.used_at_ms.is_(None),
            table.expires_at_ms > self._now_ms(),
        )
        row = connection.execute(query).mappings().first()
        if row is None:
            raise Refused("invitation.wrong", "code")
        return row

    def _use(self, connection: Connection, row: RowMapping) -> None:
        fresh = (invitations.c.id == row["id"]) & invitations.c.used_at_ms.is_(None)
        if connection.execute(update(invitations).where(fresh).values(used_at_ms=self._now_ms())).rowcount != 1:
            raise Refused("invitation.wrong", "code")

    @staticmethod
    def _owner(connection: Connection, row: RowMapping) -> Invited:
        owner = connection.execute(select(account_rows).where(account_rows.c.id == row["account_id"])).mappings().one()
        if owner["disabled_at_ms"] is not None:
            raise Refused("invitation.wrong", "code")
        return Invited(owner["id"], owner["login"], owner["name"])
