"""An agent's own page in Chromium: their state with its time, their numbers, and nowhere else to go."""

from __future__ import annotations

import pytest

from dashboard.access.permissions import Role
from tests.access_pages.site import PageSite
from tests.accessible import serious_findings
from tests.ui.conftest import Open, Scripted
from tests.ui.scripted_floor import number

pytestmark = pytest.mark.browser

PHONE = (390, 844)


def test_an_agent_sees_their_own_state_and_numbers(open_page: Open, scripted: Scripted, site: PageSite) -> None:
    with scripted("ordinary") as gateway:
        page = open_page("/me/?lang=en", size=PHONE, cookie=site.signed_in(Role.AGENT, name="陈静"))
        row = gateway.floor.rows[0]
        now_ms = gateway.floor.now_ms()
        mine = row | {
            "state": "paused",
            "reason": "break",
            "since": now_ms - 1_000_000,
            "limit_at": now_ms - 100_000,
            "number": None,
        }
        others = [one["id"] for one in gateway.floor.rows if one["id"] != row["id"]]
        gateway.send(
            {
                "agents": {"set": [mine], "del": others},
                "handled": number(
                    31, also={"calls_missed": number(2), "call_count": number(33), "talk_total": number(8000)}
                ),
                "aht": number(302.4, also={"avg_talk": number(240)}),
                "occupancy": number(0.814),
                "signed_in": number(17_000),
            }
        )
        page.wait_for_selector(".own_state.s-paused.over-amber")
        assert page.locator(".own_state [data-part='state']").text_content() == "Paused"
        assert page.locator(".own_state [data-part='detail']").text_content() == "Break"
        before = page.locator(".own_state time").text_content()
        assert (before or "").startswith("16:4")
        page.wait_for_function("before => document.querySelector('.own_state time').textContent !== before", arg=before)
        shown = page.locator(".own_number [data-part='number']").all_text_contents()
        assert shown == ["31", "5:02", "81%", "4:43:20"]
        assert page.locator("[data-also='talk_total']").text_content() == "2:13:20"
        assert page.locator("[data-also='avg_hold']").text_content() == "–"
        assert page.locator("nav.places a[href^='/']").all_text_contents() == ["My day", "My account"]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert serious_findings(page) == []
        page.keyboard.press("i")
        assert page.locator(".definitions:visible").count() == 4
        said = page.locator("#tile-occupancy .definitions").text_content() or ""
        assert "Occupancy" in said
        assert "÷" in said
        page.keyboard.press("Escape")
        assert page.locator(".definitions:visible").count() == 0
        gateway.send({"agents": {"set": [], "del": [row["id"]]}})
        page.wait_for_function("() => document.querySelector('.own_state b').textContent === 'Not on the floor'")
