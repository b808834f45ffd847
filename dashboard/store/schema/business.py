"""What business systems told: who may tell, what holds now, what the stream is still to hear of it.

`business_events` has one row for each thing that was told, as it was told last: a correction replaces it, a withdrawal leaves it
without a fact. The row and the line of the outbox that tells the stream are one transaction, so nothing that was acknowledged is lost.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from dashboard.store.schema.base import WHOLE, Id, SwitchId, metadata

business_sources = Table(
    "business_sources",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site", String(64), nullable=False, index=True),
    Column("name", String(64), nullable=False),
    Column("way", String(16), nullable=False),
    Column("scope", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("removed_at_ms", BigInteger, nullable=True),
)
"""Systems that sign what they tell (`way` hmac) or write it into our Redis (`way` stream). `secret`: sealed; empty where there is none.
`scope`: about whom it may tell (`dashboard.access.scope`). Who tells by an API token or a file is named by the account."""

business_events = Table(
    "business_events",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("source", String(64), primary_key=True),
    Column("event_id", String(128), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("occurred_ms", BigInteger, nullable=True),
    Column("agent", SwitchId, nullable=True),
    Column("queue", SwitchId, nullable=True),
    Column("document", Text, nullable=False),
    Column("fact", LargeBinary, nullable=True),
    Column("revision", Integer, nullable=False),
    Column("told_at_ms", BigInteger, nullable=False),
    Column("due_ms", BigInteger, nullable=True),
    Index("ix_business_events_site_agent_occurred_ms", "site", "agent", "occurred_ms"),
    Index("ix_business_events_site_due_ms", "site", "due_ms"),
)
"""`document`: the item as it was told last (JSON), to know a repetition from a correction. `fact`: what the stream was told of it
(MessagePack `BusinessFact`); null: nothing counts (yet). `due_ms`: a ticket that is not done; null: nothing to wait for."""

business_outbox = Table(
    "business_outbox",
    metadata,
    Column("id", WHOLE, primary_key=True, autoincrement=True),
    Column("site", String(64), nullable=False, index=True),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("event", LargeBinary, nullable=False),
)
"""Events (MessagePack `BusinessTold`) that the stream is to hear, in order; a line goes when it stands there."""

business_cursors = Table(
    "business_cursors",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("position", String(64), nullable=False),
)
"""How far something was read or told: `stream` of internal systems; `outbox`, `celebrations` (of leaderboards): how far into the event
stream it is known which lines stand there."""

business_imports = Table(
    "business_imports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site", String(64), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("same", Integer, nullable=False),
)
"""Files that were brought in."""

business_measures = Table(
    "business_measures",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("name_zh", String(100), nullable=False, server_default=""),
    Column("name_en", String(100), nullable=False, server_default=""),
    Column("unit_zh", String(40), nullable=False, server_default=""),
    Column("unit_en", String(40), nullable=False, server_default=""),
    Column("worse", String(8), nullable=False),
    Column("sums", String(8), nullable=False),
    Column("is_removed", Boolean, nullable=False),
)
"""Custom measures; they reach the floor with its settings (`settings_outbox`)."""
