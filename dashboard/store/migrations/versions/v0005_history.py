"""What happened: visits, offers, own calls, agents' states, half-hours, and how far the stream is in them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """Adds the tables, all of them empty."""
    op.create_table(
        "history_cursors",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("stream_ms", sa.BigInteger(), nullable=False),
        sa.Column("stream_n", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", name="pk_history_cursors"),
    )
    op.create_table(
        "history_undo",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("from_n", sa.BigInteger(), nullable=False),
        sa.Column("to_ms", sa.BigInteger(), nullable=False),
        sa.Column("to_n", sa.BigInteger(), nullable=False),
        sa.Column("images", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_history_undo"),
    )
    op.create_index("ix_history_undo_site_to_ms", "history_undo", ["site", "to_ms"], unique=False)
    op.create_table(
        "history_rebuilds",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("is_cleared", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("site", name="pk_history_rebuilds"),
    )
    op.create_table(
        "visits",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("switch", sa.String(length=64), nullable=False),
        sa.Column("boot", sa.String(length=64), nullable=False),
        sa.Column("call", sa.String(length=150), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(length=200), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("joined_ms", sa.BigInteger(), nullable=True),
        sa.Column("wait_s", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("rang_at_end", sa.Boolean(), nullable=False),
        sa.Column("is_repeat", sa.Boolean(), nullable=False),
        sa.Column("number_masked", sa.String(length=40), nullable=True),
        sa.Column("number_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("caller_name", sa.String(length=100), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("agent", sa.String(length=200), nullable=True),
        sa.Column("answered_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=16), nullable=True),
        sa.Column("talk_s", sa.Integer(), nullable=True),
        sa.Column("hold_s", sa.Integer(), nullable=True),
        sa.Column("wrap_ms", sa.BigInteger(), nullable=True),
        sa.Column("transfer_kind", sa.String(length=16), nullable=True),
        sa.Column("transfer_target", sa.String(length=150), nullable=True),
        sa.Column("transfer_queue", sa.String(length=200), nullable=True),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("coverage", sa.String(length=16), server_default="live", nullable=False),
        sa.Column("revised_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
        sa.UniqueConstraint("site", "switch", "boot", "call", "visit", name="uq_visits_site_switch_boot_call_visit"),
    )
    op.create_index("ix_visits_site_agent_ended_ms", "visits", ["site", "agent", "ended_ms"], unique=False)
    op.create_index("ix_visits_site_at_ms", "visits", ["site", "at_ms"], unique=False)
    op.create_index("ix_visits_site_number_hash_at_ms", "visits", ["site", "number_hash", "at_ms"], unique=False)
    op.create_index("ix_visits_site_queue_at_ms", "visits", ["site", "queue", "at_ms"], unique=False)
    op.create_index("ix_visits_abandoned", "visits", ["site", "at_ms"], unique=False, **_where("outcome = 'abandoned'"))
    op.create_index("ix_visits_further", "visits", ["site", "at_ms"], unique=False, **_where("visit > 1"))
    op.create_index(
        "ix_visits_transferred", "visits", ["site", "ended_ms"], unique=False, **_where("transfer_kind IS NOT NULL")
    )
    op.create_table(
        "offers",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("switch", sa.String(length=64), nullable=False),
        sa.Column("boot", sa.String(length=64), nullable=False),
        sa.Column("call", sa.String(length=150), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(length=200), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_ms", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("ring_s", sa.Integer(), nullable=True),
        sa.Column("coverage", sa.String(length=16), server_default="live", nullable=False),
        sa.Column("revised_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
    )
    op.create_index("ix_offers_site_agent_ended_ms", "offers", ["site", "agent", "ended_ms"], unique=False)
    op.create_index("ix_offers_site_call", "offers", ["site", "switch", "boot", "call"], unique=False)
    op.create_index("ix_offers_site_queue_ended_ms", "offers", ["site", "queue", "ended_ms"], unique=False)
    op.create_index(
        "ix_offers_missed", "offers", ["site", "ended_ms"], unique=False, **_where("outcome IN ('missed', 'rejected')")
    )
    op.create_table(
        "own_calls",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("switch", sa.String(length=64), nullable=False),
        sa.Column("boot", sa.String(length=64), nullable=False),
        sa.Column("call", sa.String(length=150), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("connected_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", sa.String(length=16), nullable=True),
        sa.Column("talk_s", sa.Integer(), nullable=True),
        sa.Column("number_masked", sa.String(length=40), nullable=True),
        sa.Column("number_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("coverage", sa.String(length=16), server_default="live", nullable=False),
        sa.Column("revised_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_own_calls"),
        sa.UniqueConstraint("site", "switch", "boot", "call", "agent", name="uq_own_calls_site_switch_boot_call_agent"),
    )
    op.create_index("ix_own_calls_site_agent_ended_ms", "own_calls", ["site", "agent", "ended_ms"], unique=False)
    op.create_index(
        "ix_own_calls_site_number_hash_ended_ms", "own_calls", ["site", "number_hash", "ended_ms"], unique=False
    )
    op.create_table(
        "agent_states",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("queue", sa.String(length=200), nullable=True),
        sa.Column("call", sa.String(length=300), nullable=True),
        sa.Column("coverage", sa.String(length=16), server_default="live", nullable=False),
        sa.Column("revised_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_agent_states"),
    )
    op.create_index("ix_agent_states_site_agent_start_ms", "agent_states", ["site", "agent", "start_ms"], unique=True)
    op.create_index("ix_agent_states_site_start_ms", "agent_states", ["site", "start_ms"], unique=False)
    op.create_table(
        "queue_intervals",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=200), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=False),
        sa.Column("offered", sa.BigInteger(), nullable=False),
        sa.Column("answered", sa.BigInteger(), nullable=False),
        sa.Column("abandoned", sa.BigInteger(), nullable=False),
        sa.Column("abandoned_ringing", sa.BigInteger(), nullable=False),
        sa.Column("left_timeout", sa.BigInteger(), nullable=False),
        sa.Column("left_key", sa.BigInteger(), nullable=False),
        sa.Column("left_empty", sa.BigInteger(), nullable=False),
        sa.Column("left_withdraw", sa.BigInteger(), nullable=False),
        sa.Column("left_transfer", sa.BigInteger(), nullable=False),
        sa.Column("left_callback", sa.BigInteger(), nullable=False),
        sa.Column("left_unknown", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.BigInteger(), nullable=False),
        sa.Column("repeat_visits", sa.BigInteger(), nullable=False),
        sa.Column("wait_answered_s", sa.BigInteger(), nullable=False),
        sa.Column("wait_abandoned_s", sa.BigInteger(), nullable=False),
        sa.Column("handled", sa.BigInteger(), nullable=False),
        sa.Column("untimed", sa.BigInteger(), nullable=False),
        sa.Column("talk_s", sa.BigInteger(), nullable=False),
        sa.Column("hold_s", sa.BigInteger(), nullable=False),
        sa.Column("wrap_ms", sa.BigInteger(), nullable=False),
        sa.Column("missed", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("transferred_out", sa.BigInteger(), nullable=False),
        sa.Column("transferred_in", sa.BigInteger(), nullable=False),
        sa.Column("overflow_out", sa.BigInteger(), nullable=False),
        sa.Column("overflow_in", sa.BigInteger(), nullable=False),
        sa.Column("hung_up_by_agent", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("max_wait_s", sa.Integer(), nullable=False),
        sa.Column("waits_answered", sa.LargeBinary(), nullable=False),
        sa.Column("waits_abandoned", sa.LargeBinary(), nullable=False),
        sa.Column("waits_left", sa.LargeBinary(), nullable=False),
        sa.Column("coverage", sa.String(length=16), server_default="live", nullable=False),
        sa.Column("revised_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("site", "queue", "start_ms", name="pk_queue_intervals"),
    )
    op.create_index("ix_queue_intervals_site_start_ms", "queue_intervals", ["site", "start_ms"], unique=False)
    op.create_table(
        "agent_intervals",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("queue", sa.String(length=200), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=False),
        sa.Column("handled", sa.BigInteger(), nullable=False),
        sa.Column("untimed", sa.BigInteger(), nullable=False),
        sa.Column("talk_s", sa.BigInteger(), nullable=False),
        sa.Column("hold_s", sa.BigInteger(), nullable=False),
        sa.Column("wrap_ms", sa.BigInteger(), nullable=False),
        sa.Column("missed", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("dialled", sa.BigInteger(), nullable=False),
        sa.Column("connected", sa.BigInteger(), nullable=False),
        sa.Column("effective", sa.BigInteger(), nullable=False),
        sa.Column("own_calls", sa.BigInteger(), nullable=False),
        sa.Column("own_s", sa.BigInteger(), nullable=False),
        sa.Column("transfers", sa.BigInteger(), nullable=False),
        sa.Column("hung_up_first", sa.BigInteger(), nullable=False),
        sa.Column("longest_s", sa.BigInteger(), nullable=False),
        sa.Column("last_call_ms", sa.BigInteger(), nullable=False),
        sa.Column("talking_ms", sa.BigInteger(), nullable=False),
        sa.Column("holding_ms", sa.BigInteger(), nullable=False),
        sa.Column("wrapping_up_ms", sa.BigInteger(), nullable=False),
        sa.Column("ringing_ms", sa.BigInteger(), nullable=False),
        sa.Column("available_ms", sa.BigInteger(), nullable=False),
        sa.Column("paused_ms", sa.BigInteger(), nullable=False),
        sa.Column("other_call_ms", sa.BigInteger(), nullable=False),
        sa.Column("monitoring_ms", sa.BigInteger(), nullable=False),
        sa.Column("unreachable_ms", sa.BigInteger(), nullable=False),
        sa.Column("signed_in_ms", sa.BigInteger(), nullable=False),
        sa.Column("paused_by_reason", sa.Text(), server_default="{}", nullable=False),
        sa.Column("coverage", sa.String(length=16), server_default="live", nullable=False),
        sa.Column("revised_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("site", "agent", "start_ms", "queue", "team", name="pk_agent_intervals"),
    )
    op.create_index("ix_agent_intervals_site_start_ms", "agent_intervals", ["site", "start_ms"], unique=False)
    op.create_table(
        "interval_gaps",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("switch", sa.String(length=64), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("to_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", "switch", "from_ms", name="pk_interval_gaps"),
    )


def downgrade() -> None:
    """Loses the history."""
    for table in (
        "interval_gaps",
        "agent_intervals",
        "queue_intervals",
        "agent_states",
        "own_calls",
        "offers",
        "visits",
        "history_rebuilds",
        "history_undo",
        "history_cursors",
    ):
        op.drop_table(table)
