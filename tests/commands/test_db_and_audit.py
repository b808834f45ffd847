"""`floorwatch db …` and `floorwatch audit …` as people type them, on both databases: what is said, what is left, which code."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from dashboard.access.actor import Actor
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.sheets import read
from dashboard.store import open_store
from dashboard.store.engine import reading, writing
from dashboard.store.migrate import newest
from dashboard.store.schema import audit_lines, teams
from tests.access.ledger import lines_of
from tests.commands.typed import Run, typed
from tests.store.databases import Databases

__all__ = ["typed"]

DAY_MS = 86_400_000


@pytest.fixture
def database_url(databases: Databases) -> str:
    """Of a database that is empty at first."""
    return databases.empty()


def test_from_nothing_to_a_backup_and_back(typed: Run, database_url: str, tmp_path: Path) -> None:
    assert "run floorwatch db upgrade" in typed("audit", "verify").stderr
    assert typed("audit", "verify").exit_code == 1
    assert f"schema none → {newest()}" in typed("db", "upgrade").stdout
    assert "already" in typed("db", "upgrade").stdout
    assert typed("audit", "verify").stdout == "The audit log is intact: no lines.\n"

    file = tmp_path / "floor.backup"
    engine = open_store(database_url)
    with writing(engine) as connection:
        connection.execute(insert(teams).values(id="sales"))
    done = typed("db", "backup", file)
    assert (done.exit_code, " 2 rows, schema " in done.stdout) == (0, True), done.output
    assert "access.key, which opens the second factors" in done.stdout
    assert "name a new file" in typed("db", "backup", file).stderr
    assert typed("db", "restore", file).exit_code == 1
    assert "give --replace" in typed("db", "restore", file).stderr
    with writing(engine) as connection:
        connection.execute(delete(teams))
    assert typed("db", "restore", file, "--replace").exit_code == 0
    with reading(engine) as connection:
        assert connection.execute(select(teams.c.id)).scalars().all() == ["sales"]
    assert [(line.actor_kind, line.action, line.target_name) for line in lines_of(engine)] == [
        ("system", "database.backed_up", "floor.backup"), ("system", "database.restored", "floor.backup"),
    ]  # fmt: skip
    assert lines_of(engine)[0].actor_name.startswith("floorwatch@")
    done = typed("audit", "verify")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (
        0, "The audit log is intact: lines 1 to 2, anchored up to 2.",
    )  # fmt: skip
    engine.dispose()


def test_a_forged_log_ends_with_1_and_says_where(typed: Run, database_url: str, tmp_path: Path) -> None:
    typed("db", "upgrade")
    engine = open_store(database_url)
    audit = Audit(engine, Anchor(tmp_path / "data" / "audit-heads.log"))
    for _ in range(5):
        audit.record(Actor("person", "a1", "王芳"), "queue.changed")
    with writing(engine) as connection:
        connection.execute(update(audit_lines).where(audit_lines.c.seq == 3).values(reason="nothing"))
        connection.execute(delete(audit_lines).where(audit_lines.c.seq == 5))
    done = typed("audit", "verify")
    assert done.exit_code == 1
    assert "BROKEN: Line 3 was changed" in done.stdout
    assert "BROKEN: Cut off the end: line 5;" in done.stdout
    assert "NOT intact" in done.stdout
    engine.dispose()


def test_old_lines_go_and_an_export_is_whole_and_on_record(typed: Run, database_url: str, tmp_path: Path) -> None:
    typed("db", "upgrade")
    engine = open_store(database_url)
    old = Audit(engine, Anchor(tmp_path / "data" / "audit-heads.log"))
    now_ms = old.now_ms()
    old.now_ms = lambda: now_ms - 400 * DAY_MS
    for _ in range(2):
        old.record(Actor("person", "a1", "=1+1"), "queue.changed")
    assert typed("audit", "purge").stdout == "Lines 1 to 2 are purged.\n"
    assert typed("audit", "purge").stdout == "Nothing is older than 365 days.\n"
    Audit(engine, old.anchor).record(Actor("person", "a1", "=1+1"), "queue.changed", reason="回拨 13812345678")
    for name in ("log.csv", "log.xlsx"):
        done = typed("audit", "export", tmp_path / name)
        assert done.exit_code == 0, done.output
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
        sheet = read((tmp_path / name).read_bytes(), name)
        assert sheet.lines[1].cells[sheet.heads.index("actor_name")] == "=1+1"
        assert sheet.lines[1].cells[sheet.heads.index("reason")] == "回拨 138****5678"
        assert sheet.lines[-1].cells[sheet.heads.index("action")] == "audit.exported"
    assert b"'=1+1" in (tmp_path / "log.csv").read_bytes()
    assert typed("audit", "export", tmp_path / "log.csv").exit_code == 1
    assert typed("audit", "export", tmp_path / "log.txt").exit_code == 2
    assert [line.action for line in lines_of(engine)] == [
        "audit.purged", "queue.changed", "audit.exported", "audit.exported",
    ]  # fmt: skip
    assert typed("audit", "verify").exit_code == 0
    engine.dispose()
