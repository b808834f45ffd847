"""Accounts of people who come in by the OpenID provider: found by issuer and subject, made at the first sign-in, their roles from
groups replaced at each one. What came of it is one audit line in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Engine, insert, select

from dashboard.access.account_view import AccountView, RoleGiven, account_views
from dashboard.access.accounts import Accounts
from dashboard.access.actor import Actor, system
from dashboard.access.audit import Audit, Target
from dashboard.store.engine import reading
from dashboard.store.schema import accounts, identities

PROVIDER: Final = system("OpenID Connect")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at the provider. `subject` "": not proven. `name`, `login`: as they would like to be called."""

    issuer: str
    subject: str
    name: str = ""
    login: str = ""


class OidcPeople:
    """Accounts by identity. Everything raises `StoreError` while the database is away."""

    def __init__(self, engine: Engine, service: Accounts, audit: Audit) -> None:
        self._engine = engine
        self._accounts = service
        self._audit = audit

    def known(self, identity: Identity, roles: Sequence[RoleGiven]) -> AccountView | None:
        """The identity's account, its roles from groups now `roles` (none: all taken away)."""
        with reading(self._engine) as connection:
            found = _account_of(connection, identity)
        if found is None or _kept(found.roles) == _kept(roles):
            return found
        with self._accounts.writing() as change:
            change.replace_roles(PROVIDER, found.id, roles, origin="oidc")
            return change.find(found.id)

    def added(self, identity: Identity, roles: Sequence[RoleGiven]) -> AccountView:
        """A new account with these roles, without a password; the one that another request made meanwhile, if so."""
        with self._accounts.writing() as change:
            found = _account_of(change.connection, identity)
            if found is not None:
                return found
            login = _free_login(change.connection, identity.login)
            account_id = change.create(PROVIDER, login, identity.name, roles=roles, origin="oidc")
            row = {"issuer": identity.issuer, "subject": identity.subject, "account_id": account_id}
            change.connection.execute(insert(identities).values(row))
            return change.find(account_id)

    def refused(self, identity: Identity, address: str, why: str, account: AccountView | None = None) -> None:
        """On record: somebody came from the provider and was not let in. Those who are not proven are only counted."""
        who = Actor("nobody", "", "", address=address)
        if not identity.subject:
            self._audit.denied(who, "account.sign_in", Target("identity", identity.issuer))
            return
        target = Target("account", account.id, account.name) if account else _target(identity)
        details = {"via": "provider", "issuer": identity.issuer, "subject": identity.subject}
        self._audit.record(who, "account.sign_in", target, reason=why, result="denied", details=details)


def _target(identity: Identity) -> Target:
    return Target("identity", f"{identity.issuer} {identity.subject}", identity.name)


def _account_of(connection: Connection, identity: Identity) -> AccountView | None:
    is_theirs = (identities.c.issuer == identity.issuer) & (identities.c.subject == identity.subject)
    account_id = connection.execute(select(identities.c.account_id).where(is_theirs)).scalar()
    return next(iter(account_views(connection, account_id)), None) if account_id else None


def _kept(roles: Collection[RoleGiven]) -> set[tuple[str, str]]:
    """Those from groups, as the database has them."""
    return {(one.role, one.kept_scope) for one in roles if one.origin == "oidc"}


def _free_login(connection: Connection, wished: str) -> str:
    """`wished`, with a number where somebody has it: two people may like one name, and it opens nothing."""
    taken = set(
        connection.scalars(select(accounts.c.login).where(accounts.c.login.startswith(wished, autoescape=True)))
    )
    names = (wished if number == 1 else f"{wished}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
