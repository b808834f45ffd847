"""Who and what is on the floor: people, teams, queues, pause reasons, the business day.

People and teams belong to the company; what a switch names (agents, queues, pause reasons) belongs to a site. Everything here
that changes a number reaches the floor only through `settings_outbox`, written in the same transaction.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Float, ForeignKey, Integer, LargeBinary, String, Table, Text

from dashboard.store.schema.base import WHOLE, Id, SwitchId, metadata

teams = Table(
    "teams",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name_zh", String(100), nullable=False, server_default=""),
    Column("name_en", String(100), nullable=False, server_default=""),
    Column("parent_id", String(64), ForeignKey("teams.id"), nullable=True),
)
"""Nested by `parent_id`; the id travels in the stream."""

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True),
    Column("display_name", String(100), nullable=False),
    Column("nickname", String(100), nullable=False, server_default=""),
    Column("staff_number", String(40), nullable=True, unique=True),
    Column("joined_on", Date, nullable=True),
    Column("team_id", String(64), ForeignKey("teams.id"), nullable=True, index=True),
    Column("left_at_ms", BigInteger, nullable=True),
    Column("changed_at_ms", BigInteger, nullable=False),
)
"""Staff. Who has left is kept (`left_at_ms`), because the past has their calls."""

agents = Table(
    "agents",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("id", SwitchId, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), nullable=True, index=True),
    Column("is_set_aside", Boolean, nullable=False),
)
"""Which agent of the switch (`PJSIP/1001`) is whom. `person_id` null: claimed by nobody; `is_set_aside`: on purpose."""

queues = Table(
    "queues",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("id", SwitchId, primary_key=True),
    Column("name_zh", String(100), nullable=False, server_default=""),
    Column("name_en", String(100), nullable=False, server_default=""),
    Column("service_level_target", Float, nullable=False),
    Column("threshold_s", Integer, nullable=False),
    Column("short_abandon_s", Integer, nullable=False),
    Column("formula", String(32), nullable=False),
    Column("overflow_counts", Boolean, nullable=False),
    Column("wrap_up_s", Integer, nullable=False),
    Column("wait_amber_s", Integer, nullable=False),
    Column("wait_red_s", Integer, nullable=False),
)
"""Names, targets and limits of each queue that somebody has confirmed; `*` holds those of all other queues."""

pause_reasons = Table(
    "pause_reasons",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("reason", SwitchId, primary_key=True),
    Column("name_zh", String(100), nullable=False, server_default=""),
    Column("name_en", String(100), nullable=False, server_default=""),
    Column("category", String(32), nullable=False),
    Column("limit_s", Integer, nullable=False),
    Column("quota", Integer, nullable=False),
    Column("icon", String(64), nullable=False, server_default=""),
)
"""The catalogue; `reason` is the word as the switch sends it."""

floor_rules = Table(
    "floor_rules",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("time_zone", String(64), nullable=False),
    Column("day_starts_at_min", Integer, nullable=False),
    Column("interval_min", Integer, nullable=False),
    Column("effective_call_s", Integer, nullable=False),
    Column("state_limits_s", Text, nullable=False),
    Column("origin", String(16), nullable=False),
    Column("origin_digest", String(64), nullable=False, server_default=""),
    Column("changed_at_ms", BigInteger, nullable=False),
)
"""The business day and the limits of states (JSON, seconds by state). `origin`: `file` while the floor file alone has written
the site's directory (`origin_digest` is that file's), `people` from the first change by a person on."""

settings_outbox = Table(
    "settings_outbox",
    metadata,
    Column("id", WHOLE, primary_key=True, autoincrement=True),
    Column("site", String(64), nullable=False, index=True),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("settings", LargeBinary, nullable=False),
    Column("stated_at_ms", BigInteger, nullable=True),
    Column("position", String(40), nullable=True),
)
"""Whole `FloorSettings` (MessagePack) as a change left them, to be told to the stream; the newest row counts.
`position`: the stream entry that told it."""
