"""What is on record of a command and its session, on both databases: before, after, and across an outage."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from dashboard.access.actor import Actor, Grant
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.access.permissions import Role
from dashboard.control.records import CONTROL, Entry, Records
from dashboard.store import StoreError
from dashboard.store.engine import reading
from dashboard.store.schema import monitoring_sessions
from dashboard.supervision.commands import Request
from dashboard.supervision.reasons import Reason
from tests.access.ledger import Clock, lines_of
from tests.asterisk.loop import ManualClock, in_loop

ANNA = Actor("person", "a1", "Anna", (Grant.of(Role.SUPERVISOR),), account_id="a1", session="s", address="10.0.0.9")
ASKED = Request(
    "0123456789abcdef", "monitor.start", "pbx", "a1", "s", "10.0.0.9", 1_000,
    agent="PJSIP/1001", visit="pbx/b/1.1/1", mode="listen", purpose="caller 13800138000\nis angry",
)  # fmt: skip
ENTRY = Entry(ASKED, ANNA, "PJSIP/1001", "Wang", "sales", "listen", "PJSIP/8001", opens=True)


def records_on(engine: Engine, folder: Path, switch: str = "pbx") -> Records:
    return Records(Audit(engine, Anchor(folder / "heads"), now_ms=Clock()), "main", switch, ManualClock(9_000))


def rows(engine: Engine) -> list[Any]:
    with reading(engine) as connection:
        return list(connection.execute(select(monitoring_sessions)).mappings())


@in_loop
async def written(engine: Engine, folder: Path) -> None:
    records = records_on(engine, folder)
    records.audited(ENTRY)
    records.began(ASKED.id, 2_000, "listen")
    records.switched(ASKED.id, [(2_000, "listen"), (3_000, "whisper")])
    records.ended(ASKED, ANNA, "ended", Reason.STOPPED, 4_000, [(2_000, "listen"), (3_000, "whisper")])
    records.denied(ANNA, ASKED, Reason.NOT_ANNOUNCED)
    records.unexplained("7.7", "PJSIP/8003", "PJSIP/1001", "")
    await records.flush()


def test_a_session_is_on_record_from_before_it_began_to_its_end(engine: Engine, tmp_path: Path) -> None:
    written(engine, tmp_path)
    (row,) = rows(engine)
    assert (row["began_at_ms"], row["ended_at_ms"], row["state"], row["reason"]) == (2_000, 4_000, "ended", "stopped")
    assert json.loads(row["modes"]) == [[2_000, "listen"], [3_000, "whisper"]]
    assert (row["account_id"], row["queue"], row["via"]) == ("a1", "sales", "phone")
    assert "13800138000" not in row["purpose"]
    assert "\n" not in row["purpose"]
    lines = lines_of(engine)
    assert [(line.action, line.result) for line in lines] == [
        ("monitor.start", "ok"),
        ("monitoring.ended", "ok"),
        ("monitor.start", "denied"),
        ("monitoring.unexplained", "alert"),
    ]
    assert (lines[0].actor_id, lines[0].address, lines[0].target_id) == ("a1", "10.0.0.9", "PJSIP/1001")
    assert lines[3].actor_id == CONTROL.id


def test_what_an_earlier_process_left_open_is_closed_once_for_its_own_switch(engine: Engine, tmp_path: Path) -> None:
    records_on(engine, tmp_path).audited(ENTRY)
    records_on(engine, tmp_path, "other").left_open()
    assert rows(engine)[0]["ended_at_ms"] is None
    records_on(engine, tmp_path).left_open()
    records_on(engine, tmp_path).left_open()
    (row,) = rows(engine)
    assert (row["ended_at_ms"], row["state"], row["reason"]) == (9_000, "ended", "control_restarted")
    assert [line.action for line in lines_of(engine)].count("monitoring.ended") == 1


def test_what_comes_after_waits_for_the_database_in_its_order(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @in_loop
    async def story() -> None:
        records = records_on(engine, tmp_path)
        clock = records._clock
        assert isinstance(clock, ManualClock)
        records.audited(ENTRY)
        with monkeypatch.context() as away:
            away.setattr("dashboard.control.records.writing", _fails)
            records.began(ASKED.id, 2_000, "listen")
            records.ended(ASKED, ANNA, "ended", Reason.HUNG_UP, 4_000, [])
            writer = asyncio.create_task(records.run())
            while not clock.sleepers:
                await asyncio.sleep(0.01)
            assert records.unwritten == 2
        await clock.advance(2)
        while records.unwritten:
            await asyncio.sleep(0.01)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)

    story()
    (row,) = rows(engine)
    assert (row["began_at_ms"], row["state"], row["reason"]) == (2_000, "ended", "hung_up")


def _fails(_engine: Engine) -> Any:
    raise StoreError("The database is away.")
