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
from tests.walls.scenes import SCENES, Scene
from tests.walls.stage import Stage, stage

FORGET = "localStorage.clear(); sessionStorage.clear()"
DRAWN = '.screen.wall[data-drawn="yes"]:not([data-age="connecting"])'


Place = tuple[Browser, str]


class Gallery:
    """`site`: the pages. `show` puts a scene behind them; `wall` opens one in a browser.

    Walls are opened one after the other in the same tab of their language: a new tab is a new process, which reads fonts and
    scripts anew, and takes thrice as long. What a page leaves in its browser is cleared in between.
    """

    def __init__(self, site: PageSite, address: str, stage: Stage) -> None:
        self.site = site
        self.address = address
        self.stage = stage
        self._cookie = site.signed_in(Role.MANAGER, name="王经理")
        self._tabs: dict[Place, Page] = {}
        self._scenes: dict[str, Scene] = {}

    def show(self, scene: Scene) -> None:
        """From now on every wall shows this floor."""
        self.stage.show(scene)

    def show_kind(self, kind: str) -> None:
        """One of `SCENES`. It is made once; its time goes on whenever it is shown."""
        if kind not in self._scenes:
            self._scenes[kind] = SCENES[kind]()
        self.show(self._scenes[kind])

    @contextlib.contextmanager
    def wall(self, browser: Browser, width: int, height: int, **address: str) -> Iterator[Page]:
        """A wall of this size, drawn. `address`: what stands in its address (`board`, `lang`, `theme`)."""
        place = browser, address.get("lang", "zh-CN")
        page = self._tabs.pop(place, None) or self._tab(*place)
        page.set_viewport_size({"width": width, "height": height})
        query = "&".join(f"{name}={value}" for name, value in address.items())
        page.goto(f"{self.address}/wall/?{query}")
        page.wait_for_selector(DRAWN)
        page.evaluate("document.fonts.ready")
        try:
            yield page
        except BaseException:
            page.context.close()
            raise
        page.goto(f"{self.address}/healthz")  # of the same site, so that the process stays
        page.evaluate(FORGET)
        self._tabs[place] = page

    def _tab(self, browser: Browser, lang: str) -> Page:
        context = browser.new_context(locale=lang, timezone_id="Asia/Shanghai")
        context.add_cookies([{"name": COOKIE, "value": self._cookie, "url": self.address}])
        return context.new_page()


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
