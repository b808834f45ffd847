"""`floorwatch audit …`: whether the log is whole, its purge by rule, its export."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.access.audit import Audit
from dashboard.access.audit_check import verify
from dashboard.access.audit_keeping import purge
from dashboard.access.audit_reading import AuditReader, Question
from dashboard.access.audit_sheet import COLUMNS, XLSX_LINES, cells
from dashboard.commands.operator import operator
from dashboard.settings import Settings, SettingsError
from dashboard.sheets import csv_chunks, write_xlsx
from dashboard.store.engine import opened
from dashboard.store.migrate import require_newest

Say = Callable[[str], None]


def examine(settings: Settings, say: Say) -> int:
    """Reads the whole log and says what is wrong with it. 0: intact; 1: not. Raises `StoreError`."""
    with _log(settings) as audit:
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
    return 0 if report.is_intact else 1


def remove_old(settings: Settings, say: Say) -> None:
    """Removes the lines that are older than the settings say. Raises `StoreError`."""
    days = settings.audit.retention_days
    with _log(settings) as audit:
        gone = purge(audit, operator(), days)
    say(f"Nothing is older than {days} days." if gone is None else f"Lines {gone.first} to {gone.last} are purged.")


def export(settings: Settings, file: Path, say: Say) -> None:
    """Writes the whole log to a new `.csv` or `.xlsx`, readable by its owner alone. Raises `StoreError` and `OSError`."""
    kind = file.suffix.lower().removeprefix(".")
    if kind not in {"csv", "xlsx"}:
        raise SettingsError(f"{file}: name a file that ends in .csv or .xlsx.")
    with _log(settings) as audit:
        reader = AuditReader(audit)
        count = reader.count(operator(), Question())
        if kind == "xlsx" and count > XLSX_LINES:
            raise SettingsError(f"{file}: {count} lines are too many for .xlsx ({XLSX_LINES} at most). Export to .csv.")
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            rows = map(cells, reader.export(operator(), Question(), kind))
            out.writelines(csv_chunks(COLUMNS, rows) if kind == "csv" else [write_xlsx(COLUMNS, rows)])
    say(f"{file}: {count + 1} lines.")


@contextmanager
def _log(settings: Settings) -> Iterator[Audit]:
    with opened(settings.effective_database_url) as engine:
        require_newest(engine)
        yield Audit.of(settings, engine)
