"""What tests of the audit log share: a clock that stands, and the log's lines as they are in the database."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, select

from dashboard.access.audit_line import AuditLine
from dashboard.store.engine import reading
from dashboard.store.schema import audit_lines


@dataclass
class Clock:
    """Tells `ms`."""

    ms: int = 1_700_000_000_000

    def __call__(self) -> int:
        """The time."""
        return self.ms


def lines_of(engine: Engine) -> list[AuditLine]:
    """All lines, oldest first."""
    with reading(engine) as connection:
        rows = connection.execute(select(audit_lines).order_by(audit_lines.c.seq))
        return [AuditLine(**row) for row in rows.mappings()]
