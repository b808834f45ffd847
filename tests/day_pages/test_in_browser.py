"""A manager follows a number to its calls and to an agent's day, in Chromium: the ribbon zooms by every means and its address says so, a
running state grows, a number is shown and goes; on a phone and in the dark nothing is cut off, and axe finds nothing.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.access_pages.browsing import DESK, PHONE, address, context, flawless
from tests.accessible import serious_findings
from tests.day_pages.past import CONTACT, WANG, WHOLE_NUMBER

__all__ = ["address", "context"]

pytestmark = pytest.mark.browser


def is_whole(page: Page) -> bool:
    """Whether nothing scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def shown(page: Page) -> tuple[int, int]:
    """What of the day the address says the ribbon shows; waits until it says anything."""
    page.wait_for_function("() => new URL(location.href).searchParams.has('view')")
    found = re.search(r"view=(\d+)-(\d+)", page.url)
    assert found is not None
    return int(found[1]), int(found[2])


def width(page: Page, changed: str) -> int:
    """How many seconds are shown, after the address has changed from `changed`."""
    page.wait_for_function("before => location.search !== before", arg=changed)
    first, last = shown(page)
    return last - first


def search(page: Page) -> str:
    """The query of the address."""
    return str(page.evaluate("location.search"))


def test_from_a_number_to_the_day_behind_it(context: BrowserContext, address: str) -> None:
    with flawless(context) as page:
        page.goto(f"{address}/calls/?outcome=abandoned")
        expect(page.locator("tbody tr")).to_have_count(3)
        page.get_by_role("link", name="等待", exact=True).click()
        expect(page.locator("tbody tr").first).to_contain_text("4:00")
        page.locator(".picker").filter(has_text="队列").locator("summary").click()
        page.get_by_label("售后服务").check()
        page.get_by_role("button", name="查询").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        assert "queue=care" in page.url
        page.get_by_role("link", name="去掉条件：队列：售后服务").click()
        expect(page.locator("tbody tr")).to_have_count(3)
        assert serious_findings(page) == []

        page.goto(f"{address}/calls/{CONTACT}")
        expect(page.locator(".path .step")).to_have_count(13)
        expect(page.get_by_role("region", name="监听与介入")).to_contain_text("监听 → 密语")
        assert serious_findings(page) == []
        page.get_by_text("查看完整号码").click()
        page.get_by_label("查看原因").fill("客户要求回电")
        page.get_by_role("button", name="显示号码").click()
        expect(page.locator("#shown code")).to_have_text(WHOLE_NUMBER)
        expect(page.locator("#shown .hint")).to_contain_text("秒后隐藏")
        page.set_viewport_size(PHONE)
        assert is_whole(page)
        page.goto(f"{address}/calls/?lang=en&theme=dark")
        assert is_whole(page)
        assert serious_findings(page) == []
        page.set_viewport_size(DESK)

        page.goto(f"{address}/agents/{WANG}?lang=zh-CN&theme=light")
        _zoom(page)
        _read(page)
        page.set_viewport_size(PHONE)
        page.goto(f"{address}/agents/{WANG}?lang=en&theme=dark")
        assert is_whole(page)
        assert serious_findings(page) == []
        page.set_viewport_size(DESK)


def _zoom(page: Page) -> None:
    """By button, keys, wheel, drag, the line of the day and a row of the table; a link shows the same."""
    lanes = page.locator("#lanes")
    before = search(page)
    page.get_by_role("button", name="全天").click()
    assert width(page, before) == 86_400
    before = search(page)
    lanes.focus()
    page.keyboard.press("+")
    assert width(page, before) == 57_600
    before = search(page)
    page.keyboard.press("ArrowLeft")
    width(page, before)
    box = lanes.bounding_box()
    assert box is not None
    middle, height = box["x"] + box["width"] / 2, box["y"] + 40
    before = search(page)
    page.mouse.move(middle, height)
    page.mouse.wheel(0, -60)
    assert width(page, before) < 57_600
    before, was = search(page), shown(page)
    page.mouse.down()
    page.mouse.move(middle + 200, height, steps=4)
    page.mouse.up()
    width(page, before)
    assert shown(page)[0] < was[0]
    page.locator("#rows summary").click()
    before = search(page)
    page.locator("#rows a.zoom").nth(4).click()
    assert width(page, before) <= 400
    bars = "[...document.querySelectorAll('.bar[display=inline]')].map(bar => Math.round(bar.getAttribute('x')))"
    moved = page.evaluate(bars)
    page.reload()
    page.wait_for_function("() => document.querySelector('.bar').getAttribute('display') === 'none'")
    assert page.evaluate(bars) == moved


def _read(page: Page) -> None:
    """Bars are told by keys; the last one grows; a bar opens its call."""
    page.locator("#lanes").focus()
    page.keyboard.press("0")
    for _ in range(4):
        page.keyboard.press("n")
    told = page.locator("#told")
    expect(told).to_contain_text("通话 · 09:10:12–09:12:00（1:48）")
    expect(told).to_contain_text("订单咨询 · 138****5678")
    grown = "Number(document.querySelector('[data-running]').dataset.end)"
    was = page.evaluate(grown)
    page.wait_for_function(f"() => {grown} > {was}")
    assert serious_findings(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="一通来电的全过程")).to_be_visible()
