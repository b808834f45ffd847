"""A directory on each database, with a small floor in it and a clock that stands still."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from dashboard.access.actor import Actor, Grant
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.access.permissions import Role
from dashboard.directory import Directory
from dashboard.directory.seen import Seen, SeenAgent
from tests.store.databases import database_url, databases, engine

__all__ = ["database_url", "databases", "engine"]

NOW_MS = 1_763_000_000_000


@pytest.fixture
def manager() -> Actor:
    return Actor("person", "acc1", "陈经理", (Grant.of(Role.MANAGER),), account_id="acc1", address="10.0.0.9")


@pytest.fixture
def seen() -> Seen:
    """What the switch of the tests reports."""
    return Seen(
        NOW_MS,
        (
            SeenAgent("PJSIP/1001", "Wang Fang", ("sales",), 12),
            SeenAgent("PJSIP/1002", "", ("sales", "support"), 3),
            SeenAgent("PJSIP/1003", "Li Wenbo", ("support",), 0),
        ),
        ("sales", "support"),
        ("Lunch", "小休"),
    )


@pytest.fixture
def audit(engine: Engine, tmp_path: Path) -> Audit:
    return Audit(engine, Anchor(tmp_path / "heads.log"), now_ms=lambda: NOW_MS)


@pytest.fixture
def directory(engine: Engine, audit: Audit, seen: Seen) -> Directory:
    return Directory(engine, audit, "main", seen=lambda: seen, now_ms=lambda: NOW_MS)
