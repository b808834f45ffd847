"""The historian purges the audit log of what is too old, and a database outage does not end it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import Engine

from dashboard.access.actor import system
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.access.audit_keeping import Purged
from dashboard.history.audit_retention import AuditRetention
from dashboard.store import open_store
from tests.access.ledger import Clock, lines_of
from tests.patience import HANG_S

DAY_MS = 86_400_000


def test_what_is_too_old_goes_at_the_next_look(engine: Engine, tmp_path: Path) -> None:
    clock = Clock()
    audit = Audit(engine, Anchor(tmp_path / "heads"), now_ms=clock)
    audit.record(system("test"), "queue.changed")
    retention = AuditRetention(audit, 200, every_s=0.01)

    async def story() -> None:
        assert await retention.look() is None
        clock.ms += 201 * DAY_MS
        task = asyncio.create_task(retention.run())
        async with asyncio.timeout(HANG_S):
            while [line.action for line in lines_of(engine)] != ["audit.purged"]:
                await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(story())
    assert lines_of(engine)[0].actor_name == "floorwatch history"
    assert asyncio.run(AuditRetention(audit, 200).look()) is None
    clock.ms += 201 * DAY_MS
    assert asyncio.run(AuditRetention(audit, 200).look()) == Purged(2, 2)


def test_a_database_that_is_away_is_waited_out(tmp_path: Path) -> None:
    (tmp_path / "floor.sqlite").mkdir()
    away = Audit(open_store(f"sqlite:///{tmp_path}/floor.sqlite"), Anchor(tmp_path / "heads"))
    assert asyncio.run(AuditRetention(away, 200).look()) is None
