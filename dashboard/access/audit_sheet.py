"""The audit log as a table for spreadsheets: every field of every line, so that the chain can be checked from the file too."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import Final

from dashboard.access.audit_line import AuditLine

COLUMNS: Final = ("seq", "at", *(field.name for field in fields(AuditLine) if field.name != "seq"))
"""`at` is `at_ms` for people."""

XLSX_LINES: Final = 50_000
"""More than that go into CSV only, which is written while it is read."""


def cells(line: AuditLine) -> tuple[object, ...]:
    """One line, a value a column."""
    at = datetime.fromtimestamp(line.at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return tuple(at if name == "at" else getattr(line, name) for name in COLUMNS)
