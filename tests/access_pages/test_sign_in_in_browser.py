"""The first day, in a real browser and with the keyboard alone: the server's code, the first administrator, in and out again,
the second step. The server is the real one, started as people start it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from collectors.stream.embedded import bundled
from dashboard.access.actor import Actor
from dashboard.pages.services import Services, now_ms
from dashboard.settings import AccessSettings, Settings
from tests.accessible import serious_findings
from tests.chromium import chromium
from tests.patience import HANG_S
from tests.pipeline.site import COMMAND, until
from tests.ports import free_ports
from tests.redis_server import running

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]

PASSWORD = "violet harbour 27 lanterns"


@dataclass
class Server:
    """A page server that was just installed."""

    address: str
    settings: Settings
    log: Path

    def code(self) -> str:
        """The code that it printed when it started."""
        (found,) = re.findall(r"^ +((?:[2-9A-Z]{4}-){6}[2-9A-Z]{4})$", self.log.read_text(), re.MULTILINE)
        return str(found)

    def second_factor(self, login: str) -> str:
        """Sets one up as its owner would on their account page; the seed."""
        services = Services.of(self.settings)
        try:
            (view,) = [one for one in services.accounts.listed(_TESTER) if one.login == login]
            cookie = services.sessions.begin(view.id, "127.0.0.1", "test", second_factor="totp")
            actor = services.doorkeeper.by_session(cookie, "127.0.0.1")
            assert isinstance(actor, Actor)
            seed = services.second_factors.start(actor).seed
            services.second_factors.confirm(actor, pyotp.TOTP(seed).now())
        finally:
            services.close()
        return seed


_TESTER = Actor("system", "test", "test")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    tmp_path = tmp_path_factory.mktemp("server")
    (port,) = free_ports(1)
    log = tmp_path / "web.log"
    with running(bundled()) as redis:
        environment = {
            "FLOORWATCH_DATA": str(tmp_path),
            "FLOORWATCH_REDIS_URL": redis.url,
            "FLOORWATCH_WEB__PORT": str(port),
            "FLOORWATCH_ACCESS__SECOND_FACTOR": "[]",
        }
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*COMMAND, "web"], cwd=tmp_path, env=os.environ | environment, stdout=output, stderr=output
            )
        try:
            address = f"http://127.0.0.1:{port}"
            until(lambda: _answers(address), HANG_S, log.read_text())
            settings = Settings(data=tmp_path, redis_url=redis.url, access=AccessSettings(second_factor=()))
            yield Server(address, settings, log)
        finally:
            process.terminate()
            process.wait(HANG_S)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:  # noqa: S310 — loopback
            return bool(json.load(answer) == {"status": "ok"})
    except OSError:
        return False


Look = Callable[[Page, str], None]


@pytest.fixture
def look() -> Look:
    """Checks a page as it is now: usable by everybody, nothing sticks out, no error in the console. With PICTURES=folder it is kept."""

    def look(page: Page, name: str) -> None:
        assert serious_findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the screen"
        folder = os.environ.get("PICTURES")
        if folder:
            width = (page.viewport_size or {"width": 0})["width"]
            page.screenshot(path=Path(folder) / f"{name}-{width}.png")

    return look


def type_into(page: Page, field: str, text: str) -> None:
    """Goes to the field by Tab, as somebody without a mouse does, and types."""
    tab_to(page, f"{field}-field")
    page.keyboard.type(text)


def tab_to(page: Page, element: str) -> None:
    """Presses Tab until the focus is there: an element's id, or the beginning of its text."""
    where = "[document.activeElement].map(e => e === document.body ? '' : e.id + ' ' + e.textContent.trim())[0]"
    for _ in range(30):
        if element in str(page.evaluate(where)):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The keyboard does not reach {element!r}.")


def is_problem(message: ConsoleMessage) -> bool:
    """Errors, but not that a form was refused or a page is not there: the browser notes those too, and that the desk, on the way
    through, found no gateway: none is running here."""
    expected = r"status of (422|404)|WebSocket connection to .*/live' failed: .*ERR_CONNECTION_REFUSED"
    return message.type == "error" and not re.search(expected, message.text)


def gets_focus(page: Page, element_id: str) -> None:
    """A browser gives it soon after the page is there, not with it."""
    page.wait_for_function("id => document.activeElement.id === id", arg=element_id)


SIGHTS = ((390, 844, "en", "dark"), (1366, 768, "en", "light"), (1920, 1080, "zh-CN", "dark"))


@pytest.mark.parametrize(("width", "height", "lang", "theme"), SIGHTS)
def test_the_doors_at_each_size(
    browser: Browser, server: Server, look: Look, width: int, height: int, lang: str, theme: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": height})
    for path in ("sign-in", "first-admin", "welcome"):
        page.goto(f"{server.address}/{path}?lang={lang}&theme={theme}")
        assert page.locator("html").get_attribute("data-theme") == theme
        look(page, f"{path}-{lang}-{theme}")
    page.locator("#password-field").fill("password")
    page.keyboard.press("Enter")
    page.wait_for_selector("#code-error")
    look(page, f"welcome-errors-{lang}-{theme}")
    buttons = page.locator("button, .button, .field input").all()
    assert [box for button in buttons if (box := button.bounding_box()) and box["height"] < 30] == []  # for fingers
    page.close()


def test_a_code_behind_the_mark_of_a_link_stays_in_the_browser(browser: Browser, server: Server) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.address}/welcome#code=AAAA-BBBB-CCCC")
    assert page.locator("#code-field").input_value() == "AAAA-BBBB-CCCC"
    assert page.url == f"{server.address}/welcome"
    assert not [url for url in asked if "AAAA" in url.partition("#")[0]]
    page.close()


def test_the_first_day_with_the_keyboard_alone(browser: Browser, server: Server, look: Look) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if is_problem(message) else None)
    page.on("pageerror", lambda error: problems.append(str(error)))

    page.goto(f"{server.address}/floor/")
    assert page.url.startswith(f"{server.address}/sign-in?next=")
    look(page, "first-sign-in")
    tab_to(page, "创建首位管理员")
    page.keyboard.press("Enter")

    page.wait_for_url("**/first-admin")
    gets_focus(page, "code-field")
    look(page, "first-admin")
    page.keyboard.press("Enter")  # nothing filled in
    page.wait_for_selector("#code-error")
    gets_focus(page, "code-field")
    look(page, "first-admin-errors")
    for field, text in (
        ("code", server.code().lower()), ("login", "Chen.Jing"), ("name", "陈静"), ("password", PASSWORD), ("again", PASSWORD),
    ):  # fmt: skip
        type_into(page, field, text)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/floor/"))
    assert PASSWORD not in page.content()

    page.goto(f"{server.address}/sign-out")
    look(page, "sign-out")
    tab_to(page, "退出登录")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in?said=signed_out")
    assert page.get_by_role("status").inner_text().strip() == "您已退出登录。"
    assert page.get_by_text("还没有管理员").count() == 0
    assert page.goto(f"{server.address}/first-admin").status == 404  # type: ignore[union-attr]
    look(page, "first-admin-over")

    seed = server.second_factor("chen.jing")
    page.goto(f"{server.address}/account/?lang=zh-CN")
    gets_focus(page, "login-field")
    page.keyboard.type("chen.jing")
    type_into(page, "password", "not my password")
    assert page.locator("#password-field").get_attribute("type") == "password"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the button that shows it
    assert page.locator("#password-field").get_attribute("type") == "text"
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert "登录名或密码不正确" in page.get_by_role("alert").inner_text()
    gets_focus(page, "password-field")
    assert page.locator("#login-field").input_value() == "chen.jing"
    look(page, "sign-in-wrong")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url("**/sign-in/second?**")
    gets_focus(page, "code-field")
    look(page, "second-step")
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    page.wait_for_selector("#code-error")
    look(page, "second-step-wrong")
    page.keyboard.type(pyotp.TOTP(seed).at(now_ms() // 1000 + 30))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/account/\?lang=zh-CN$"))

    context.close()
    assert problems == []
    log = server.log.read_text()
    assert log.count(server.code()) == 1
    assert PASSWORD not in log
