"""What happened: visits with their offers, agents' own calls and states, and the half-hours of queues and agents as counters.

Written by the historian alone, in one transaction with the position in the stream up to which all of it is there
(`history_cursors`), so each fact is in it exactly once. Half-hours hold counters and histograms, never a ratio or a mean. A
caller's number is kept masked and as a keyed hash, whole only where the settings say so. `revised_at_ms`: a late fact changed
a row that was closed. `coverage`: what the row was made from; facts that its source lacks are null.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from dashboard.floor.counters import AGENT_NAMES, QUEUE_NAMES
from dashboard.store.schema.base import WHOLE, SwitchId, metadata


def _number() -> tuple[Column[Any], ...]:
    """Of the other party: as everybody may read it, to find it again, and whole (only if the settings keep it)."""
    return (
        Column("number_masked", String(40), nullable=True),
        Column("number_hash", LargeBinary(16), nullable=True),
        Column("number", String(80), nullable=True),
    )


def _closing() -> tuple[Column[Any], ...]:
    return (
        Column("coverage", String(16), nullable=False, server_default="live"),
        Column("revised_at_ms", BigInteger, nullable=True),
    )


def _where(condition: str) -> dict[str, Any]:
    """For an index of few rows of many. A query uses it if it holds the same words, values too (`literal_column`)."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


history_cursors = Table(
    "history_cursors",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("stream_ms", BigInteger, nullable=False),
    Column("stream_n", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
"""Everything up to this entry of the stream is in the tables below, and nothing after it. `at_ms`: the stream's own time there."""

history_undo = Table(
    "history_undo",
    metadata,
    Column("id", WHOLE, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("from_n", BigInteger, nullable=False),
    Column("to_ms", BigInteger, nullable=False),
    Column("to_n", BigInteger, nullable=False),
    Column("images", LargeBinary, nullable=False),
    Index("ix_history_undo_site_to_ms", "site", "to_ms"),
)
"""What the rows of the last minutes' writings were before, so that a Redis that lost its last second can be followed back."""

history_rebuilds = Table(
    "history_rebuilds",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("wish", Text, nullable=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("is_cleared", Boolean, nullable=False),
    Column("position", Text, nullable=False),
    Column("state", LargeBinary, nullable=False),
)
"""A rebuild that is not done: how it was asked for (`wish`), whether the old rows between the two times are gone, how far it is
and all that it remembers there. In the same transaction as the rows up to there, so that it goes on after any interruption."""

visits = Table(
    "visits",
    metadata,
    Column("id", WHOLE, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("switch", String(64), nullable=False),
    Column("boot", String(64), nullable=False),
    Column("call", String(150), nullable=False),
    Column("visit", Integer, nullable=False),
    Column("queue", SwitchId, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("joined_ms", BigInteger, nullable=True),
    Column("wait_s", Integer, nullable=True),
    Column("outcome", String(16), nullable=False),
    Column("reason", String(16), nullable=True),
    Column("rang_at_end", Boolean, nullable=False),
    Column("is_repeat", Boolean, nullable=False),
    *_number(),
    Column("caller_name", String(100), nullable=True),
    Column("priority", Integer, nullable=True),
    Column("agent", SwitchId, nullable=True),
    Column("answered_ms", BigInteger, nullable=True),
    Column("ended_ms", BigInteger, nullable=True),
    Column("ended_by", String(16), nullable=True),
    Column("talk_s", Integer, nullable=True),
    Column("hold_s", Integer, nullable=True),
    Column("wrap_ms", BigInteger, nullable=True),
    Column("transfer_kind", String(16), nullable=True),
    Column("transfer_target", String(150), nullable=True),
    Column("transfer_queue", SwitchId, nullable=True),
    Column("offers", Integer, nullable=False),
    *_closing(),
    UniqueConstraint("site", "switch", "boot", "call", "visit"),
    Index("ix_visits_site_at_ms", "site", "at_ms"),
    Index("ix_visits_site_queue_at_ms", "site", "queue", "at_ms"),
    Index("ix_visits_site_agent_ended_ms", "site", "agent", "ended_ms"),
    Index("ix_visits_site_number_hash_at_ms", "site", "number_hash", "at_ms"),
    Index("ix_visits_abandoned", "site", "at_ms", **_where("outcome = 'abandoned'")),
    Index("ix_visits_further", "site", "at_ms", **_where("visit > 1")),
    Index("ix_visits_transferred", "site", "ended_ms", **_where("transfer_kind IS NOT NULL")),
)
"""One stay of one call in one queue, with its handling. A contact is all visits of one (switch, boot, call). `at_ms`: when it joined,
or was first heard of. `talk_s` without `hold_s`, as in the counters; null where nobody saw its end. `outcome` as on the floor:
waiting, answered, abandoned, left."""

offers = Table(
    "offers",
    metadata,
    Column("id", WHOLE, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("switch", String(64), nullable=False),
    Column("boot", String(64), nullable=False),
    Column("call", String(150), nullable=False),
    Column("visit", Integer, nullable=False),
    Column("queue", SwitchId, nullable=False),
    Column("agent", SwitchId, nullable=False),
    Column("started_ms", BigInteger, nullable=True),
    Column("ended_ms", BigInteger, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("ring_s", Integer, nullable=True),
    *_closing(),
    Index("ix_offers_site_call", "site", "switch", "boot", "call"),
    Index("ix_offers_site_agent_ended_ms", "site", "agent", "ended_ms"),
    Index("ix_offers_site_queue_ended_ms", "site", "queue", "ended_ms"),
    Index("ix_offers_missed", "site", "ended_ms", **_where("outcome IN ('missed', 'rejected')")),
)
"""One ringing of one agent for one visit, once it is over."""

own_calls = Table(
    "own_calls",
    metadata,
    Column("id", WHOLE, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("switch", String(64), nullable=False),
    Column("boot", String(64), nullable=False),
    Column("call", String(150), nullable=False),
    Column("agent", SwitchId, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("connected_ms", BigInteger, nullable=True),
    Column("ended_ms", BigInteger, nullable=False),
    Column("ended_by", String(16), nullable=True),
    Column("talk_s", Integer, nullable=True),
    *_number(),
    *_closing(),
    UniqueConstraint("site", "switch", "boot", "call", "agent"),
    Index("ix_own_calls_site_agent_ended_ms", "site", "agent", "ended_ms"),
    Index("ix_own_calls_site_number_hash_ended_ms", "site", "number_hash", "ended_ms"),
)
"""An agent's call outside any queue, once it is over. `talk_s` null: never connected, or nobody saw its end."""

agent_states = Table(
    "agent_states",
    metadata,
    Column("id", WHOLE, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("agent", SwitchId, nullable=False),
    Column("start_ms", BigInteger, nullable=False),
    Column("end_ms", BigInteger, nullable=True),
    Column("state", String(16), nullable=False),
    Column("reason", SwitchId, nullable=True),
    Column("is_internal", Boolean, nullable=False),
    Column("queue", SwitchId, nullable=True),
    Column("call", String(300), nullable=True),
    *_closing(),
    Index("ix_agent_states_site_agent_start_ms", "site", "agent", "start_ms", unique=True),
    Index("ix_agent_states_site_start_ms", "site", "start_ms"),
)
"""One stretch of one display state; `end_ms` null while it lasts. Signed-out time is a stretch too. `call`: the visit's (or own
call's) key, `switch/boot/call/visit`."""

queue_intervals = Table(
    "queue_intervals",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("queue", SwitchId, primary_key=True),
    Column("start_ms", BigInteger, primary_key=True),
    Column("end_ms", BigInteger, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in QUEUE_NAMES),
    Column("max_wait_s", Integer, nullable=False),
    Column("waits_answered", LargeBinary, nullable=False),
    Column("waits_abandoned", LargeBinary, nullable=False),
    Column("waits_left", LargeBinary, nullable=False),
    *_closing(),
    Index("ix_queue_intervals_site_start_ms", "site", "start_ms"),
)
"""One queue over one interval (half an hour, unless the settings say another; never across a business day's end). The names are those
of `dashboard.floor.counters`; the waits are histograms of `dashboard.floor.histogram`: a MessagePack map, bin → visits."""

agent_intervals = Table(
    "agent_intervals",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("agent", SwitchId, primary_key=True),
    Column("start_ms", BigInteger, primary_key=True),
    Column("queue", SwitchId, primary_key=True),
    Column("team", String(64), primary_key=True),
    Column("end_ms", BigInteger, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in AGENT_NAMES),
    Column("paused_by_reason", Text, nullable=False, server_default="{}"),
    *_closing(),
    Index("ix_agent_intervals_site_start_ms", "site", "start_ms"),
)
"""One agent over one interval. `queue`: what the counted facts were for; "" for own calls and for all time in state, so that an agent's
whole is the sum over queues. `team`: the agent's at that time, "" for none. `paused_by_reason`: JSON, reason → ms."""

business_intervals = Table(
    "business_intervals",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("start_ms", BigInteger, primary_key=True),
    Column("agent", SwitchId, primary_key=True),
    Column("queue", SwitchId, primary_key=True),
    Column("team", String(64), primary_key=True),
    Column("measure", String(80), primary_key=True),
    Column("end_ms", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("revised_at_ms", BigInteger, nullable=True),
    Index("ix_business_intervals_site_agent_start_ms", "site", "agent", "start_ms"),
)
"""What business systems told, over one interval: an amount a measure (`dashboard.floor.business`). `agent`, `queue`: "" for none known.
`team`: the agent's at that time."""

interval_gaps = Table(
    "interval_gaps",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("switch", String(64), primary_key=True),
    Column("from_ms", BigInteger, primary_key=True),
    Column("to_ms", BigInteger, nullable=False),
)
"""Stretches of which something is unknown, as the floor's links keep them; a back-fill takes them away again."""
