"""The services of paired screens on a database of each kind and a real Valkey."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from sqlalchemy import Engine

from dashboard.access import redis_link
from dashboard.access.actor import Actor, Grant
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.access.pairing import Pairing
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.access.screen_wishes import ScreenWishes
from dashboard.access.screens import Screens
from dashboard.access.throttle import Throttle
from dashboard.boards import WALLS
from dashboard.store.engine import writing
from dashboard.store.schema import teams
from tests.access.ledger import Clock
from tests.redis_server import RedisServer, valkey_server
from tests.store.databases import database_url, databases, engine

__all__ = ["database_url", "databases", "engine", "valkey_server"]

SITE = "test"
SALES = Scope(frozenset({"sales"}), frozenset({"sales-team"}))
SUPPORT = Scope(frozenset({"support"}))


@dataclass(frozen=True)
class Room:
    """What a test works with. `tv`: where the TV is, `desk`: where the supervisor sits."""

    screens: Screens
    pairing: Pairing
    clock: Clock
    redis: redis.Redis
    engine: Engine
    server: RedisServer
    tv: str = "10.1.2.3"

    def paired(self, actor: Actor, wishes: ScreenWishes) -> tuple[str, str]:
        """(id, device token) of a screen that was paired as people do it."""
        offer = self.pairing.start(self.tv)
        screen_id = self.screens.pair(actor, offer.code, wishes)
        claimed = self.pairing.look(offer.cookie)
        assert claimed is not None
        token = self.screens.fetch(claimed, self.tv)
        assert token is not None
        return screen_id, token


def supervisor(name: str, scope: Scope, address: str = "10.1.9.9") -> Actor:
    """A 班长 of that scope."""
    return Actor("person", name, name, (Grant.of(Role.SUPERVISOR, scope),), account_id=name, address=address)


MANAGER = Actor("person", "m", "值班经理", (Grant.of(Role.MANAGER, EVERYTHING),), account_id="m", address="10.1.9.1")


def wishes(scope: Scope = SALES, **changed: str) -> ScreenWishes:
    """A sound wish."""
    fields = {"name": "二楼东侧", "board": "default", "lang": "zh-CN", "theme": "dark"} | changed
    return ScreenWishes(scope=scope, **fields)


@pytest.fixture
def room(engine: Engine, tmp_path: Path, valkey_server: RedisServer) -> Iterator[Room]:
    """A site with two teams, one below the other, and nothing paired."""
    clock = Clock()
    link = redis_link.connect(valkey_server.url)
    link.flushdb()
    with writing(engine) as connection:
        connection.execute(teams.insert().values(id="sales-team", name_zh="销售"))
        connection.execute(teams.insert().values(id="night-team", name_zh="夜班", parent_id="sales-team"))
    audit = Audit(engine, Anchor(tmp_path / "heads.log"), now_ms=clock)
    throttle = Throttle(link, SITE, clock)
    pairing = Pairing(SITE, link, throttle, clock)
    screens = Screens(engine, audit, link, SITE, clock, pairing=pairing, throttle=throttle, walls=lambda _: WALLS)
    yield Room(screens, pairing, clock, link, engine, valkey_server)
    link.close()
