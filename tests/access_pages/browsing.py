"""The pages in a manager's browser: where they are served, the browser, and a page that fails its test for what goes wrong inside it.

A room takes over what it needs, beside a `site` of its own: `from tests.access_pages.browsing import address, context`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize

from dashboard.access.permissions import Role
from tests.access_pages.site import COOKIE, PageSite, served
from tests.chromium import chromium

_EXPECTED = re.compile(r"\b422\b|^WebSocket connection to ")
DESK, PHONE = ViewportSize(width=1366, height=768), ViewportSize(width=390, height=844)


@pytest.fixture(scope="module")
def address(site: PageSite) -> Iterator[str]:
    with served(site) as address:
        yield address


@pytest.fixture(scope="module")
def context(address: str, site: PageSite) -> Iterator[BrowserContext]:
    """The manager's browser."""
    with chromium() as browser:
        made = browser.new_context(locale="zh-CN", viewport=DESK)
        made.add_cookies([{"name": COOKIE, "value": site.signed_in(Role.MANAGER, name="陈经理"), "url": address}])
        yield made
        made.close()


@contextlib.contextmanager
def flawless(context: BrowserContext) -> Iterator[Page]:
    """A page in which no script fails, nothing is logged as an error, and no dialog opens.

    A refused form (422) is no fault; nor is a gateway that is not there: behind these pages is none.
    """
    page, faults = context.new_page(), list[str]()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.on(
        "console",
        lambda said: faults.append(said.text) if said.type == "error" and not _EXPECTED.search(said.text) else None,
    )
    yield page
    page.close()
    assert faults == []
