"""The databases, the audit log and the clock of these tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from tests.access.ledger import Clock
from tests.store.databases import database_url, databases, engine

__all__ = ["database_url", "databases", "engine"]


@pytest.fixture
def clock() -> Clock:
    """A clock that stands until the test moves it."""
    return Clock()


@pytest.fixture
def audit(engine: Engine, tmp_path: Path, clock: Clock) -> Audit:
    """An empty audit log."""
    return Audit(engine, Anchor(tmp_path / "audit-heads.log"), now_ms=clock)
