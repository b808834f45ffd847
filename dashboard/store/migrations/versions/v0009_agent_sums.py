"""Sums of agents' half-hours over long stretches, taken away by the database itself as soon as one of those half-hours changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_DEEDS = (("insert", "NEW"), ("update", "OLD"), ("update", "NEW"), ("delete", "OLD"))


def upgrade() -> None:
    """Adds the table, empty, and the triggers on the half-hours: whoever writes those, it holds."""
    op.create_table(
        "agent_sums",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("to_ms", sa.BigInteger(), nullable=False),
        sa.Column("sums", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("site", "from_ms", "to_ms", name=op.f("pk_agent_sums")),
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for deed, row in _DEEDS:
        name = f"agent_sums_{deed}_{row.lower()}"
        stale = f"site = {row}.site AND from_ms <= {row}.start_ms AND to_ms > {row}.start_ms"
        forget = f"DELETE FROM agent_sums WHERE {stale};"  # noqa: S608 (our own names)
        if is_postgresql:
            body = f"BEGIN {forget} RETURN NULL; END"
            op.execute(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
            when = f"AFTER {deed} ON agent_intervals FOR EACH ROW EXECUTE FUNCTION {name}()"
            op.execute(f"CREATE TRIGGER {name} {when}")
        else:
            op.execute(f"CREATE TRIGGER {name} AFTER {deed} ON agent_intervals FOR EACH ROW BEGIN {forget} END")


def downgrade() -> None:
    """Takes both away."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for deed, row in _DEEDS:
        name = f"agent_sums_{deed}_{row.lower()}"
        op.execute(f"DROP TRIGGER {name} ON agent_intervals" if is_postgresql else f"DROP TRIGGER {name}")
        if is_postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("agent_sums")
