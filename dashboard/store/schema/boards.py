"""Boards, their history, pictures on them, and announcements to screens. All of a site.

A board has one draft, which people change, and revisions, which screens show. A revision never changes; going back makes a new
one. What a wall needs of this is copied to Redis, so that a database outage blanks no TV.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, LargeBinary, String, Table, Text

from dashboard.store.schema.base import Id, metadata

boards = Table(
    "boards",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("scope", Text, nullable=False),
    Column("draft", Text, nullable=False),
    Column("draft_version", Integer, nullable=False),
    Column("draft_by", String(100), nullable=False),
    Column("draft_at_ms", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("removed_at_ms", BigInteger, nullable=True),
)
"""`scope` (JSON, see `dashboard.access.scope`): who may edit it must see all of that. `draft`: the document as it is being edited
(JSON); `draft_version` rises with every change of it, so that two people do not overwrite each other unseen. `revision`: the one
that screens show; 0: none yet. A removed board keeps its id."""

board_revisions = Table(
    "board_revisions",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("board_id", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("document", Text, nullable=False),
    Column("published_by", String(100), nullable=False),
    Column("published_at_ms", BigInteger, nullable=False),
    Column("restored_from", Integer, nullable=True),
    Column("note", String(200), nullable=False, server_default=""),
    ForeignKeyConstraint(["site", "board_id"], ["boards.site", "boards.id"]),
)
"""What was published, oldest is 1. `restored_from`: the revision that somebody went back to."""

pictures = Table(
    "pictures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site", String(64), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("media_type", String(32), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
)
"""Pictures for boards, as we encoded them anew; never the bytes that were uploaded."""

announcements = Table(
    "announcements",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site", String(64), nullable=False, index=True),
    Column("text", String(500), nullable=False),
    Column("form", String(16), nullable=False),
    Column("priority", String(16), nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("screens", Text, nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False, index=True),
    Column("withdrawn_by", String(100), nullable=False, server_default=""),
    Column("withdrawn_at_ms", BigInteger, nullable=True),
)
"""Messages of people to screens. `form`: `ticker`, `banner`, or `full` (the whole screen for `seconds`). `screens`: their ids (JSON
list), as chosen by somebody who may manage each of them."""
