"""Account pages in Chromium with the keyboard alone: a second factor, a token, a colleague's account; and axe finds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from dashboard.access.account_view import RoleGiven
from dashboard.access.actor import system
from dashboard.access.permissions import Role
from tests.access_pages.browsing import address
from tests.access_pages.site import COOKIE, PageSite
from tests.accessible import serious_findings
from tests.chromium import chromium

__all__ = ["address"]

pytestmark = pytest.mark.browser

SIZES = ((1366, 768), (390, 844))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser, site: PageSite, address: str) -> Iterator[Page]:
    """An administrator's. A fault in the page, or something that the policy refuses, fails the test."""
    account = site.services.accounts.create(
        system("test"), f"root{len(site.audited())}", "张伟", roles=[RoleGiven(Role.ADMIN.value)]
    )
    context = _context(browser, site.session(account), address)
    opened, faults = context.new_page(), list[str]()
    opened.set_viewport_size({"width": 1366, "height": 768})
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield opened
    context.close()
    assert faults == []


def _context(
    browser: Browser, cookie: str, address: str, *, lang: str = "zh-CN", theme: str = "light"
) -> BrowserContext:
    context = browser.new_context(locale=lang, timezone_id="Asia/Shanghai")
    cookies = {COOKIE: cookie, "floorwatch_lang": lang, "floorwatch_theme_floor": theme}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context


def _tab_to(page: Page, selector: str) -> None:
    """By the Tab key alone, and the focus can be seen."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            shown = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none'; }"
            )
            assert shown, f"{selector} has the focus, and nobody sees it"
            return
    pytest.fail(f"{selector} is not reached by the Tab key.")


def test_with_the_keyboard_alone(page: Page, site: PageSite, address: str) -> None:
    page.goto(f"{address}/account/second-factor/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    _tab_to(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".enrol svg")
    assert page.evaluate("document.activeElement.id") == "code-field"
    assert serious_findings(page) == []
    seed = (page.text_content(".enrol code") or "").replace(" ", "")
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    page.wait_for_selector(".error")
    assert page.get_attribute("#code-field", "aria-invalid") == "true"
    assert "code-error" in (page.get_attribute("#code-field", "aria-describedby") or "")
    assert serious_findings(page) == []
    page.keyboard.type(pyotp.TOTP(seed).now())
    page.keyboard.press("Enter")
    page.wait_for_selector(".codes li:nth-child(10)")
    assert serious_findings(page) == []
    _tab_to(page, "main .button.primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/second-factor/")

    site.services.directory.queues.put(system("test"), "sales", {"name_zh": "销售热线"})
    page.goto(f"{address}/account/tokens/")
    _tab_to(page, "#name-field")
    page.keyboard.type("数据仓库")
    _tab_to(page, "input[name=permissions]")
    page.keyboard.press("Space")
    _tab_to(page, "#everything-field")
    page.keyboard.press("Space")
    page.wait_for_selector("input[name=queues]", state="hidden")
    page.keyboard.press("Space")
    _tab_to(page, "input[name=queues]")
    page.keyboard.press("Space")
    _tab_to(page, "main form.stacked button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".shown_once code")
    assert page.is_visible("td:text-is('销售热线')")
    assert re.fullmatch(r"fw_\w{43}", page.text_content(".shown_once code") or "")
    assert serious_findings(page) == []

    page.goto(f"{address}/admin/accounts/")
    assert serious_findings(page) == []
    _tab_to(page, "a.button.primary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#login-field:focus")
    page.keyboard.type("chen.jing")
    _tab_to(page, "#name-field")
    page.keyboard.type("<img src=x onerror=\"document.title='owned'\">")
    _tab_to(page, "#role-field")
    for _ in range(4):  # from the agent's, which it begins with
        page.keyboard.press("ArrowUp")
    _tab_to(page, "#everything-field")
    page.keyboard.press("Space")
    _tab_to(page, "main form button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".shown_once code")
    assert "owned" not in page.title()
    assert serious_findings(page) == []
    made = site.services.accounts.by_login(system("test"), "chen.jing")
    assert [given.told() for given in made.roles] == ["supervisor"]
    page.goto(f"{address}/admin/accounts/{made.id}/")
    _tab_to(page, "form[action$='/disable/'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice.good")
    assert not site.services.accounts.find(system("test"), made.id).is_enabled
    _tab_to(page, ".places form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in**")


@pytest.mark.parametrize(("lang", "theme"), [("zh-CN", "light"), ("en", "dark")])
def test_every_page_fits_and_can_be_used_by_everybody(
    browser: Browser, site: PageSite, address: str, lang: str, theme: str
) -> None:
    name = "Alexandra Featherstonehaugh-Montgomery"
    account = site.services.accounts.create(
        system("test"), f"a.very.long.login.of.somebody-{lang.lower()}@example", name, roles=[RoleGiven("admin")]
    )
    context = _context(browser, site.session(account), address, lang=lang, theme=theme)
    page = context.new_page()
    paths = ("/account/", "/account/password/", "/account/second-factor/", "/account/sessions/", "/account/tokens/",
             "/admin/accounts/", "/admin/accounts/new/", f"/admin/accounts/{account}/", "/me/", "/nothing")  # fmt: skip
    for path in paths:
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
        assert serious_findings(page) == [], path
    context.close()
