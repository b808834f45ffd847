"""The tables, as SQLAlchemy Core knows them. A test holds them equal to what the migrations build."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

checkpoints = Table(
    "checkpoints",
    metadata,
    # SQLite numbers rows by itself only in a column of exactly this type.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
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
