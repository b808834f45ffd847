"""The past of tests/reports, and Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.chromium import chromium
from tests.reports.conftest import archive, past
from tests.store.databases import database_url, databases, engine

__all__ = ["archive", "database_url", "databases", "engine", "past"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module."""
    with chromium() as found:
        yield found
