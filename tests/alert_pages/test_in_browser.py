"""A manager writes a rule, looks at its preview, switches it on and answers an alert in Chromium, at the desk and on a phone: axe finds
nothing, nothing overflows, and hostile names stay text."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from dashboard.alerts.rule import Measured, Rule
from tests.access_pages.browsing import DESK, PHONE, address, context, flawless
from tests.access_pages.site import PageSite
from tests.accessible import serious_findings
from tests.alert_pages.test_forms import fires, rule_of

__all__ = ["address", "context"]

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"


def is_whole(page: Page) -> bool:
    """Whether nothing of the page is cut off or scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def looks_right(page: Page) -> None:
    """At both sizes, in both themes."""
    for size, theme in ((DESK, "light"), (PHONE, "dark")):
        page.set_viewport_size(size)
        page.goto(f"{page.url.split('?')[0]}?theme={theme}&lang=zh-CN")
        assert is_whole(page), page.url
        assert serious_findings(page) == [], page.url
    page.set_viewport_size(DESK)


def test_a_rule_a_channel_and_an_alert(context: BrowserContext, site: PageSite, address: str) -> None:
    alert_id = fires(site, Rule(Measured("waiting", 5, each=True), level="red"), "sales")
    with flawless(context) as page:
        page.goto(f"{address}/admin/alerts/channels/")
        page.get_by_role("link", name="新建通道").click()
        page.get_by_label("名称").fill(HOSTILE)
        page.get_by_label("类型").select_option("webhook")
        page.get_by_label("地址", exact=False).first.fill("file:///etc/passwd")
        page.get_by_role("button", name="保存").click()
        expect(page.locator("#address-error")).to_be_visible()
        assert serious_findings(page) == []
        page.get_by_label("地址", exact=False).first.fill("https://hooks.example/x?secret=1")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_role("row").filter(has_text="hooks.example")).to_contain_text(HOSTILE)
        looks_right(page)

        page.goto(f"{address}/admin/alerts/")
        page.get_by_role("link", name="等待过久").click()
        page.get_by_label("名称").fill(HOSTILE)
        page.get_by_label("售前").check()
        page.get_by_label("限值").fill("x")
        page.get_by_role("button", name="保存").click()
        expect(page.locator("#threshold-error")).to_be_visible()
        page.get_by_label("限值").fill("90")
        page.get_by_role("button", name="保存").click()
        expect(page.locator("#preview")).to_contain_text("0 次")
        rule_id = page.url.split("/rules/")[1].split("/")[0]
        assert rule_of(site, rule_id).measured == Measured("longest_wait", 90, ids=("sales",), each=True)
        looks_right(page)
        page.get_by_role("button", name="启用", exact=True).click()
        expect(page.get_by_role("row").filter(has_text=HOSTILE).locator(".badge")).to_have_text("启用")
        looks_right(page)

        page.goto(f"{address}/alerts/")
        row = page.locator("#open").get_by_role("row").filter(has_text="售前 · 排队数 ≥ 5")
        row.get_by_role("button", name="确认").first.click()
        expect(page.locator("#open").get_by_role("row").filter(has_text="售前 · 排队数 ≥ 5").first).to_contain_text(
            "陈经理"
        )
        expect(page.locator("#browser")).to_be_visible()
        page.get_by_label("告警声音").uncheck()
        page.reload()
        expect(page.get_by_label("告警声音")).not_to_be_checked()
        looks_right(page)
    assert alert_id
