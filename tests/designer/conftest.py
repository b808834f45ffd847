"""One page server for the pages' tests, and one whole site of processes with a browser for the stories."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.access_pages.conftest import site
from tests.chromium import chromium
from tests.screens.tv_site import TvSite, tv_site

__all__ = ["browser", "here", "site"]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="package")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TvSite]:
    with tv_site(tmp_path_factory.mktemp("floor")) as running:
        yield running
