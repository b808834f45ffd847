"""Monitoring: its rules, the phones on which supervisors are called, what was done, and messages to agents."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, String, Table, Text

from dashboard.store.schema.base import Id, SwitchId, metadata

monitoring_rules = Table(
    "monitoring_rules",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("tells_agents", Boolean, nullable=False),
    Column("has_tone", Boolean, nullable=False),
    Column("needs_purpose", Boolean, nullable=False),
    Column("most_min", Integer, nullable=False),
    Column("own_calls", Boolean, nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
)
"""One row a site; none: the defaults of `dashboard.supervision.policy.Policy`."""

monitored_queues = Table(
    "monitored_queues",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("queue", SwitchId, primary_key=True),
    Column("is_announced", Boolean, nullable=False),
    Column("takes_cards", Boolean, nullable=False),
)
"""A queue that is not here is neither announced nor a card queue."""

never_monitored = Table(
    "never_monitored",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("agent", SwitchId, primary_key=True),
    Column("why", String(200), nullable=False, server_default=""),
)

supervisor_phones = Table(
    "supervisor_phones",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("switch", String(64), nullable=False),
    Column("device", SwitchId, nullable=False),
    Column("answers_itself", Boolean, nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
)

monitoring_sessions = Table(
    "monitoring_sessions",
    metadata,
    Column("command", String(32), primary_key=True),
    Column("site", String(64), nullable=False, index=True),
    Column("switch", String(64), nullable=False),
    Column("account_id", Id, nullable=True, index=True),
    Column("by_name", String(100), nullable=False),
    Column("agent", SwitchId, nullable=False),
    Column("queue", SwitchId, nullable=True),
    Column("visit", String(300), nullable=False),
    Column("via", String(16), nullable=False),
    Column("purpose", String(200), nullable=False),
    Column("modes", Text, nullable=False),
    Column("asked_at_ms", BigInteger, nullable=False, index=True),
    Column("began_at_ms", BigInteger, nullable=True),
    Column("ended_at_ms", BigInteger, nullable=True),
    Column("state", String(16), nullable=False),
    Column("reason", String(40), nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("noted_at_ms", BigInteger, nullable=True),
)
"""One row a session that was audited. `modes`: JSON, `[[at_ms, mode], …]` as the switch confirmed them."""

agent_messages = Table(
    "agent_messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("agent", SwitchId, nullable=False, index=True),
    Column("text", String(300), nullable=False),
    Column("by_account", Id, nullable=True),
    Column("by_name", String(100), nullable=False),
    Column("sent_at_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("read_at_ms", BigInteger, nullable=True),
)
