"""Reports that go out by themselves."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

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
    Column("time_zone", String(64), nullable=False),
    Column("recipients", Text, nullable=False),
    Column("format", String(8), nullable=False),
    Column("lang", String(8), nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("next_at_ms", BigInteger, nullable=True, index=True),
    Column("changed_at_ms", BigInteger, nullable=False),
)
"""`question`: the address' query of `/reports/`; its days are relative. It shows what its owner may see at the moment it is made.
`timing`: JSON (`dashboard.reports.schedules.timing`). `recipients`: JSON, a list. `time_zone`: by which `next_at_ms` was found."""

report_runs = Table(
    "report_runs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("schedule_id", Id, ForeignKey("report_schedules.id", ondelete="CASCADE"), nullable=False),
    Column("due_at_ms", BigInteger, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_try_ms", BigInteger, nullable=True),
    Column("began_at_ms", BigInteger, nullable=True),
    Column("ended_at_ms", BigInteger, nullable=True),
    Column("missing", Text, nullable=False, server_default=""),
    Column("error", Text, nullable=False, server_default=""),
    UniqueConstraint("schedule_id", "due_at_ms", name="uq_report_runs_due"),
)
"""One row a time that a schedule was due. `state`: `due` (waits for its next try), `making`, `sending`; at its end `sent`, `partly`
(some recipients were refused), `failed`, `refused` (the owner may not), `unknown` (nobody knows whether it went), `missed` (nobody was
there to send it). `attempts`: the number of the try, by which two historians tell whose it is. `missing`: JSON, who has not got it.
`error`: JSON, a sentence's id and what it names."""
