"""A shelf of leaderboards on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dashboard.access import redis_link
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.store.engine import writing
from dashboard.store.schema import teams
from tests.access.ledger import Clock
from tests.leaderboards.hall import NOW_MS, Hall
from tests.redis_server import RedisServer, server, valkey, valkey_server
from tests.store.databases import database_url, databases, engine

__all__ = ["database_url", "databases", "engine", "server", "valkey", "valkey_server"]


@pytest.fixture
def hall(engine: Engine, tmp_path: Path, valkey_server: RedisServer) -> Iterator[Hall]:
    """A site with two teams and one below, and no leaderboard."""
    link = redis_link.connect(valkey_server.url)
    link.flushdb()
    with writing(engine) as connection:
        connection.execute(teams.insert().values(id="sales-team", name_en="Sales"))
        connection.execute(teams.insert().values(id="night-team", name_en="Night", parent_id="sales-team"))
        connection.execute(teams.insert().values(id="support-team", name_en="Support"))
    clock = Clock(NOW_MS)
    yield Hall(engine, link, Audit(engine, Anchor(tmp_path / "heads.log"), now_ms=clock), clock)
    link.close()
