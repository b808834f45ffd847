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
from tests.access_pages.site import COOKIE, page_site, served


class Pages:
    """`address` of the server, and the session of a manager."""

    def __init__(self, address: str, session: str) -> None:
        self.address = address
        self._session = session

    def visitor(self, browser: Browser, size: tuple[int, int] = (1920, 1080)) -> BrowserContext:
        """An empty browser in which the manager is signed in."""
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        context.add_cookies([{"name": COOKIE, "value": self._session, "url": self.address}])
        return context


@contextmanager
def pages(gateway_port: int) -> Iterator[Pages]:
    """Running, with a Valkey and a database of their own."""
    with tempfile.TemporaryDirectory(prefix="floorwatch-bench-") as folder:
        database = f"sqlite:///{folder}/floorwatch.sqlite"
        engine = open_store(database)
        upgrade(engine)
        engine.dispose()
        with page_site(database, Path(folder), live=LiveSettings(port=gateway_port)) as site, served(site) as address:
            yield Pages(address, site.signed_in(Role.MANAGER))
