"""Alerts: their rules, what fired, where it is told, and what was sent."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from dashboard.store.schema.base import Id, SwitchId, metadata

alert_channels = Table(
    "alert_channels",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site", String(64), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("address", LargeBinary, nullable=False),
    Column("scope", Text, nullable=False),
    Column("lang", String(8), nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
)
"""Where alerts go besides the desks. `address`: an Apprise URL or a mail address, sealed: it holds secrets. `scope`: what whoever reads
it may see (`dashboard.access.scope`)."""

alert_rules = Table(
    "alert_rules",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site", String(64), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("document", Text, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("changed_by", String(100), nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
)
"""`document`: JSON, a `dashboard.alerts` rule: metric, window, set, threshold, hold time, quiet hours, schedule, channels."""

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("rule_id", Id, ForeignKey("alert_rules.id", ondelete="CASCADE"), nullable=False),
    Column("about", SwitchId, nullable=False),
    Column("metric", String(64), nullable=False),
    Column("level", String(8), nullable=False),
    Column("began_at_ms", BigInteger, nullable=False),
    Column("ended_at_ms", BigInteger, nullable=True),
    Column("value", Float, nullable=True),
    Column("worst", Float, nullable=True),
    Column("ended_why", String(16), nullable=False, server_default=""),
    Column("acknowledged_by", String(100), nullable=True),
    Column("acknowledged_at_ms", BigInteger, nullable=True),
    Column("snoozed_until_ms", BigInteger, nullable=True),
    Index("ix_alerts_site_began_at_ms", "site", "began_at_ms"),
    Index("ix_alerts_rule_id_about_ended_at_ms", "rule_id", "about", "ended_at_ms"),
)
"""One row a cause: a rule and what it is about (a queue, a team, an agent, or "" for the rule's whole set), from when it fired until it
recovered."""

alert_deliveries = Table(
    "alert_deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("alert_id", Id, ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel_id", Id, ForeignKey("alert_channels.id", ondelete="CASCADE"), nullable=False),
    Column("what", String(8), nullable=False),
    Column("due_at_ms", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sent_at_ms", BigInteger, nullable=True),
    Column("error", String(300), nullable=False, server_default=""),
)
"""What is to be told (`began`, `ended`) and to whom: written with the alert, sent at least once, marked when it was."""
