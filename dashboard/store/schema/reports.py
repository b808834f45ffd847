"""Reports that go out by themselves."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, String, Table, Text

from dashboard.store.schema.base import Id, metadata

report_schedules = Table(
    "report_schedules",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("question", Text, nullable=False),
    Column("timing", Text, nullable=False),
    Column("recipients", Text, nullable=False),
    Column("format", String(8), nullable=False),
    Column("lang", String(8), nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("next_at_ms", BigInteger, nullable=True, index=True),
    Column("changed_at_ms", BigInteger, nullable=False),
)
"""`question`: the address' query of `/reports/`; its days are relative. It shows what its owner may see at the moment it is made."""

report_runs = Table(
    "report_runs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("schedule_id", Id, ForeignKey("report_schedules.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("due_at_ms", BigInteger, nullable=False),
    Column("sent_at_ms", BigInteger, nullable=True),
    Column("state", String(16), nullable=False),
    Column("error", String(300), nullable=False, server_default=""),
)
"""One row a time that a schedule was due: `due`, `sent`, `failed`, `refused`."""
