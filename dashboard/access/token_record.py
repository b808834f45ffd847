"""What an API token opens: found by its digest, in the database or in its copy."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from typing import Final

import msgspec
from redis import Redis
from sqlalchemy import Connection, Engine, or_, select, update

from dashboard.access.asking import asking
from dashboard.access.copies import Copies
from dashboard.access.keys import token_key
from dashboard.access.permissions import TOKEN_PERMISSIONS, Permission
from dashboard.access.scope import Scope, load_or_nothing
from dashboard.access.unavailable import AccessUnavailable
from dashboard.store import StoreError
from dashboard.store.engine import reading, writing
from dashboard.store.schema import api_tokens

FORM: Final = re.compile(r"fw_[0-9A-Za-z]{43}", re.ASCII)
"""256 random bits in base 62, with a beginning by which scanners of source code know it."""

_KEPT_S: Final = 86_400
_USED_EVERY_MS: Final = 60_000


class TokenRecord(msgspec.Struct, frozen=True):
    """`permissions` and `scope` (as `dashboard.access.scope.dump` writes it): what it was given; it may do what of it its
    owner may at that moment, there."""

    id: str
    account_id: str
    name: str
    permissions: tuple[str, ...]
    scope: str
    expires_at_ms: int
    is_revoked: bool

    @property
    def allowed(self) -> frozenset[Permission]:
        """What of it a token may be given in this release."""
        return frozenset(one for one in TOKEN_PERMISSIONS if one.value in self.permissions)

    @property
    def where(self) -> Scope:
        """How far it reaches at most."""
        return load_or_nothing(self.scope)


class TokenRecords:
    """The tokens' records of a site."""

    def __init__(self, site: str, redis: Redis, engine: Engine, now_ms: Callable[[], int]) -> None:
        self._site = site
        self._engine = engine
        self._now_ms = now_ms
        self._copies = Copies(redis, TokenRecord, kept_s=_KEPT_S)

    def find(self, token_hash: str) -> TokenRecord | None:
        """A token that counts now; None for none, a revoked or an expired one. Raises `AccessUnavailable`."""
        try:
            with asking(self._engine) as connection:
                record = _read(connection, token_hash)
            self._keep(token_hash, record)
        except StoreError as error:
            record = self._copies.get(token_key(self._site, token_hash))
            if record is None:
                raise AccessUnavailable("The database is away, and Redis has no copy of this token.") from error
        if record is None or record.is_revoked or record.expires_at_ms <= self._now_ms():
            return None
        return record

    def renew(self, token_hash: str) -> None:
        """Renews the copy after a change. Raises `StoreError`."""
        with reading(self._engine) as connection:
            record = _read(connection, token_hash)
        self._keep(token_hash, record)

    def used(self, token_id: str) -> None:
        """Notes when it was last used: once a minute, and not while the database is away."""
        now, table = self._now_ms(), api_tokens.c
        is_due = or_(table.last_used_at_ms.is_(None), table.last_used_at_ms <= now - _USED_EVERY_MS)
        with contextlib.suppress(StoreError):
            with asking(self._engine) as connection:
                if connection.execute(select(table.id).where(table.id == token_id, is_due)).first() is None:
                    return
            with writing(self._engine) as connection:
                connection.execute(update(api_tokens).where(table.id == token_id).values(last_used_at_ms=now))

    def _keep(self, token_hash: str, record: TokenRecord | None) -> None:
        """A revoked one stays revoked in its copy."""
        if record is not None:
            self._copies.put(token_key(self._site, token_hash), record, version=int(record.is_revoked))


def _read(connection: Connection, token_hash: str) -> TokenRecord | None:
    row = connection.execute(select(api_tokens).where(api_tokens.c.token_hash == token_hash)).mappings().first()
    if row is None:
        return None
    return TokenRecord(
        id=row["id"],
        account_id=row["account_id"],
        name=row["name"],
        permissions=tuple(json.loads(row["permissions"])),
        scope=row["scope"],
        expires_at_ms=row["expires_at_ms"],
        is_revoked=row["revoked_at_ms"] is not None,
    )
