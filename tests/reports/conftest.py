"""A past on each database, and whoever reads it, at a moment that stands."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, event

from dashboard.reports import Archive
from tests.reports.past import SITE, Past, at
from tests.store.databases import database_url, databases, engine

__all__ = ["database_url", "databases", "engine"]

NOW = at("2026-11-20", "12:10")
"""A Friday."""


@pytest.fixture
def past(engine: Engine) -> Past:
    """Nothing happened yet."""
    if engine.dialect.name == "sqlite":  # each row is written for itself, and need not outlive a power cut
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous = OFF"))
    return Past(engine)


@pytest.fixture
def archive(engine: Engine) -> Archive:
    """Asked at `NOW`."""
    return Archive(engine, SITE, lambda: NOW)
