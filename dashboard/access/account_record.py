"""What an account may do: read from the database, copied to Redis, made into an actor."""

from __future__ import annotations

from typing import Final

import msgspec
from redis import Redis
from sqlalchemy import Connection, Engine, select

from dashboard.access import scope as scopes
from dashboard.access.actor import Grant
from dashboard.access.asking import asking
from dashboard.access.copies import Copies
from dashboard.access.keys import account_key
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.access.unavailable import AccessUnavailable
from dashboard.store import StoreError
from dashboard.store.engine import reading
from dashboard.store.schema import account_roles, accounts, agents

_KEPT_S: Final = 86_400


class AccountRecord(msgspec.Struct, frozen=True):
    """`roles`: role and scope as the database has it. `agents`: whom the account's person is at the switch.
    `must_choose`: somebody else chose the password. `has_second_factor`: TOTP, confirmed."""

    id: str
    login: str
    name: str
    lang: str
    version: int
    is_enabled: bool
    must_choose: bool
    has_second_factor: bool
    roles: tuple[tuple[str, str], ...]
    agents: tuple[str, ...]

    def grants(self) -> tuple[Grant, ...]:
        """What the roles allow, and where. An agent's own role holds for whom they are at the switch. None while disabled."""
        if not self.is_enabled:
            return ()
        return tuple(Grant.of(role, self._scope(role, where)) for role, where in self.roles)

    def _scope(self, role: str, where: str) -> Scope:
        if role == Role.AGENT:
            return Scope(frozenset(), frozenset(), frozenset(self.agents))
        return scopes.load_or_nothing(where)


def read_account(connection: Connection, site: str, account_id: str) -> AccountRecord | None:
    """As the database has it now; None for an account that is not there."""
    row = connection.execute(select(accounts).where(accounts.c.id == account_id)).mappings().one_or_none()
    if row is None:
        return None
    of_account = account_roles.c.account_id == account_id
    roles = connection.execute(select(account_roles.c.role, account_roles.c.scope).where(of_account)).all()
    own: list[str] = []
    if row["person_id"]:
        theirs = (agents.c.site == site) & (agents.c.person_id == row["person_id"])
        own = list(connection.execute(select(agents.c.id).where(theirs)).scalars())
    return AccountRecord(
        id=row["id"],
        login=row["login"],
        name=row["name"],
        lang=row["lang"],
        version=row["version"],
        is_enabled=row["disabled_at_ms"] is None,
        must_choose=row["password_hash"] is not None and row["password_changed_at_ms"] is None,
        has_second_factor=row["totp_confirmed_at_ms"] is not None,
        roles=tuple(sorted({(role, where) for role, where in roles})),
        agents=tuple(sorted(own)),
    )


class AccountRecords:
    """The records of a site's accounts."""

    def __init__(self, site: str, redis: Redis, engine: Engine) -> None:
        self._site = site
        self._engine = engine
        self._copies = Copies(redis, AccountRecord, kept_s=_KEPT_S)

    def find(self, account_id: str) -> AccountRecord | None:
        """The record; None for no such account. Raises `AccessUnavailable` if neither the database nor a copy says it."""
        try:
            with asking(self._engine) as connection:
                record = read_account(connection, self._site, account_id)
        except StoreError as error:
            copy = self._copies.get(account_key(self._site, account_id))
            if copy is None:
                raise AccessUnavailable("The database is away, and Redis has no copy of this account.") from error
            return copy
        self._keep(record)
        return record

    def renew(self, account_id: str) -> None:
        """Renews the copy after a change. Raises `StoreError`."""
        with reading(self._engine) as connection:
            record = read_account(connection, self._site, account_id)
        self._keep(record)

    def _keep(self, record: AccountRecord | None) -> None:
        if record is not None:
            self._copies.put(account_key(self._site, record.id), record, record.version)
