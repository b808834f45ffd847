"""The audit log in Chromium: found, opened and exported with the keyboard, in both languages, and axe finds nothing serious."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from dashboard.access.actor import Actor, Grant
from dashboard.access.audit import Target
from dashboard.access.permissions import Role
from dashboard.sheets import read
from tests.access_pages.browsing import address
from tests.access_pages.site import COOKIE, PageSite
from tests.accessible import serious_findings
from tests.chromium import chromium

__all__ = ["address"]

pytestmark = pytest.mark.browser

WANG = Actor("person", "wang", "王芳", (Grant.of(Role.SUPERVISOR),), account_id="wang", address="10.0.0.9")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def _open(browser: Browser, site: PageSite, address: str, lang: str, width: int) -> Page:
    context = browser.new_context(locale=lang, viewport={"width": width, "height": 768})
    cookies = {COOKIE: site.signed_in(Role.AUDITOR, name="审计员"), "floorwatch_lang": lang}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context.new_page()


def test_with_the_keyboard_a_line_is_found_opened_and_exported(
    browser: Browser, site: PageSite, address: str, tmp_path: Path
) -> None:
    details = {"before": {"threshold_s": 20}, "after": {"threshold_s": 30}}
    site.services.audit.record(
        WANG, "queue.changed", Target("queue", "600", "销售热线"), reason="旺季", details=details
    )
    site.services.audit.record(WANG, "team.changed", Target("team", "sales", "销售"))
    page = _open(browser, site, address, "zh-CN", 1366)
    page.goto(f"{address}/audit/")
    page.focus("#target-field")
    page.keyboard.type("销售热线")
    page.keyboard.press("Enter")
    page.wait_for_url("**/audit/?*target=*")
    assert page.locator("tbody tr").count() == 1
    page.focus("tbody a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/audit/1/")
    assert page.locator("tbody tr").inner_text().split() == ["接起时限", "T（秒）", "20", "30"]
    page.go_back()
    page.focus("button[value=csv]")
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    file = tmp_path / "log.csv"
    started.value.save_as(file)
    sheet = read(file.read_bytes(), file.name)
    assert [line.cells[sheet.heads.index("target_name")] for line in sheet.lines] == ["销售热线"]
    assert site.audited()[-1].action == "audit.exported"
    page.context.close()


@pytest.mark.parametrize(("lang", "width"), [("zh-CN", 1366), ("en", 390)])
def test_everybody_can_use_it(browser: Browser, site: PageSite, address: str, lang: str, width: int) -> None:
    site.services.audit.record(
        WANG, "queue.changed", Target("queue", "600"), details={"before": {"a": 1}, "after": {"a": 2}}
    )
    page = _open(browser, site, address, lang, width)
    for path in ("/audit/", "/audit/1/", "/audit/?from=never"):
        page.goto(address + path)
        assert serious_findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()
