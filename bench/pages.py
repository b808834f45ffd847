"""The pages as a bench needs them: a server in this process, before a gateway that is there already, and somebody signed in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from dashboard.access.permissions import Role
from dashboard.settings import LiveSettings
from dashboard.store import open_store, upgrade
from tests.access_pages.site import COOKIE, PageSite, page_site, served


class Pages:
    """`address` of the server, and the session of a manager."""

    def __init__(self, address: str, session: str) -> None:
        self.address = address
        self._session = session

    @classmethod
    def of(cls, address: str, site: PageSite) -> Pages:
        """The pages of `site` at this address, for a manager of theirs."""
        return cls(address, site.signed_in(Role.MANAGER))

    def visitor(self, browser: Browser, size: tuple[int, int] = (1920, 1080)) -> BrowserContext:
        """An empty browser in which the manager is signed in."""
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        context.add_cookies([{"name": COOKIE, "value": self._session, "url": self.address}])
        return context


@contextmanager
def site_of_pages(gateway_port: int) -> Iterator[PageSite]:
    """With a Valkey and a database of its own, not served yet."""
    with tempfile.TemporaryDirectory(prefix="floorwatch-bench-") as folder:
        database = f"sqlite:///{folder}/floorwatch.sqlite"
        engine = open_store(database)
        upgrade(engine)
        engine.dispose()
        with page_site(database, Path(folder), live=LiveSettings(port=gateway_port)) as site:
            yield site


@contextmanager
def pages(gateway_port: int) -> Iterator[Pages]:
    """Running, with a Valkey and a database of their own."""
    with site_of_pages(gateway_port) as site, served(site) as address:
        yield Pages.of(address, site)
