"""A whole site of real processes with a PostgreSQL of its own, a TV in Chromium and the desk that lets it in."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page

from dashboard.access.cookies import cookie_name
from dashboard.access.permissions import Role
from dashboard.settings import load
from tests import postgres_server
from tests.keyring import Keyring
from tests.patience import HANG_S
from tests.pipeline.quiet import start_idle_switch
from tests.pipeline.site import START_S, Site, until

FAKETIME = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)
"""Debian's package `faketime`: another clock for processes, the whole libc sees it."""

SLEEP = "import select, time\ntime.sleep = lambda seconds: select.select([], [], [], max(0.0, seconds)) and None\n"
"""libfaketime refuses Python's `time.sleep` (clock_nanosleep) while the monotonic clock is left alone; loops need that one alone."""

ROOT = Path(__file__).resolve().parents[2]
WALL = '.screen.wall[data-drawn="yes"]'
NEXT_RELEASE = (
    "from dashboard.commands import processes\n"
    "processes.version = lambda name: '9.9.9+next'\n"
    "from dashboard.cli import main\n"
    "import sys; sys.argv = ['floorwatch', 'live']; main()\n"
)
"""A gateway of another release, for `Site.run_python`."""


class TvSite(Site):
    """`database`: its own server, which a test may stop. `more_environment` goes to every process that starts from then on."""

    def __init__(self, folder: Path, database: postgres_server.PostgresServer) -> None:
        super().__init__(folder)
        self.database = database
        self.more_environment = {"FLOORWATCH_DATABASE_URL": database.url(database.make())}
        self.username = self.secret = "floorwatch"

    @property
    def environment(self) -> dict[str, str]:
        """For a command of this site."""
        return super().environment | self.more_environment

    @property
    def keys(self) -> Keyring:
        """Ways in, on the site's own database."""
        if self._keys is None:
            url = self.more_environment["FLOORWATCH_DATABASE_URL"]
            self._keys = Keyring(load(str(self.settings)).model_copy(update={"database_url": url}))
        return self._keys

    @property
    def address(self) -> str:
        """Of the pages."""
        return f"http://127.0.0.1:{self.web_port}"

    def restart(self, *names: str) -> None:
        """Ends processes as a service manager does and starts them again."""
        for name in names:
            self.end(name)
        for name in names:
            self.start(name)

    def start_everything(self) -> None:
        """Switch, collector, historian, gateway, pages."""
        start_idle_switch(self)
        self.start_all(web=True)
        until(lambda: self.status("/healthz", self.web_port) == 200, START_S, "the pages are served")

    def live_in_sixty_days(self) -> None:
        """Every process goes on, the server of Redis too, with a clock that is sixty days ahead."""
        for name in [name for name in self.processes if name != "valkey"]:
            self.end(name)
        self.end("valkey")
        (self.folder / "sitecustomize.py").write_text(SLEEP)
        self.more_environment |= {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME": "+60d",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
            "PYTHONPATH": f"{self.folder}{os.pathsep}{ROOT}",
        }
        self.start_valkey()
        self.start_everything()


@contextlib.contextmanager
def tv_site(folder: Path) -> Iterator[TvSite]:
    """A running one."""
    with postgres_server.own() as database:
        made = TvSite(folder, database)
        try:
            made.start_valkey()
            _ = made.keys  # the schema, before anybody asks for it
            made.start_everything()
            yield made
        finally:
            made.close()


def desk(browser: Browser, here: TvSite, role: Role = Role.MANAGER) -> BrowserContext:
    """A browser in which somebody has signed in."""
    context = browser.new_context(locale="en", viewport={"width": 1366, "height": 768})
    name = cookie_name("session", is_secure=False)
    context.add_cookies([{"name": name, "value": here.keys.cookie(role), "url": here.address}])
    return context


def unpaired_tv(browser: Browser, here: TvSite) -> Page:
    """A TV that was switched on for the first time."""
    page = browser.new_context(locale="zh-CN", viewport={"width": 1920, "height": 1080}).new_page()
    page.goto(f"{here.address}/tv")
    page.wait_for_selector(".tv .code")
    return page


def code_of(tv: Page) -> str:
    """What one reads on it."""
    return tv.inner_text(".tv .code").replace("\n", "").replace(" ", "")


def pair_by_keyboard(page: Page, code: str, name: str) -> None:
    """As somebody does without a mouse: from field to field by Tab, Enter at the end."""
    page.focus("#code-field")
    page.keyboard.type(code.lower())
    page.keyboard.press("Tab")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice.good")


def wait_until_live(tv: Page, within_s: float) -> None:
    """The wall is drawn and its numbers are of now."""
    tv.wait_for_selector(f'{WALL}[data-age="live"]', timeout=within_s * 1000)


def loaded_at(tv: Page) -> float:
    """Which life of its page the TV is in; 0 while it is between two."""
    try:
        return float(tv.evaluate("performance.timeOrigin"))
    except Error:
        return 0.0


def load_anew(tv: Page) -> None:
    """As somebody who pulls the plug: whatever page the TV is about to go to by itself."""
    before = loaded_at(tv)
    with contextlib.suppress(Error):  # between two pages already
        tv.evaluate("location.reload()")
    wait_until_reloaded(tv, before, HANG_S)


def wait_until_reloaded(tv: Page, before: float, within_s: float) -> None:
    """Until the page lives anew."""
    until(lambda: loaded_at(tv) > before, within_s, "the TV has loaded its page anew")
