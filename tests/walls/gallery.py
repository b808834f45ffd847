"""Pages, a gateway with a scene, and somebody who may see every board: all that a browser needs to look at walls."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from dashboard.access.permissions import Role
from dashboard.settings import LiveSettings
from tests.access_pages.site import COOKIE, PageSite, page_site, served
from tests.ports import free_port
from tests.store.databases import Databases
from tests.walls.scenes import Scene
from tests.walls.stage import Stage, stage

DRAWN = '.screen.wall[data-drawn="yes"]:not([data-age="connecting"])'


class Gallery:
    """`site`: the pages. `show` puts a scene behind them; `wall` opens one in a browser."""

    def __init__(self, site: PageSite, address: str, stage: Stage) -> None:
        self.site = site
        self.address = address
        self.stage = stage
        self._cookie = site.signed_in(Role.MANAGER, name="王经理")

    def show(self, scene: Scene) -> None:
        """From now on every wall shows this floor."""
        self.stage.show(scene)

    @contextlib.contextmanager
    def wall(self, browser: Browser, width: int, height: int, **address: str) -> Iterator[Page]:
        """A wall of this size, drawn. `address`: what stands in its address (`board`, `lang`, `theme`)."""
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=address.get("lang", "zh-CN"),
            timezone_id="Asia/Shanghai",
        )
        try:
            context.add_cookies([{"name": COOKIE, "value": self._cookie, "url": self.address}])
            page = context.new_page()
            query = "&".join(f"{name}={value}" for name, value in address.items())
            page.goto(f"{self.address}/wall/?{query}")
            page.wait_for_selector(DRAWN)
            page.evaluate("document.fonts.ready")
            yield page
        finally:
            context.close()


@contextlib.contextmanager
def gallery(folder: Path, **settings: Any) -> Iterator[Gallery]:
    """An open one, without a scene yet."""
    databases = Databases("sqlite", folder)
    port = free_port()
    pages = page_site(databases.migrated(), folder, live=LiveSettings(port=port), **settings)
    try:
        with pages as site, served(site) as address, stage(port) as running:
            yield Gallery(site, address, running)
    finally:
        databases.close()
