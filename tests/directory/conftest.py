"""The databases of these tests, and an office on each."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.directory.office import Office
from tests.redis_server import valkey
from tests.store.databases import database_url, databases, engine

__all__ = ["database_url", "databases", "engine", "valkey"]


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    """An empty directory."""
    return Office(engine, tmp_path)
