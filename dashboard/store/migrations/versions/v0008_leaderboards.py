"""What business systems tell, and leaderboards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables, all of them empty."""
    op.create_table(
        "business_cursors",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("site", "name", name=op.f("pk_business_cursors")),
    )
    op.create_table(
        "business_events",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("occurred_ms", sa.BigInteger(), nullable=True),
        sa.Column("agent", sa.String(length=200), nullable=True),
        sa.Column("queue", sa.String(length=200), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("told_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("site", "source", "event_id", name=op.f("pk_business_events")),
    )
    op.create_index(
        "ix_business_events_site_agent_occurred_ms", "business_events", ["site", "agent", "occurred_ms"], unique=False
    )
    op.create_index("ix_business_events_site_due_ms", "business_events", ["site", "due_ms"], unique=False)
    op.create_table(
        "business_imports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_imports")),
    )
    op.create_index(op.f("ix_business_imports_site"), "business_imports", ["site"], unique=False)
    op.create_table(
        "business_intervals",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("queue", sa.String(length=200), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("measure", sa.String(length=80), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("revised_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "site", "start_ms", "agent", "queue", "team", "measure", name=op.f("pk_business_intervals")
        ),
    )
    op.create_index(
        "ix_business_intervals_site_agent_start_ms", "business_intervals", ["site", "agent", "start_ms"], unique=False
    )
    op.create_table(
        "business_measures",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.String(length=100), server_default="", nullable=False),
        sa.Column("name_en", sa.String(length=100), server_default="", nullable=False),
        sa.Column("unit_zh", sa.String(length=40), server_default="", nullable=False),
        sa.Column("unit_en", sa.String(length=40), server_default="", nullable=False),
        sa.Column("worse", sa.String(length=8), nullable=False),
        sa.Column("sums", sa.String(length=8), nullable=False),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site", "name", name=op.f("pk_business_measures")),
    )
    op.create_table(
        "business_outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_outbox")),
    )
    op.create_index(op.f("ix_business_outbox_site"), "business_outbox", ["site"], unique=False)
    op.create_table(
        "business_sources",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("removed_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_sources")),
    )
    op.create_index(op.f("ix_business_sources_site"), "business_sources", ["site"], unique=False)
    op.create_table(
        "leaderboard_outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("told_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaderboard_outbox")),
        sa.UniqueConstraint("cause", name=op.f("uq_leaderboard_outbox_cause")),
    )
    op.create_index(op.f("ix_leaderboard_outbox_site"), "leaderboard_outbox", ["site"], unique=False)
    op.create_table(
        "leaderboards",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("removed_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaderboards")),
    )
    op.create_index(op.f("ix_leaderboards_site"), "leaderboards", ["site"], unique=False)
    op.create_table(
        "leaderboard_marks",
        sa.Column("leaderboard_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["leaderboard_id"],
            ["leaderboards.id"],
            name=op.f("fk_leaderboard_marks_leaderboard_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("leaderboard_id", "kind", "key", "from_ms", name=op.f("pk_leaderboard_marks")),
    )
    op.create_table(
        "leaderboard_results",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("leaderboard_id", sa.String(length=32), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("to_ms", sa.BigInteger(), nullable=False),
        sa.Column("counted_from_ms", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("standings", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("position", sa.String(length=40), nullable=False),
        sa.Column("frozen_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("published_by", sa.String(length=100), server_default="", nullable=False),
        sa.Column("published_at_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["leaderboard_id"],
            ["leaderboards.id"],
            name=op.f("fk_leaderboard_results_leaderboard_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaderboard_results")),
    )
    op.create_index("uq_leaderboard_results_period", "leaderboard_results", ["leaderboard_id", "from_ms"], unique=True)
    op.create_table(
        "appearances",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("shown_as", sa.String(length=16), nullable=False),
        sa.Column("nickname", sa.String(length=40), server_default="", nullable=False),
        sa.Column("takes_part", sa.String(length=16), nullable=False),
        sa.Column("avatar", sa.LargeBinary(), nullable=True),
        sa.Column("avatar_id", sa.String(length=32), nullable=True),
        sa.Column("avatar_tint", sa.Integer(), nullable=False),
        sa.Column("reset_nickname", sa.String(length=40), server_default="", nullable=False),
        sa.Column("reset_reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_appearances_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_appearances")),
    )
    op.create_index(op.f("ix_appearances_avatar_id"), "appearances", ["avatar_id"], unique=False)
    op.create_table(
        "leaderboard_corrections",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("result_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("standings", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["leaderboard_results.id"],
            name=op.f("fk_leaderboard_corrections_result_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaderboard_corrections")),
    )
    op.create_index(
        op.f("ix_leaderboard_corrections_result_id"), "leaderboard_corrections", ["result_id"], unique=False
    )


def downgrade() -> None:
    """Takes them away, with all that is in them."""
    op.drop_table("leaderboard_corrections")
    op.drop_table("leaderboard_results")
    op.drop_table("leaderboard_marks")
    op.drop_table("leaderboards")
    op.drop_table("leaderboard_outbox")
    op.drop_table("appearances")
    op.drop_table("business_sources")
    op.drop_table("business_outbox")
    op.drop_table("business_measures")
    op.drop_table("business_intervals")
    op.drop_table("business_imports")
    op.drop_table("business_events")
    op.drop_table("business_cursors")
