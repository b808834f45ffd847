"""The historian sends what is due, whatever else it does; a mail server that hangs holds up no event."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import insert

from dashboard.access.scope import EVERYTHING, dump
from dashboard.floor.checkpoint import FOLD_VERSION
from dashboard.history import HistoryConfig, run
from dashboard.reports.schedules.timing import timing
from dashboard.store import Checkpoints, open_store, upgrade
from dashboard.store.engine import writing
from dashboard.store.schema import account_roles, accounts, report_schedules
from tests.mail.post_office import post_office
from tests.patience import HANG_S
from tests.redis_server import RedisServer, scenario
from tests.replica.recorded import facts, writer


@scenario
async def test_what_is_due_goes_out_while_the_stream_is_followed(valkey: RedisServer, tmp_path: Path) -> None:
    url, now_ms = f"sqlite:///{tmp_path}/floor.db", time.time_ns() // 1_000_000
    engine = open_store(url)
    upgrade(engine)
    daily = timing("day", "08:30").dump()
    with writing(engine) as connection:
        account = {"id": "a", "login": "a", "name": "王芳", "created_at_ms": 0, "version": 1}
        connection.execute(insert(accounts).values(account))
        role = {"account_id": "a", "role": "manager", "scope": dump(EVERYTHING), "origin": "hand"}
        connection.execute(insert(account_roles).values(role))
        row = {
            "id": "s", "site": "main", "account_id": "a", "name": "日报", "question": "report=queues&days=yesterday", "timing": daily,
            "time_zone": "Asia/Shanghai", "recipients": '["boss@example.com"]', "format": "xlsx", "lang": "zh-CN", "is_on": True,
            "next_at_ms": now_ms - 1000, "changed_at_ms": 0,
        }  # fmt: skip
        connection.execute(insert(report_schedules).values(row))
    with post_office(tmp_path) as office:
        office.waits_s = HANG_S
        config = HistoryConfig(
            "main",
            valkey.url,
            url,
            audit_anchor=str(tmp_path / "heads.log"),
            mail=office.settings(),
            checkpoint_every_s=0.05,
        )
        async with valkey.client() as client:
            task = asyncio.create_task(run(config))
            while not office.received:
                await asyncio.sleep(0.01)
            last_id = await (await writer(client)).append(facts()[:300])
            kept = Checkpoints(engine, "main", FOLD_VERSION)
            while last_id not in kept.positions():
                await asyncio.sleep(0.01)
            assert not office.answered, "all of this while the mail server had not answered yet"
            office.waits_s = 0  # nobody needs its answer any more
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    assert [got.to for got in office.received] == [("boss@example.com",)]
    engine.dispose()
