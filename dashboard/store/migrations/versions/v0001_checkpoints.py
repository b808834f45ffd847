"""Checkpoints: a floor and its position in the stream, in one row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "checkpoints",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), autoincrement=True, nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("fold_version", sa.String(64), nullable=False),
        sa.Column("stream_ms", sa.BigInteger, nullable=False),
        sa.Column("stream_n", sa.BigInteger, nullable=False),
        sa.Column("taken_at_ms", sa.BigInteger, nullable=False),
        sa.Column("packing", sa.String(16), nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_checkpoints"),
        sa.UniqueConstraint(
            "site", "fold_version", "stream_ms", "stream_n", name="uq_checkpoints_site_fold_version_stream_ms_stream_n"
        ),
    )


def downgrade() -> None:
    """Takes it away; the day is then rebuilt from the stream."""
    op.drop_table("checkpoints")
