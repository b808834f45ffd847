"""Two switches, one of them down, in Chromium: only what hangs on it is grey, and the wall says which one and since when."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.ui.conftest import Open, Scripted

pytestmark = pytest.mark.browser


def _age(page: Page, tile: str) -> str | None:
    return page.locator(f"#tile-{tile}").get_attribute("data-age")


def _number(page: Page, tile: str) -> str:
    return page.locator(f"#tile-{tile} [data-part='number']").text_content() or ""


def test_only_tiles_of_the_switch_that_is_down_are_grey(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        gateway.further_links = {"pbx2": "live"}
        gateway.sources = {"waiting": ["pbx1"], "longest_wait": ["pbx2"], "agents": ["pbx1", "pbx2"]}
        page = open_page("/wall/")
        page.wait_for_selector('.screen[data-age="live"]')
        assert {_age(page, tile) for tile in ("waiting", "longest_wait", "agents", "answered")} == {"live"}

        gateway.fail_link("timeout", age_ms=30_000)
        gateway.beat()
        page.wait_for_selector('.screen[data-age="stale"]')
        assert _age(page, "longest_wait") == "live"
        assert {_age(page, tile) for tile in ("waiting", "agents", "answered")} == {"stale"}  # no entry: all switches
        grey = "id => getComputedStyle(document.querySelector(id)).filter"
        assert page.evaluate(grey, "#tile-waiting") == "grayscale(1)"
        assert page.evaluate(grey, "#tile-longest_wait") == "none"
        assert page.locator("#tile-waiting .halt:visible").text_content() in page.locator(".halt_banner").text_content()  # type: ignore[operator]
        assert page.locator("#tile-longest_wait .halt:visible").count() == 0
        assert "pbx1" in (page.locator(".halt_banner [data-part='reason']").text_content() or "")
        assert "灰色的数字" in (page.locator(".halt_banner [data-part='frozen']").text_content() or "")
        before = _number(page, "longest_wait")
        page.wait_for_function(
            "before => document.querySelector(\"#tile-longest_wait [data-part='number']\").textContent !== before",
            arg=before,
        )  # the time of what is live goes on

        gateway.restore_link()
        gateway.further_links = {"pbx2": "resync"}
        gateway.beat()
        page.wait_for_selector('#tile-longest_wait[data-age="resync"]')
        assert _age(page, "waiting") == "live"
        assert _age(page, "answered") == "resync"
