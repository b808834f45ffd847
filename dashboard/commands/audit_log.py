"""`floorwatch audit …`: whether the log is whole, its purge by rule, its export."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.access.audit import Audit
from dashboard.access.audit_check import verify
from dashboard.access.audit_keeping import purge
from dashboard.commands.operator import operator
from dashboard.settings import Settings
from dashboard.store import open_store
from dashboard.store.migrate import require_newest

Say = Callable[[str], None]


def examine(settings: Settings, say: Say) -> int:
    """Reads the whole log and says what is wrong with it. 0: intact; 1: not. Raises `StoreError`."""
    audit = _audit(settings)
    report = verify(audit.engine, audit.anchor, audit.now_ms())
    for note in report.notes:
        say(f"note: {note}")
    for finding in report.broken:
        say(f"BROKEN: {finding}")
    if report.is_intact:
        reach = (
            f"lines {report.first} to {report.last}, anchored up to {report.anchored}" if report.count else "no lines"
        )
        say(f"The audit log is intact: {reach}.")
    else:
        say(f"The audit log is NOT intact. {report.count} lines were read; keep a copy of database and anchor file.")
    audit.engine.dispose()
    return 0 if report.is_intact else 1


def remove_old(settings: Settings, say: Say) -> None:
    """Removes the lines that are older than the settings say. Raises `StoreError`."""
    audit = _audit(settings)
    gone = purge(audit, operator(), settings.audit.retention_days)
    days = settings.audit.retention_days
    say(f"Nothing is older than {days} days." if gone is None else f"Lines {gone.first} to {gone.last} are purged.")
    audit.engine.dispose()


def _audit(settings: Settings) -> Audit:
    engine = open_store(settings.effective_database_url)
    require_newest(engine)
    return Audit.of(settings, engine)
