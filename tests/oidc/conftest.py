"""The databases, a Redis, and the services around a sign-in by the provider."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from sqlalchemy import Engine

from collectors.stream.embedded import bundled
from dashboard.access import redis_link
from dashboard.access.accounts import Accounts
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.access.doorkeeper import Doorkeeper
from dashboard.access.oidc import Oidc
from dashboard.access.oidc_link import Line
from dashboard.access.oidc_pending import PendingSignIns
from dashboard.access.oidc_people import OidcPeople
from dashboard.access.passwords import Cost, Passwords
from dashboard.access.sessions import Sessions
from dashboard.access.throttle import Throttle
from dashboard.settings import AccessSettings, OidcSettings
from dashboard.store.engine import open_store
from tests.access.ledger import Clock
from tests.oidc.hostile_provider import NOW_S, HostileProvider, hostile_provider
from tests.redis_server import RedisServer, running
from tests.store.databases import Databases, database_url, databases, engine

__all__ = ["database_url", "databases", "engine"]

CHEAP = Cost(passes=1, memory_kib=64)


@pytest.fixture(scope="package")
def redis_server() -> Iterator[RedisServer]:
    with running(bundled()) as started:
        yield started


@pytest.fixture
def liar() -> Iterator[HostileProvider]:
    """A provider that lies on demand."""
    with hostile_provider() as provider:
        yield provider


@dataclass
class Site:
    """The services of one site that sign-in needs."""

    engine: Engine
    redis: redis.Redis
    audit: Audit
    accounts: Accounts
    sessions: Sessions
    doorkeeper: Doorkeeper
    clock: Clock

    def oidc(self, settings: OidcSettings) -> Oidc:
        """Sign-in by this provider."""
        people = OidcPeople(self.engine, self.accounts, self.audit)
        pending = PendingSignIns("main", self.redis)
        return Oidc(settings, pending, people, self.clock, second_factor=("admin",), line=Line())


@pytest.fixture
def site(engine: Engine, redis_server: RedisServer, tmp_path: Path) -> Iterator[Site]:
    """On each database, for what is asked of it."""
    with running_site(engine, redis_server, tmp_path) as found:
        yield found


@pytest.fixture
def plain_site(redis_server: RedisServer, tmp_path: Path) -> Iterator[Site]:
    """On SQLite alone, for what no database could answer otherwise."""
    made = Databases("sqlite", tmp_path)
    engine = open_store(made.migrated())
    with running_site(engine, redis_server, tmp_path) as found:
        yield found
    engine.dispose()


@contextmanager
def running_site(engine: Engine, redis_server: RedisServer, folder: Path) -> Iterator[Site]:
    clock, rules = Clock(NOW_S * 1000), AccessSettings()
    link = redis_link.connect(redis_server.url)
    link.flushall()
    audit = Audit(engine, Anchor(folder / "heads.log"), now_ms=clock)
    sessions, throttle = Sessions(link, "main", rules, audit, clock), Throttle(link, "main", clock)
    passwords = Passwords("main", CHEAP)
    accounts = Accounts(engine, audit, link, "main", clock, passwords=passwords, throttle=throttle, sessions=sessions)
    yield Site(engine, link, audit, accounts, sessions, Doorkeeper("main", link, engine, rules, clock), clock)
    link.close()
