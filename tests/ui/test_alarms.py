"""Alerts over a desk's page, against a scripted gateway: told politely, one line a cause, gone with it; answered from there; with a sound
after the first touch."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.accessible import serious_findings
from tests.ui.conftest import Open, Scripted
from tests.ui.gateway_script import ScriptedGateway

pytestmark = pytest.mark.browser


def row(alert_id: str, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"id": alert_id, "rule": "<b>排队过多</b>", "level": "red", "value": 6, "unit": "visits"}
    found |= {"about": {"zh-CN": "售后", "en": "Support"}, "limit": {"zh-CN": "排队数 ≥ 5", "en": "Waiting ≥ 5"}}
    found |= {"since": time.time_ns() // 1_000_000, "held": False, "by": None, "may": True, "sound": "bell"}
    return found | fields


def tell(gateway: ScriptedGateway, *rows: dict[str, Any]) -> None:
    waiting = sum(1 for one in rows if one["by"] is None and not one["held"])
    gateway.say({"t": "alerts", "at": time.time_ns() // 1_000_000, "waiting": waiting, "alerts": list(rows)})


def answered(page: Page, status: int) -> None:
    """What the page posts is kept, and answered with this status: a refusal of a real server would be an error in the console."""
    page.evaluate(
        """(status) => {
          window.asked = window.asked || [];
          window.fetch = async (address, { body }) => {
            window.asked.push(`${address} ${body}`.trim());
            return new Response(null, { status });
          };
        }""",
        status,
    )


def test_alerts_come_are_answered_and_go(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        page = open_page("/floor/", size=(1366, 768))
        tell(gateway)
        lines = page.locator(".alarms .alarm")
        badge = page.locator('.places a[data-place="alerts"] .count')
        expect(lines).to_have_count(0)
        expect(badge).to_be_hidden()
        page.mouse.click(700, 10)  # the first touch lets sound out
        one, two = row("1"), row("2", level="amber", may=False, sound="none")
        tell(gateway, one)
        expect(lines).to_have_count(1)
        expect(lines.first).to_contain_text("售后 · 排队数 ≥ 5")
        expect(lines.first).to_contain_text("<b>排队过多</b>")
        expect(page.locator(".alarms")).to_have_attribute("data-rang", "1")
        expect(page.locator(".alarms [aria-live=polite]")).to_have_count(1)
        expect(badge).to_contain_text("1")
        tell(gateway, one)  # the same again is one line, and no second sound
        tell(gateway, one, two)
        expect(lines).to_have_count(2)
        expect(page.locator(".alarms")).to_have_attribute("data-rang", "1")
        expect(lines.nth(1).get_by_role("button")).to_have_count(1)  # who may only look can hide it
        assert serious_findings(page) == []

        answered(page, 500)
        lines.first.get_by_role("button", name="确认").click()
        expect(lines.first.locator(".wrong")).to_be_visible()
        answered(page, 204)
        lines.first.get_by_role("button", name="搁置 1 小时").click()
        expect(lines).to_have_count(1)
        assert page.evaluate("window.asked") == ["/alerts/1/acknowledge", "/alerts/1/snooze minutes=60"]
        lines.first.get_by_role("button", name="收起这条告警").click()
        expect(lines).to_have_count(0)
        tell(gateway, one | {"held": True}, two)
        expect(lines).to_have_count(0)
        expect(badge).to_contain_text("1")
        tell(gateway)
        expect(badge).to_be_hidden()

        tell(gateway, *(row(str(n), sound="none") for n in range(10, 16)))
        expect(lines).to_have_count(3)
        expect(page.locator(".alarms .more")).to_have_text("另有 3 条")
        lines.first.get_by_role("button", name="收起这条告警").click()  # the next one comes up
        expect(lines).to_have_count(3)
        expect(page.locator(".alarms .more")).to_have_text("另有 2 条")
        tell(gateway, *(row(str(n), sound="none") for n in range(10, 16)))
        expect(page.locator(".alarms .more")).to_have_text("另有 2 条")
        page.set_viewport_size({"width": 390, "height": 844})
        expect(lines).to_have_count(2)
        expect(page.locator(".alarms .more")).to_have_text("另有 3 条")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert serious_findings(page) == []
        tell(gateway, row("20", by="李经理"))
        expect(lines).to_have_count(0)
