"""API tokens: a person's key for a program, that may do a part of what the person may, in a part of where, for a time.

Shown once, kept as SHA-256. What a token may do and where is looked up at each use: it shrinks with its owner's roles and ends
with the account. A revoked one stays revoked in its copy too.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Connection, Engine, RowMapping, insert, select, update

from dashboard.access.actor import Actor
from dashboard.access.audit import Audit, Target
from dashboard.access.keys import digest
from dashboard.access.notices import Notice, publish
from dashboard.access.permissions import TOKEN_PERMISSIONS, Permission
from dashboard.access.reach import require_everywhere, require_own
from dashboard.access.scope import EVERYTHING, NOTHING, Scope, dump, load_or_nothing
from dashboard.access.team_tree import parents
from dashboard.access.token_record import TokenRecords
from dashboard.refusal import Refused
from dashboard.store import StoreError
from dashboard.store.engine import reading
from dashboard.store.schema import api_tokens

LONGEST_DAYS: Final = 365
MOST: Final = 50
"""Tokens of one account that count at once."""

WHOLE_ONLY: Final = frozenset({Permission.OWN_VIEW, Permission.AUDIT_EXPORT, Permission.METRICS_READ})
"""About oneself or the system, not about a part of the floor: a limit to queues or teams would leave nothing, or limit nothing."""

_LONGEST_SCOPE: Final = 20_000
_DAY_MS: Final = 86_400_000
_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LENGTH: Final = 43
_NAME_LENGTH: Final = 100

log = logging.getLogger("floorwatch.access")


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token in the list. `scope` everything: as far as its owner's. Times in ms, None for never."""

    id: str
    account_id: str
    name: str
    permissions: tuple[str, ...]
    scope: Scope
    created_at_ms: int
    expires_at_ms: int
    last_used_at_ms: int | None
    revoked_at_ms: int | None


class Tokens:
    """The tokens, as one site's processes use them."""

    def __init__(self, engine: Engine, audit: Audit, redis: Redis, site: str, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._audit = audit
        self._redis = redis
        self._site = site
        self._now_ms = now_ms
        self._records = TokenRecords(site, redis, engine, now_ms)

    def offered(self, actor: Actor) -> list[Permission]:
        """What this person could give to a token, in the table's order."""
        require_own(actor)
        return [one for one in Permission if one in TOKEN_PERMISSIONS and actor.may(one)]

    def limitable(self, actor: Actor) -> Scope:
        """Where the queues and teams lie to which this person could limit a token."""
        found = NOTHING
        for permission in self.offered(actor):
            if permission not in WHOLE_ONLY:
                found = found | actor.scope(permission)
        return found

    def make(
        self, actor: Actor, name: str, permissions: Iterable[str], days: int, scope: Scope = EVERYTHING
    ) -> tuple[str, str]:
        """A new token of one's own: its id, and the token itself, to be shown this once. `scope`: within one's own, for each
        of the permissions; everything: as far as one's own goes, now and later."""
        account_id = require_own(actor)
        name, wanted = " ".join(name.split()), set(permissions)
        self._check(actor, name, wanted, days)
        secret, now, token_id = _new_token(), self._now_ms(), secrets.token_hex(8)
        given = [one for one in Permission if one.value in wanted]
        row = {
            "id": token_id,
            "account_id": account_id,
            "name": name,
            "token_hash": digest(secret),
            "permissions": json.dumps(given),
            "scope": dump(scope),
            "created_at_ms": now,
            "expires_at_ms": now + days * _DAY_MS,
        }
        with self._audit.writing() as connection:
            mine = select(api_tokens.c.id).where(
                api_tokens.c.account_id == account_id,
                api_tokens.c.revoked_at_ms.is_(None),
                api_tokens.c.expires_at_ms > now,
            )
            if len(connection.execute(mine).all()) >= MOST:
                raise Refused("token.refused.too_many", count=MOST)
            _check_scope(connection, actor, given, scope)
            connection.execute(insert(api_tokens).values(row))
            details = {"after": {"permissions": given, "scope": row["scope"], "days": days}}
            self._audit.append(connection, actor, "token.made", Target("token", token_id, name), details=details)
        return token_id, secret

    def own(self, actor: Actor) -> list[TokenView]:
        """One's own, newest first, the revoked and expired ones too."""
        return self._of(require_own(actor))

    def of(self, actor: Actor, account_id: str) -> list[TokenView]:
        """Another's."""
        require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        return self._of(account_id)

    def revoke(self, actor: Actor, token_id: str) -> None:
        """Ends one of one's own, or (ACCOUNTS_EDIT) anybody's. Nothing for one that has ended, or is not there."""
        with reading(self._engine) as connection:
            row = connection.execute(select(api_tokens).where(api_tokens.c.id == token_id)).mappings().first()
        if row is not None and row["account_id"] == actor.account_id:
            require_own(actor)
        else:
            require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        if row is not None and row["revoked_at_ms"] is None:
            self._revoke(actor, row)

    # ------------------------------------------------------------------------------------------------------------------

    def _revoke(self, actor: Actor, row: RowMapping) -> None:
        with self._audit.writing() as connection:
            is_it = (api_tokens.c.id == row["id"]) & api_tokens.c.revoked_at_ms.is_(None)
            connection.execute(update(api_tokens).where(is_it).values(revoked_at_ms=self._now_ms()))
            self._audit.append(connection, actor, "token.revoked", Target("token", row["id"], row["name"]))
        try:
            self._records.renew(row["token_hash"])
            publish(self._redis, self._site, Notice("token", row["id"]))
        except (StoreError, RedisError, OSError) as error:
            log.warning("A revoked token is not told yet: %s", error)

    def _check(self, actor: Actor, name: str, wanted: set[str], days: int) -> None:
        if not name or len(name) > _NAME_LENGTH or not name.isprintable():
            raise Refused("token.refused.name_form", "name")
        if not wanted or not wanted <= {one.value for one in self.offered(actor)}:
            raise Refused("token.refused.permissions", "permissions")
        if not 1 <= days <= LONGEST_DAYS:
            raise Refused("token.refused.days", "days", days=LONGEST_DAYS)

    def _of(self, account_id: str) -> list[TokenView]:
        with reading(self._engine) as connection:
            rows = connection.execute(select(api_tokens).where(api_tokens.c.account_id == account_id)).mappings().all()
        return sorted((_view(row) for row in rows), key=lambda view: (-view.created_at_ms, view.id))


def _check_scope(connection: Connection, actor: Actor, given: Iterable[Permission], scope: Scope) -> None:
    if scope.is_everything:
        return
    if not scope.queues and not scope.teams:
        raise Refused("token.refused.scope_missing", "scope")
    if not WHOLE_ONLY.isdisjoint(given):
        raise Refused("token.refused.scope_whole", "scope")
    tree = parents(connection)
    is_within = all(actor.scope(permission).covers(scope, tree) for permission in given)
    if not is_within or len(dump(scope)) > _LONGEST_SCOPE:
        raise Refused("token.refused.scope", "scope")


def _new_token() -> str:
    """62^43 is just over 2^256."""
    return "fw_" + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def _view(row: RowMapping) -> TokenView:
    return TokenView(
        id=row["id"],
        account_id=row["account_id"],
        name=row["name"],
        permissions=tuple(json.loads(row["permissions"])),
        scope=load_or_nothing(row["scope"]),
        created_at_ms=row["created_at_ms"],
        expires_at_ms=row["expires_at_ms"],
        last_used_at_ms=row["last_used_at_ms"],
        revoked_at_ms=row["revoked_at_ms"],
    )
