"""The floor's checkpoints."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table, UniqueConstraint

from dashboard.store.schema.base import WHOLE, metadata

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("id", WHOLE, primary_key=True, autoincrement=True),
    Column("site", String(64), nullable=False),
    Column("fold_version", String(64), nullable=False),
    # A stream id in its two parts, so that SQL orders it as Redis does.
    Column("stream_ms", BigInteger, nullable=False),
    Column("stream_n", BigInteger, nullable=False),
    Column("taken_at_ms", BigInteger, nullable=False),
    Column("packing", String(16), nullable=False),
    Column("state", LargeBinary, nullable=False),
    UniqueConstraint("site", "fold_version", "stream_ms", "stream_n"),
)
"""A floor as it was at a position of the stream: state and position are one row, so they are true together."""
