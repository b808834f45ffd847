"""Alerts: their rules, what fired, where it is told, and what was sent."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

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
    Column("removed_at_ms", BigInteger, nullable=True),
)
"""Where alerts go besides the desks. `address`: what the kind needs, sealed: it holds secrets; of a removed channel it is empty.
`scope`: what whoever reads it may see (`dashboard.access.scope`)."""

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
    Column("removed_at_ms", BigInteger, nullable=True),
)
"""`document`: JSON, a `dashboard.alerts` rule: metric, window, set, threshold, hold time, quiet hours, schedule, channels. A rule that
was removed stays, because its alerts do."""

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("rule_id", Id, ForeignKey("alert_rules.id", ondelete="CASCADE"), nullable=False),
    Column("about", SwitchId, nullable=False),
    Column("metric", String(64), nullable=False),
    Column("level", String(8), nullable=False),
    Column("measured", Text, nullable=False),
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
    Index(
        "uq_alerts_open",
        "rule_id",
        "about",
        unique=True,
        sqlite_where=text("ended_at_ms IS NULL"),
        postgresql_where=text("ended_at_ms IS NULL"),
    ),
)
"""One row a cause: a rule and what it is about (a queue, a team, an agent, or "" for the rule's whole set), from when it fired until it
recovered; of one cause at most one is open. `measured`: the part of the rule's document that says what was held against which limit, as
it was then. `value`: when it fired."""

alert_timers = Table(
    "alert_timers",
    metadata,
    Column("rule_id", Id, ForeignKey("alert_rules.id", ondelete="CASCADE"), primary_key=True),
    Column("about", SwitchId, primary_key=True),
    Column("measured", Text, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("against_ms", BigInteger, nullable=False),
)
"""Hold times that run, so that a restart does not begin them anew: since when (`against_ms`) the number says otherwise than `is_on`."""

alert_watch = Table(
    "alert_watch",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("seen_at_ms", BigInteger, nullable=False),
    Column("standing", Text, nullable=False),
)
"""When the rules were held against the floor last, and how each stood then (`standing`: JSON, by rule)."""

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
    Column("given_up_at_ms", BigInteger, nullable=True),
    Column("error", String(300), nullable=False, server_default=""),
    Index("ix_alert_deliveries_sent_at_ms_given_up_at_ms_due_at_ms", "sent_at_ms", "given_up_at_ms", "due_at_ms"),
)
"""What is to be told (`began`, `ended`, or `both` in one) and to whom: written with the alert, sent at least once, marked when it was.
`error`: a word of `dashboard.alerts.telling`, never what the other side wrote."""
