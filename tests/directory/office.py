"""What tests of the directory share: an office with a directory, what its switch shows, and who asks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Engine, func, select

from collectors.events import FloorSettings
from dashboard.access.actor import Actor, Grant
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.access.notices import Notice
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.directory import Directory
from dashboard.directory.outbox import Outbox
from dashboard.directory.seen import Seen
from dashboard.directory.settings_of import rows_of, settings_of
from dashboard.store.engine import reading
from dashboard.store.schema import settings_outbox
from tests.access.ledger import Clock, lines_of

SITE = "main"


def actor(role: Role, scope: Scope = EVERYTHING, *, name: str = "陈主管") -> Actor:
    """A person with one role in a scope."""
    return Actor("person", f"id-{role}", name, (Grant.of(role, scope),), account_id=f"id-{role}", address="10.0.0.7")


ADMIN = actor(Role.ADMIN)


class Office:
    """A directory with its log, its outbox, and what it told."""

    def __init__(self, engine: Engine, folder: Path, site: str = SITE) -> None:
        self.engine = engine
        self.site = site
        self.clock = Clock()
        self.audit = Audit(engine, Anchor(folder / "audit-heads.log"), now_ms=self.clock)
        self.seen = Seen()
        self.told: list[Notice] = []
        self.directory = Directory(
            engine, self.audit, site, seen=lambda: self.seen, tell=self.told.append, now_ms=self.clock
        )

    @property
    def settings(self) -> FloorSettings:
        """What the tables say."""
        with reading(self.engine) as connection:
            return settings_of(rows_of(connection, self.site))

    @property
    def told_settings(self) -> FloorSettings | None:
        """What the newest row of the outbox says."""
        row = Outbox(self.engine, self.site).newest()
        return None if row is None else row.settings

    @property
    def all_told(self) -> list[FloorSettings]:
        """What each row of the outbox says, oldest first."""
        with reading(self.engine) as connection:
            mine = select(settings_outbox.c.settings).where(settings_outbox.c.site == self.site)
            rows = connection.execute(mine.order_by(settings_outbox.c.id)).scalars()
            return [msgspec.msgpack.decode(row, type=FloorSettings) for row in rows]

    @property
    def outbox_rows(self) -> int:
        """How many rows were written for the site."""
        with reading(self.engine) as connection:
            query = select(func.count()).where(settings_outbox.c.site == self.site)
            return connection.execute(query).scalar_one()

    def log(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Every line so far: action, target's id, details."""
        return [(line.action, line.target_id, json.loads(line.details)) for line in lines_of(self.engine)]

    def traces(self) -> tuple[int, int, int]:
        """Lines, outbox rows and notices so far: what a refused change leaves as it was."""
        return len(lines_of(self.engine)), self.outbox_rows, len(self.told)
