"""An account as its own page, the list of accounts and the commands see it; no secret is in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, RowMapping, select

from dashboard.access import scope as scopes
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, NOTHING, Scope
from dashboard.store.schema import account_roles, accounts, people

Origin = Literal["hand", "oidc"]


@dataclass(frozen=True, slots=True)
class RoleGiven:
    """A role and where it holds. `origin`: given by hand, or by a group at the OpenID provider."""

    role: str
    scope: Scope = EVERYTHING
    origin: Origin = "hand"

    @property
    def kept_scope(self) -> str:
        """The scope as the database has it: an agent's own follows from the person, and is not kept."""
        return scopes.dump(NOTHING if self.role == Role.AGENT else self.scope)

    def told(self) -> str:
        """For audit lines and commands: `supervisor {"queues":["sales"],"teams":[]}`; the scope is left out where it is all."""
        where = "" if self.scope.is_everything or self.role == Role.AGENT else f" {scopes.dump(self.scope)}"
        return f"{self.role}{where}{' (oidc)' if self.origin == 'oidc' else ''}"


@dataclass(frozen=True, slots=True)
class AccountView:
    """`must_choose`: the password was chosen by somebody else. `has_second_factor`: TOTP, confirmed. `person_name`: "" for
    an account that is linked to nobody. Times in ms, None for never."""

    id: str
    login: str
    name: str
    lang: str
    person_id: str | None
    person_name: str
    roles: tuple[RoleGiven, ...]
    is_enabled: bool
    has_password: bool
    must_choose: bool
    has_second_factor: bool
    created_at_ms: int
    last_sign_in_ms: int | None


def account_views(connection: Connection, account_id: str | None = None) -> list[AccountView]:
    """All accounts by login, or the one."""
    query = select(accounts, people.c.display_name).outerjoin(people, people.c.id == accounts.c.person_id)
    given = select(account_roles)
    if account_id is not None:
        query, given = query.where(accounts.c.id == account_id), given.where(account_roles.c.account_id == account_id)
    roles: dict[str, list[RoleGiven]] = defaultdict(list)
    for row in connection.execute(given).mappings():
        roles[row["account_id"]].append(_role(row))
    rows = connection.execute(query).mappings()
    return sorted((_view(row, roles[row["id"]]) for row in rows), key=lambda view: view.login)


def _role(row: RowMapping) -> RoleGiven:
    return RoleGiven(row["role"], scopes.load_or_nothing(row["scope"]), row["origin"])


def _view(row: RowMapping, roles: Iterable[RoleGiven]) -> AccountView:
    order = {role.value: place for place, role in enumerate(Role)}
    return AccountView(
        id=row["id"],
        login=row["login"],
        name=row["name"],
        lang=row["lang"],
        person_id=row["person_id"],
        person_name=row["display_name"] or "",
        roles=tuple(sorted(roles, key=lambda given: (order.get(given.role, len(order)), given.told()))),
        is_enabled=row["disabled_at_ms"] is None,
        has_password=row["password_hash"] is not None,
        must_choose=row["password_hash"] is not None and row["password_changed_at_ms"] is None,
        has_second_factor=row["totp_confirmed_at_ms"] is not None,
        created_at_ms=row["created_at_ms"],
        last_sign_in_ms=row["last_sign_in_ms"],
    )
