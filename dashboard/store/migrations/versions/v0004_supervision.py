"""Rules of monitoring, supervisors' phones, what was done, messages to agents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables, all of them empty: until somebody sets rules, nothing may be monitored."""
    op.create_table(
        "monitoring_rules",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("tells_agents", sa.Boolean(), nullable=False),
        sa.Column("has_tone", sa.Boolean(), nullable=False),
        sa.Column("needs_purpose", sa.Boolean(), nullable=False),
        sa.Column("most_min", sa.Integer(), nullable=False),
        sa.Column("own_calls", sa.Boolean(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", name="pk_monitoring_rules"),
    )
    op.create_table(
        "monitored_queues",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=200), nullable=False),
        sa.Column("is_announced", sa.Boolean(), nullable=False),
        sa.Column("takes_cards", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site", "queue", name="pk_monitored_queues"),
    )
    op.create_table(
        "never_monitored",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("why", sa.String(length=200), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("site", "agent", name="pk_never_monitored"),
    )
    op.create_table(
        "supervisor_phones",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("switch", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("answers_itself", sa.Boolean(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_supervisor_phones_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site", "account_id", name="pk_supervisor_phones"),
    )
    op.create_table(
        "monitoring_sessions",
        sa.Column("command", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("switch", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("queue", sa.String(length=200), nullable=True),
        sa.Column("visit", sa.String(length=300), nullable=False),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("modes", sa.Text(), nullable=False),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("began_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=40), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("noted_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("command", name="pk_monitoring_sessions"),
    )
    op.create_index("ix_monitoring_sessions_site", "monitoring_sessions", ["site"])
    op.create_index("ix_monitoring_sessions_account_id", "monitoring_sessions", ["account_id"])
    op.create_index("ix_monitoring_sessions_asked_at_ms", "monitoring_sessions", ["asked_at_ms"])
    op.create_table(
        "agent_messages",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("by_account", sa.String(length=32), nullable=True),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("sent_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("read_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_agent_messages"),
    )
    op.create_index("ix_agent_messages_agent", "agent_messages", ["agent"])


def downgrade() -> None:
    """Loses the rules, the history of sessions and all messages."""
    for table in (
        "agent_messages",
        "monitoring_sessions",
        "supervisor_phones",
        "never_monitored",
        "monitored_queues",
        "monitoring_rules",
    ):
        op.drop_table(table)
