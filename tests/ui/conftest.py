"""The pages behind a real HTTP server, and Chromium to look at them. Without Chromium the browser tests say so and skip."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request

from dashboard.access.permissions import Role
from dashboard.settings import LiveSettings
from tests.access_pages.site import COOKIE, PageSite, page_site, served
from tests.chromium import chromium
from tests.ports import free_port
from tests.store.databases import Databases
from tests.ui.gateway_script import ScriptedGateway, scripted_gateway

WALL_SIZE = (1920, 1080)
NO_ICON = "/favicon.ico"
"""What the browser asks for by itself where a tab rests, and may hear of when the next page is open."""


Open = Callable[..., Page]
Scripted = Callable[..., AbstractContextManager[ScriptedGateway]]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def gateway_port() -> int:
    """Where the pages of this session look for their gateway; each test puts its own there."""
    return free_port()


@pytest.fixture(scope="session")
def site(gateway_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    """The pages, with Valkey and a database behind them."""
    folder = tmp_path_factory.mktemp("pages")
    databases = Databases("sqlite", folder)
    with page_site(databases.migrated(), folder, live=LiveSettings(port=gateway_port)) as running:
        yield running
    databases.close()


@pytest.fixture(scope="session")
def address(site: PageSite) -> Iterator[str]:
    """The pages' address."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="session")
def manager(site: PageSite) -> str:
    """The session of somebody who may see the whole floor."""
    return site.signed_in(Role.MANAGER, name="王经理")


@pytest.fixture
def scripted(gateway_port: int) -> Scripted:
    """`scripted(name)`: the gateway of this session, with the floor `name` of `FLOORS`."""
    return partial(scripted_gateway, port=gateway_port)


@pytest.fixture(scope="package")
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    yield made
    made.close()


@pytest.fixture(scope="package")
def tabs(context: BrowserContext) -> list[Page]:
    """One tab in which nothing is open, but while a test has it.

    A new one is a new process, which reads fonts and scripts anew, and takes thrice as long.
    """
    return [context.new_page()]


@pytest.fixture
def open_page(context: BrowserContext, tabs: list[Page], address: str, manager: str) -> Iterator[Open]:
    """`open_page(path)`: a page that is drawn, for the manager, or for whose `cookie` it is. Fails the test on an error in the
    page or a request that leaves this machine. `is_new`: in a process that has shown nothing else."""
    opened: list[Page] = []
    faults: list[str] = []

    def fail(error: Error) -> None:
        faults.append(str(error))

    def note(said: ConsoleMessage) -> None:
        if said.type == "error" and "WebSocket" not in said.text and not said.location["url"].endswith(NO_ICON):
            faults.append(said.text)

    def follow(asked: Request) -> None:
        if not asked.url.startswith((address, "data:")):
            faults.append(asked.url)

    heard: dict[str, Callable[..., None]] = {"pageerror": fail, "console": note, "request": follow}

    def start(
        path: str,
        *,
        size: tuple[int, int] = WALL_SIZE,
        drawn: bool = True,
        cookie: str = "",
        is_new: bool = False,
    ) -> Page:
        context.add_cookies([{"name": COOKIE, "value": cookie or manager, "url": address}])
        page = context.new_page() if is_new or not tabs else tabs.pop()
        opened.append(page)
        page.bring_to_front()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for event, hear in heard.items():
            page.on(event, hear)  # type: ignore[call-overload]
        page.goto(address + path)
        page.wait_for_selector('.screen[data-drawn="yes"]' if drawn else ".screen")
        return page

    yield start
    for page in opened:
        for event, hear in heard.items():
            page.remove_listener(event, hear)
        page.goto(f"{address}/healthz")  # of the same site, so that the process stays
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.emulate_media(reduced_motion="no-preference")
        if tabs:
            page.close()
        else:
            tabs.append(page)
    context.clear_cookies()
    assert faults == []
