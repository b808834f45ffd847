"""The audit log: only ever appended to, each line holding the hash of the one before."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from dashboard.store.schema.base import WHOLE, metadata

audit_lines = Table(
    "audit_lines",
    metadata,
    Column("seq", WHOLE, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False, index=True),
    Column("actor_kind", String(16), nullable=False),
    Column("actor_id", String(64), nullable=False),
    Column("actor_name", String(100), nullable=False),
    Column("role", String(100), nullable=False),
    Column("action", String(64), nullable=False),
    Column("target_kind", String(32), nullable=False),
    Column("target_id", String(200), nullable=False),
    Column("target_name", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("address", String(64), nullable=False),
    Column("result", String(16), nullable=False),
    Column("details", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Index("ix_audit_lines_actor_id_at_ms", "actor_id", "at_ms"),
    Index("ix_audit_lines_action_at_ms", "action", "at_ms"),
)
"""`seq` counts 1, 2, 3 … without a hole; what was purged is named by a line of its own. `details`: JSON (before, after …)."""
