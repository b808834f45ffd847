"""One page server over a day that happened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from dashboard.store.engine import open_store
from tests.access_pages.site import PageSite, page_site
from tests.day_pages.past import NOW_MS, write_past
from tests.store.databases import Databases, database_url, databases, engine

__all__ = ["database_url", "databases", "engine"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    """On SQLite: what the services ask of the database is tested with them, on both. It is four in the afternoon of that day."""
    folder = tmp_path_factory.mktemp("days")
    stores = Databases("sqlite", folder)
    with page_site(stores.migrated(), folder) as running:
        write_past(running.services.engine)
        running.services.archive.room.now_ms = lambda: NOW_MS
        yield running
    stores.close()


@pytest.fixture
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The day on SQLite alone, for what asks nothing of the database that other tests do not ask on both."""
    stores = Databases("sqlite", tmp_path_factory.mktemp("past"))
    opened = open_store(stores.migrated())
    write_past(opened)
    yield opened
    opened.dispose()
    stores.close()
