"""People with accounts, in two teams, on a database of each kind and a real Valkey."""

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
from dashboard.access.audit_line import AuditLine
from dashboard.access.keys import notices_channel
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.directory import Directory
from dashboard.directory.seen import Seen, SeenAgent
from dashboard.leaderboards.people.appearances import Appearances
from dashboard.leaderboards.people.appearing import Appearing, appearing
from dashboard.store.engine import reading, writing
from dashboard.store.schema import accounts, agents, people, teams
from tests.access.ledger import Clock, lines_of
from tests.patience import HANG_S
from tests.redis_server import RedisServer, valkey_server
from tests.store.databases import database_url, databases, engine

__all__ = ["database_url", "databases", "engine", "valkey_server"]

SITE = "main"
PEOPLE = {
    "li": ("李文博", "文博", "0417", "sales-team", "PJSIP/1001"),
    "wang": ("王芳", "", "0418", "sales-team", "PJSIP/1002"),
    "ann": ("Ann Lee", "", None, "support-team", "PJSIP/1003"),
}


def person(name: str, role: Role = Role.AGENT, scope: Scope = EVERYTHING) -> Actor:
    """A signed-in person with one role; the account of that name is theirs."""
    return Actor("person", name, name, (Grant.of(role, scope),), account_id=name, session="s", address="10.0.0.7")


SALES = person("sally", Role.SUPERVISOR, Scope(frozenset({"sales"}), frozenset({"sales-team"})))
SUPPORT = person("sam", Role.SUPERVISOR, Scope(frozenset({"support"}), frozenset({"support-team"})))


@dataclass(frozen=True)
class Room:
    """What a test works with. Each of `PEOPLE` has an account of their own and one agent; Ann serves the queue `sales` too."""

    engine: Engine
    redis: redis.Redis
    clock: Clock
    audit: Audit
    appearances: Appearances

    def known(self) -> dict[str, Appearing]:
        """As gateways read it."""
        with reading(self.engine) as connection:
            return appearing(connection, SITE)

    def lines(self) -> list[AuditLine]:
        """The audit log."""
        return lines_of(self.engine)

    def change_person(self, person_id: str, **values: Any) -> None:
        """What the directory does."""
        with writing(self.engine) as connection:
            connection.execute(people.update().where(people.c.id == person_id).values(values))

    def leaves(self, person_id: str) -> None:
        """They work here no more."""
        Directory(self.engine, self.audit, SITE, now_ms=self.clock).people.leave(
            person("boss", Role.MANAGER), person_id
        )

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
    with writing(engine) as connection:
        connection.execute(teams.insert(), [{"id": "sales-team"}, {"id": "support-team"}])
        for id_, (name, nickname, number, team, agent) in PEOPLE.items():
            row = {"id": id_, "display_name": name, "nickname": nickname, "staff_number": number, "team_id": team}
            connection.execute(people.insert().values(**row, changed_at_ms=0))
            claimed = {"site": SITE, "id": agent, "person_id": id_, "is_set_aside": False}
            connection.execute(agents.insert().values(claimed))
        for name in (*PEOPLE, "sally", "sam"):
            of = name if name in PEOPLE else None
            account = {"id": name, "login": name, "name": name, "person_id": of, "created_at_ms": 0, "version": 1}
            connection.execute(accounts.insert().values(account))
    audit = Audit(engine, Anchor(tmp_path / "heads.log"), now_ms=clock)
    seen = Seen(1, (SeenAgent("PJSIP/1003", queues=("support",)), SeenAgent("PJSIP/1002", queues=("sales",))))
    yield Room(engine, link, clock, audit, Appearances(engine, audit, link, SITE, clock, lambda: seen))
    link.close()
