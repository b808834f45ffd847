"""The databases, the audit log, the clock, Redis and the rooms of these tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine

from collectors.stream.embedded import bundled
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.access.redis_link import command, connect
from tests.access.ledger import Clock
from tests.access.rooms import Rooms
from tests.redis_server import RedisServer, running, valkey
from tests.store.databases import database_url, databases, engine

__all__ = ["database_url", "databases", "engine", "valkey"]


@pytest.fixture
def clock() -> Clock:
    """A clock that stands until the test moves it."""
    return Clock()


@pytest.fixture
def audit(engine: Engine, tmp_path: Path, clock: Clock) -> Audit:
    """An empty audit log."""
    return Audit(engine, Anchor(tmp_path / "audit-heads.log"), now_ms=clock)


@pytest.fixture(scope="package")
def shared_valkey() -> Iterator[RedisServer]:
    """One server for all tests that leave it running."""
    with running(bundled()) as server:
        yield server


@pytest.fixture
def redis(shared_valkey: RedisServer) -> Iterator[Redis]:
    """An empty Redis."""
    link = connect(shared_valkey.url)
    command(link, "FLUSHALL")
    yield link
    link.close()


@pytest.fixture
def rooms(engine: Engine, redis: Redis, clock: Clock, audit: Audit, tmp_path: Path) -> Rooms:
    """All rooms of access, empty."""
    return Rooms(engine, redis, clock, audit, tmp_path)
