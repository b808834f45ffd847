"""Leaderboards, how each period of them ended, what was celebrated; and how people choose to appear."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from dashboard.store.schema.base import WHOLE, Id, SwitchId, metadata

leaderboards = Table(
    "leaderboards",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site", String(64), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("scope", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("changed_by", String(100), nullable=False),
    Column("changed_at_ms", BigInteger, nullable=False),
    Column("removed_at_ms", BigInteger, nullable=True),
)
"""`document`: JSON, `dashboard.leaderboards.document`. `scope`: who edits it must see all of that, and nobody else takes part. `since_ms`:
from when it counts: a scheme that was changed in mid-period counts from then on, or from the period's begin (0)."""

leaderboard_results = Table(
    "leaderboard_results",
    metadata,
    Column("id", Id, primary_key=True),
    Column("leaderboard_id", Id, ForeignKey("leaderboards.id", ondelete="CASCADE"), nullable=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("to_ms", BigInteger, nullable=False),
    Column("counted_from_ms", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    Column("standings", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("position", String(40), nullable=False),
    Column("frozen_at_ms", BigInteger, nullable=False),
    Column("published_by", String(100), nullable=False, server_default=""),
    Column("published_at_ms", BigInteger, nullable=True),
    Index("uq_leaderboard_results_period", "leaderboard_id", "from_ms", unique=True),
)
"""A period that is over. `counted_from_ms`: its begin, or when a change of what counts began to count. `document`: as it counted;
`standings`, `evidence`: JSON lists of `scoring.Standing` and `scoring.Did`: from the evidence the standings can be made anew.
`position`: of the stream, up to which everything is in it."""

leaderboard_corrections = Table(
    "leaderboard_corrections",
    metadata,
    Column("id", Id, primary_key=True),
    Column("result_id", Id, ForeignKey("leaderboard_results.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("reason", String(500), nullable=False),
    Column("standings", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
)
"""What was said later, and why; the newest counts. What was frozen first stays as it was."""

leaderboard_marks = Table(
    "leaderboard_marks",
    metadata,
    Column("leaderboard_id", Id, ForeignKey("leaderboards.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("key", SwitchId, primary_key=True),
    Column("from_ms", BigInteger, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("value", Text, nullable=False),
)
"""What must be known over a restart of who called it: the leader and since when, goals that were reached, ranks of the hours before
(`kind` hour), streaks and badges; of the period that began at `from_ms`."""

leaderboard_outbox = Table(
    "leaderboard_outbox",
    metadata,
    Column("id", WHOLE, primary_key=True, autoincrement=True),
    Column("site", String(64), nullable=False, index=True),
    Column("cause", String(200), nullable=False, unique=True),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("event", LargeBinary, nullable=False),
    Column("told_at_ms", BigInteger, nullable=True),
)
"""Celebrations (MessagePack `CelebrationCalled`) that the stream is to hear: one a cause, ever."""

appearances = Table(
    "appearances",
    metadata,
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("shown_as", String(16), nullable=False),
    Column("nickname", String(40), nullable=False, server_default=""),
    Column("takes_part", String(16), nullable=False),
    Column("avatar", LargeBinary, nullable=True),
    Column("avatar_id", Id, nullable=True, index=True),
    Column("avatar_tint", Integer, nullable=False),
    Column("reset_nickname", String(40), nullable=False, server_default=""),
    Column("reset_reason", String(300), nullable=False, server_default=""),
    Column("changed_at_ms", BigInteger, nullable=False),
)
"""How a person appears on leaderboards, by their own choice. `shown_as`: `name`, `nickname`, `staff_number`. `takes_part`: `shown`,
`only_me` (nobody else sees their place), `no`. `avatar`: WebP, encoded by us; none: one is drawn from the first sign of the name, in
`avatar_tint`. `reset_nickname`: one that was taken from them and does not come back; `reset_reason`: what they are told of it, or of
their picture, until they choose anew."""

agent_sums = Table(
    "agent_sums",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("from_ms", BigInteger, primary_key=True),
    Column("to_ms", BigInteger, primary_key=True),
    Column("sums", LargeBinary, nullable=True),
)
"""What `agent_intervals` add up to from one moment to another, by agent (MessagePack, `leaderboards.standings.kept_sums`); null while it is
being added up. Triggers on `agent_intervals` take a row away when a half-hour in it is written, changed or removed."""
