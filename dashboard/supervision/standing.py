"""The rules as they stand, for who applies them: gateways and control processes. All of it in one reading.

The database alone decides: `fresh`. Its copy in Redis serves gateways, which say why a button is off while the database is away;
by the copy nothing is ever done.
"""

from __future__ import annotations

import contextlib
import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import Final, cast

import msgspec
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Connection, Engine, select

from dashboard.access.asking import asking
from dashboard.access.keys import supervision_key
from dashboard.access.permissions import PERMISSIONS
from dashboard.access.team_tree import parents
from dashboard.access.unavailable import AccessUnavailable
from dashboard.store.engine import StoreError
from dashboard.store.schema import (
    account_roles,
    accounts,
    agents,
    monitored_queues,
    monitoring_rules,
    never_monitored,
    pause_reasons,
    people,
    supervisor_phones,
)
from dashboard.supervision.policy import Phone, Policy
from dashboard.supervision.rights import STEPPING_IN

log = logging.getLogger("floorwatch.supervision")


class Standing(msgspec.Struct, frozen=True):
    """`phones`: by account. `own_agents`: whom each account is at the switch, of those with a role that may step in. `teams`: of each
    claimed agent. `parents`: each team's parent ("" for none). `pause_reasons`: ids of the catalogue. `is_copy`: the database is
    away, and this may be old."""

    policy: Policy = Policy()
    phones: dict[str, Phone] = {}
    own_agents: dict[str, frozenset[str]] = {}
    teams: dict[str, str] = {}
    parents: dict[str, str] = {}
    pause_reasons: frozenset[str] = frozenset()
    is_copy: bool = False


_STANDING: Final = msgspec.json.Decoder(Standing)


class Standings:
    """Reads them. Calls block; safe to use from several threads."""

    def __init__(self, site: str, redis: Redis, engine: Engine) -> None:
        self._site = site
        self._redis = redis
        self._engine = engine

    def fresh(self) -> Standing:
        """As the database has it now. Raises `StoreError`: then nobody knows, and nothing is done."""
        with asking(self._engine) as connection:
            return standing(connection, self._site)

    def shown(self) -> Standing:
        """The same, else the copy. Raises `AccessUnavailable` when neither is there."""
        try:
            found = self.fresh()
        except StoreError as error:
            copy = self._copy()
            if copy is None:
                raise AccessUnavailable(
                    "The database is away, and Redis has no copy of the monitoring rules."
                ) from error
            return msgspec.structs.replace(copy, is_copy=True)
        with contextlib.suppress(RedisError, OSError):
            self._redis.set(supervision_key(self._site), msgspec.json.encode(found))
        return found

    def _copy(self) -> Standing | None:
        try:
            body = cast("bytes | None", self._redis.get(supervision_key(self._site)))
            return None if body is None else _STANDING.decode(body)
        except (RedisError, OSError, msgspec.MsgspecError) as error:
            log.warning("The copy of the monitoring rules cannot be read: %s", error)
            return None


def standing(connection: Connection, site: str) -> Standing:
    """As this transaction sees it."""
    return Standing(
        policy_of(connection, site),
        phones_of(connection, site),
        _own_agents(connection, site),
        _teams(connection, site),
        parents(connection),
        _pause_reasons(connection, site),
    )


def policy_of(connection: Connection, site: str) -> Policy:
    """The rules; where nobody has set any, those that deny."""
    row = connection.execute(select(monitoring_rules).where(monitoring_rules.c.site == site)).mappings().one_or_none()
    marks = connection.execute(select(monitored_queues).where(monitored_queues.c.site == site)).mappings().all()
    listed = select(never_monitored.c.agent).where(never_monitored.c.site == site)
    plain = Policy()
    return Policy(
        announced=frozenset(mark["queue"] for mark in marks if mark["is_announced"]),
        card_queues=frozenset(mark["queue"] for mark in marks if mark["takes_cards"]),
        never=frozenset(connection.execute(listed).scalars()),
        tells_agents=plain.tells_agents if row is None else row["tells_agents"],
        has_tone=plain.has_tone if row is None else row["has_tone"],
        needs_purpose=plain.needs_purpose if row is None else row["needs_purpose"],
        most_min=plain.most_min if row is None else row["most_min"],
        own_calls=plain.own_calls if row is None else row["own_calls"],
    )


def phones_of(connection: Connection, site: str) -> dict[str, Phone]:
    """Everybody's phone, by account."""
    rows = connection.execute(select(supervisor_phones).where(supervisor_phones.c.site == site)).mappings()
    return {
        row["account_id"]: Phone(row["account_id"], row["switch"], row["device"], row["answers_itself"]) for row in rows
    }


def _own_agents(connection: Connection, site: str) -> dict[str, frozenset[str]]:
    stepping = [role.value for role, may in PERMISSIONS.items() if may & STEPPING_IN]
    may_step_in = select(account_roles.c.account_id).where(account_roles.c.role.in_(stepping))
    query = select(accounts.c.id, agents.c.id).join(agents, agents.c.person_id == accounts.c.person_id)
    query = query.where(agents.c.site == site, accounts.c.id.in_(may_step_in))
    found: dict[str, set[str]] = defaultdict(set)
    for account, agent in connection.execute(query).all():
        found[account].add(agent)
    return {account: frozenset(own) for account, own in found.items()}


def _teams(connection: Connection, site: str) -> dict[str, str]:
    query = select(agents.c.id, people.c.team_id).join(people, people.c.id == agents.c.person_id)
    claimed = query.where(agents.c.site == site, people.c.left_at_ms.is_(None), people.c.team_id.is_not(None))
    rows: Sequence[tuple[str, str]] = connection.execute(claimed).all()
    return dict(rows)


def _pause_reasons(connection: Connection, site: str) -> frozenset[str]:
    return frozenset(connection.execute(select(pause_reasons.c.reason).where(pause_reasons.c.site == site)).scalars())
