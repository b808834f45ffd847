"""A caller's whole number at the desk: only with a reason, only in the dialog, only for a while; and who is sent away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import Open, Scripted

pytestmark = pytest.mark.browser

NUMBER = "13812345678"
FIRST = ".waiting_callers .row .revealable"


def _desk(open_page: Open, query: str = "") -> Page:
    page = open_page(f"/floor/{query}", size=(1366, 768))
    page.wait_for_selector(FIRST)
    return page


def test_a_number_behind_a_reason_by_keyboard_alone(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        page = _desk(open_page)
        caller = gateway.floor.view()["waiting_callers"]["rows"][0]
        page.locator(FIRST).first.focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        expect(page.locator("#reveal-reason")).to_be_focused()
        page.keyboard.type("x")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("请写明原因，至少 3 个字。")
        page.keyboard.type(" 客户投诉回拨")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("您无权查看这个号码。")
        gateway.reveals = {"t": "revealed", "visit": caller["id"], "number": NUMBER}
        page.keyboard.press("Enter")
        expect(dialog.locator(".whole")).to_have_text(NUMBER)
        if shots := os.environ.get("FLOORWATCH_SHOTS"):
            page.screenshot(path=Path(shots) / "reveal.png")
        asked = [frame["reveal"] for frame in gateway.asked if "reveal" in frame]
        assert asked[-1] == {"visit": caller["id"], "number": caller["number"], "reason": "x 客户投诉回拨"}
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        assert NUMBER not in page.content()
        assert NUMBER not in page.evaluate(
            "() => JSON.stringify([...floorwatch.floor.lists.values()].map((one) => one.size))"
        )


def test_the_number_of_an_agents_contact_hides_itself(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        page = _desk(open_page, "?lang=en")
        row = next(row for row in gateway.floor.view()["agents"]["rows"] if row["number"])
        gateway.reveals = {"t": "revealed", "agent": row["id"], "number": NUMBER}
        page.locator(".search input").fill(row["name"])
        page.locator(f'.ag-row[row-id="{row["id"]}"] .ag-cell[col-id="number"]').click()
        page.locator("#reveal-reason").fill("called back")
        page.get_by_role("button", name="Show number").click()
        expect(page.locator(".reveal .whole")).to_have_text(NUMBER)
        page.evaluate("() => (floorwatch.reveal.left_s = 1)")
        expect(page.get_by_role("dialog")).to_be_hidden()
        assert NUMBER not in page.content()


def test_who_may_not_see_this_any_more_is_told_so_and_does_not_knock(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        page = _desk(open_page)
        before = len(gateway.asked)
        gateway.drop_all(4403)
        expect(page.locator(".halt_banner")).to_contain_text("您已没有查看此页面的权限")
        expect(page.locator(".halt_banner")).to_be_visible()
        names = page.locator(".ag-cell, .queue_table, .waiting_callers, .headline")
        assert names.count() > 3
        assert [shown for shown in names.all() if shown.is_visible()] == []
        page.wait_for_timeout(1500)
        assert len([frame for frame in gateway.asked[before:] if "board" in frame]) == 0


def test_who_is_not_known_any_more_goes_to_the_door(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        page = _desk(open_page)
        page.context.clear_cookies()
        gateway.drop_all(4401)
        page.wait_for_url("**/sign-in?next=%2Ffloor%2F")
