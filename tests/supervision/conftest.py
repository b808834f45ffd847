"""The services of monitoring on a database of each kind and a real Valkey, with a floor of two teams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import Engine

from dashboard.access import notices, redis_link
from dashboard.access.actor import Actor, Grant
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.access.keys import notices_channel
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.store import open_store
from dashboard.store.engine import writing
from dashboard.store.schema import account_roles, accounts, agents, pause_reasons, people, teams
from dashboard.supervision.history import SessionHistory
from dashboard.supervision.messages import Messages
from dashboard.supervision.phones import Phones
from dashboard.supervision.policies import Policies
from dashboard.supervision.standing import Standings
from tests.access.ledger import Clock
from tests.patience import HANG_S
from tests.redis_server import RedisServer, valkey_server
from tests.store.databases import database_url, databases, engine

__all__ = ["database_url", "databases", "engine", "valkey_server"]

SITE = "test"
AWAY = "postgresql+psycopg://nobody@127.0.0.1:9/none"
"""A database at which nobody answers."""


def person(role: Role, scope: Scope = EVERYTHING, name: str = "sup") -> Actor:
    """A signed-in person with this one role."""
    return Actor("person", name, name, (Grant.of(role, scope),), account_id=name, session="s", address="10.1.9.1")


@dataclass(frozen=True)
class Room:
    """What a test works with. Anna (PJSIP/1001) is of the sales team, Bea (PJSIP/1002) of support; `sup` is Bea's account."""

    engine: Engine
    redis: redis.Redis
    clock: Clock
    policies: Policies
    phones: Phones
    messages: Messages
    history: SessionHistory
    standings: Standings

    def without_database(self) -> Standings:
        """As a gateway that cannot reach the database reads them."""
        return Standings(SITE, self.redis, open_store(AWAY))

    def listening(self) -> Any:
        """A subscription to what is told from now on."""
        heard: Any = self.redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        heard.subscribe(notices_channel(SITE))
        heard.get_message(timeout=HANG_S)
        return heard

    @staticmethod
    def next_of(heard: Any) -> notices.Notice | None:
        """What was told first of what is unread."""
        return notices.decode(heard.get_message(timeout=HANG_S)["data"])


@pytest.fixture
def room(engine: Engine, tmp_path: Path, valkey_server: RedisServer) -> Iterator[Room]:
    clock = Clock()
    link = redis_link.connect(valkey_server.url)
    link.flushdb()
    plain = {"changed_at_ms": 0}
    with writing(engine) as connection:
        connection.execute(teams.insert(), [{"id": "sales-team"}, {"id": "support-team"}])
        for place, (name, team) in enumerate((("Anna", "sales-team"), ("Bea", "support-team")), 1):
            connection.execute(people.insert().values(id=name, display_name=name, team_id=team, **plain))
            row = {"site": SITE, "id": f"PJSIP/100{place}", "person_id": name, "is_set_aside": False}
            connection.execute(agents.insert().values(row))
        for name, of in (("sup", "Bea"), ("other", None), ("anna", "Anna")):
            row = {"id": name, "login": name, "name": name, "person_id": of, "created_at_ms": 0, "version": 1}
            connection.execute(accounts.insert().values(row))
        role = {"role": "supervisor", "scope": '{"all":true}', "origin": "hand"}
        connection.execute(account_roles.insert(), [{"account_id": name, **role} for name in ("sup", "other")])
        reason = {"site": SITE, "reason": "lunch", "category": "rest", "limit_s": 0, "quota": 0}
        connection.execute(pause_reasons.insert().values(reason))
    audit = Audit(engine, Anchor(tmp_path / "heads.log"), now_ms=clock)
    yield Room(
        engine,
        link,
        clock,
        Policies(engine, audit, link, SITE, clock),
        Phones(engine, audit, link, SITE, clock, ("pbx", "branch")),
        Messages(engine, audit, link, SITE, clock),
        SessionHistory(engine, audit, SITE, clock),
        Standings(SITE, link, engine),
    )
    link.close()
