"""Reports in Chromium: asked with the keyboard, drawn, taken away; usable by everybody, on a desk, on a phone, and without a script."""

from __future__ import annotations

import io
from collections.abc import Iterator

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext

from dashboard.access.permissions import Role
from tests.access_pages.browsing import address, flawless
from tests.access_pages.site import COOKIE, PageSite
from tests.accessible import serious_findings
from tests.chromium import chromium

__all__ = ["address"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def _visitor(browser: Browser, site: PageSite, address: str, lang: str, width: int, **more: bool) -> BrowserContext:
    context = browser.new_context(locale=lang, viewport={"width": width, "height": 800}, **more)  # type: ignore[arg-type]
    cookies = {COOKIE: site.signed_in(Role.MANAGER, name="陈经理"), "floorwatch_lang": lang}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context


def test_a_report_is_asked_drawn_opened_and_taken_away(browser: Browser, site: PageSite, address: str) -> None:
    context = _visitor(browser, site, address, "zh-CN", 1366)
    with flawless(context) as page:
        page.goto(f"{address}/reports/")
        page.get_by_role("link", name="时段报表（队列）").click()
        page.get_by_role("link", name="昨天", exact=True).click()
        page.wait_for_url("**/reports/queues/?days=yesterday*")
        page.select_option("#step-field", "interval")
        page.focus("#step-field")
        page.get_by_role("button", name="查询").press("Enter")
        page.wait_for_url("**days=yesterday&step=interval*")
        page.wait_for_selector("[data-drawn=yes]")
        assert page.locator(".chart-key li").count() == 4
        assert page.locator("tfoot th").inner_text() == "合计"
        with page.expect_download() as started:
            page.get_by_role("button", name="导出 Excel").press("Enter")
        with started.value.path().open("rb") as file:
            book = openpyxl.load_workbook(io.BytesIO(file.read()))
        assert book.sheetnames == ["时段报表（队列）", "指标口径", "查询条件"]
        page.goto(f"{address}/reports/heat/?days=yesterday")
        page.wait_for_selector("[data-drawn=yes]")
    context.close()


@pytest.mark.parametrize(
    ("lang", "width", "theme", "paths"),
    [
        ("zh-CN", 390, "light", ("/reports/queues/?days=yesterday&", "/reports/schedules/new?query=report%3Dqueues&")),
        (
            "en",
            1366,
            "dark",
            ("/reports/?", "/reports/agents/?days=yesterday&sort=-talk_total&", "/reports/heat/?from=x&"),
        ),
    ],
)
def test_everybody_can_use_it(
    browser: Browser, site: PageSite, address: str, lang: str, width: int, theme: str, paths: tuple[str, ...]
) -> None:
    context = _visitor(browser, site, address, lang, width)
    page = context.new_page()
    for path in paths:
        page.goto(f"{address}{path}theme={theme}")
        if "yesterday" in path:
            page.wait_for_selector("[data-drawn=yes]")
        assert serious_findings(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


def test_without_a_script_everything_but_the_picture_is_there(browser: Browser, site: PageSite, address: str) -> None:
    context = _visitor(browser, site, address, "en", 1366, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/reports/queues/?days=yesterday&step=interval&each=queue")
    page.locator("summary").first.click()
    page.locator("label.check", has_text="Help").click()
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**queue=help")
    assert page.locator("tbody tr").count() == 1
    assert page.locator("tfoot td").nth(2).inner_text() == "1"
    context.close()
