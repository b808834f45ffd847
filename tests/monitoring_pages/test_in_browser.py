"""A manager sets rules and chooses a phone in Chromium, at the desk and on a phone: what is saved counts, nothing overflows, axe finds
nothing, and hostile names stay text."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from dashboard.supervision.policy import Policy
from tests.access_pages.browsing import DESK, PHONE, address, context, flawless
from tests.access_pages.site import PageSite
from tests.accessible import serious_findings
from tests.monitoring_pages.conftest import HOSTILE
from tests.monitoring_pages.test_forms import policy

__all__ = ["address", "context"]

pytestmark = pytest.mark.browser


def is_whole(page: Page) -> bool:
    """Whether nothing of the page is cut off or scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_rules_and_a_phone(context: BrowserContext, site: PageSite, address: str) -> None:
    with flawless(context) as page:
        page.goto(f"{address}/admin/queues/")
        page.get_by_role("link", name="监听制度").click()
        row = page.get_by_role("row").filter(has_text="sales")
        expect(row.locator(".badge")).to_have_text("不可介入：未告知")
        page.get_by_label("sales：已告知来电者").check()
        page.get_by_label("账单：报银行卡号").check()
        page.locator("#queues button").click()
        expect(row.locator(".badge")).to_have_text("可以介入")
        expect(page.get_by_role("row").filter(has_text="账单").locator(".badge")).to_have_text("不可介入：银行卡")
        page.get_by_label("一次最长").fill("0")
        page.locator("#general button").click()
        expect(page.locator("#most_min-error")).to_be_visible()
        page.get_by_label("一次最长").fill("45")
        page.get_by_label("同时播放提示音").check()
        page.locator("#general button").click()
        page.locator("#agent-field").select_option(label=f"{HOSTILE} · PJSIP/1003")
        page.locator("#why-field").fill(HOSTILE)
        page.get_by_role("button", name="加入名单").click()
        expect(page.locator("#spared").get_by_role("row").filter(has_text="PJSIP/1003")).to_contain_text(HOSTILE)
        assert serious_findings(page) == []
        page.goto(f"{address}/account/")
        page.get_by_role("link", name="话机").click()
        page.get_by_label("交换机").select_option("pbx")
        page.get_by_role("textbox", name="话机").fill("2009")
        page.get_by_label("自动接听").check()
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_role("textbox", name="话机")).to_have_value("PJSIP/2009")
        assert serious_findings(page) == []
        page.set_viewport_size(PHONE)
        assert is_whole(page)
        page.goto(f"{address}/admin/monitoring/?lang=en&theme=light")
        assert is_whole(page)
        assert serious_findings(page) == []
        page.get_by_role("button", name="Take off").click()
        expect(page.locator("#spared")).to_contain_text("The list is empty.")
        page.set_viewport_size(DESK)
    found = policy(site)
    assert found == Policy(
        announced=frozenset({"sales"}), card_queues=frozenset({"账单"}), tells_agents=True, has_tone=True, most_min=45
    )
    actions = [line.action for line in site.audited() if line.actor_name == "陈经理" and line.result == "ok"]
    assert {"monitoring.changed", "monitoring.queue_changed", "phone.chosen", "monitoring.agent_unspared"} <= {*actions}
