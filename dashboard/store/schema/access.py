"""Who may do what: accounts, their roles and second factors, codes that open an account once, API tokens, paired screens.

No secret stands here in clear: passwords are argon2id, codes and tokens SHA-256 of random values, TOTP seeds are sealed with a
key that is not in the database. Sessions and pairings in progress live in Redis.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from dashboard.store.schema.base import WHOLE, Id, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("person_id", Id, ForeignKey("people.id"), nullable=True, index=True),
    Column("password_hash", String(200), nullable=True),
    Column("password_changed_at_ms", BigInteger, nullable=True),
    Column("totp_sealed", LargeBinary, nullable=True),
    Column("totp_confirmed_at_ms", BigInteger, nullable=True),
    Column("totp_last_step", BigInteger, nullable=False, server_default="0"),
    Column("lang", String(16), nullable=False, server_default=""),
    Column("disabled_at_ms", BigInteger, nullable=True),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("last_sign_in_ms", BigInteger, nullable=True),
    Column("version", Integer, nullable=False),
)
"""`login`: what one types, in lower case. `version` rises with every change that touches what the account may do, and ends
nothing by itself: sessions look again. `totp_last_step`: the last step that was used, so that no code works twice."""

account_roles = Table(
    "account_roles",
    metadata,
    Column("id", WHOLE, primary_key=True, autoincrement=True),
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("role", String(32), nullable=False),
    Column("scope", Text, nullable=False),
    Column("origin", String(8), nullable=False),
    UniqueConstraint("account_id", "role", "scope", "origin"),
)
"""A role in a scope (JSON, see `dashboard.access.scope`). `origin`: `hand`, or `oidc` (replaced at each sign-in there)."""

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("id", WHOLE, primary_key=True, autoincrement=True),
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("code_hash", String(64), nullable=False),
    Column("used_at_ms", BigInteger, nullable=True),
)

identities = Table(
    "identities",
    metadata,
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
)
"""Who an account is at an OpenID provider."""

invitations = Table(
    "invitations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=True, index=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("used_at_ms", BigInteger, nullable=True),
)
"""One-time codes. `kind`: `first_admin` (no account yet) or `password` (its owner sets a new one)."""

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("permissions", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("last_used_at_ms", BigInteger, nullable=True),
    Column("revoked_at_ms", BigInteger, nullable=True),
)
"""`permissions`: JSON list; a token may do what is in it and what its owner may do at that moment. `scope` (JSON, see
`dashboard.access.scope`): where, as far as its owner's goes at that moment."""

screens = Table(
    "screens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site", String(64), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("board", String(64), nullable=False),
    Column("scope", Text, nullable=False),
    Column("lang", String(16), nullable=False),
    Column("theme", String(16), nullable=False),
    Column("address_range", String(64), nullable=False, server_default=""),
    Column("token_hash", String(64), nullable=True, unique=True),
    Column("is_blank", Boolean, nullable=False),
    Column("reload_wanted_at_ms", BigInteger, nullable=True),
    Column("paired_by", String(100), nullable=False),
    Column("paired_at_ms", BigInteger, nullable=False),
    Column("revoked_at_ms", BigInteger, nullable=True),
)
"""Paired TVs. `token_hash` null: not yet fetched by the device, or revoked."""
