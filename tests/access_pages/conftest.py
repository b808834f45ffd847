"""One page server for a module of tests: each test makes accounts of its own on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.access_pages.site import PageSite, page_site
from tests.store.databases import Databases


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    """On SQLite: what pages ask of the database is tested with the services, on both."""
    folder = tmp_path_factory.mktemp("site")
    databases = Databases("sqlite", folder)
    with page_site(databases.migrated(), folder) as running:
        yield running
    databases.close()
