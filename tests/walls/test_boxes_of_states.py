"""The same of floors that no template is made for: ten calls of a real switch, nobody there, a failed link, names that are long. Nothing
is cut there either, and each tile says something."""

from __future__ import annotations

from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from dashboard.boards import TEMPLATES
from tests.ui.measuring import settled
from tests.walls.gallery import Gallery
from tests.walls.scenes import LONG_NAMES
from tests.walls.walk import LANGS, SHAPES, SIZES, TIGHTEST, floor, walked

pytestmark = pytest.mark.browser

WITH_BARS: Final = ("default", "team", "centre")
WITH_LONG_NAMES: Final = ("default", "centre", "escalation", "outbound", "team")
TOLD: Final = {
    "zh-CN": "请注意：支付系统将于今晚 23:00 至次日 02:00 维护，期间无法查询订单，请使用话术 B-12 并登记回访电话",
    "en": "Please note: payments are down for maintenance from 23:00 to 02:00, orders cannot be looked up: use script B-12",
}
TELL: Final = """([forms, text]) => floorwatch.announcements.hear({ messages: forms.map(form => ({
    id: form, form, text, priority: 'high', until: floorwatch.clock.now() + 600000, seconds: 20 })) })"""
SAYS_NOTHING: Final = r"""() => [...document.querySelectorAll('.page:not([hidden]) [data-tile]')].filter(tile => {
    const canvas = tile.querySelector('canvas');
    if (canvas && canvas.texts && canvas.texts().length > 0) return false;
    const said = [...tile.children].filter(part => !part.matches('h2, .halt, .definitions') && part.checkVisibility());
    return !/[\p{L}\p{N}]/u.test(said.map(part => part.innerText || part.textContent).join(' '));
}).map(tile => tile.dataset.tile)"""
UNMARKED: Final = """() => [...document.querySelectorAll('.page:not([hidden]) [data-age]')].filter(tile =>
    tile.dataset.age !== 'stale' || !/\\d\\d:\\d\\d/.test(tile.querySelector('.halt').innerText)).map(tile => tile.dataset.tile)"""
"""Tiles with live numbers (only they have an age) that do not say since when they stand still."""


@pytest.mark.parametrize("kind", ["small", "empty", "failed"])
@pytest.mark.parametrize("board", TEMPLATES)
def test_every_tile_says_something_and_has_its_place(place: Gallery, browser: Browser, board: str, kind: str) -> None:
    floor(place, board, kind)
    for lang in LANGS:
        with place.wall(browser, *SIZES[0], board=board, lang=lang, hold="1") as page:
            for number in range(len(TEMPLATES[board].pages)):
                assert page.evaluate(SAYS_NOTHING) == [], f"{lang}, page {number}"
                if kind == "failed":
                    assert page.evaluate(UNMARKED) == [], f"{lang}, page {number}"
                page.keyboard.press("ArrowRight")
                settled(page)
            assert walked(page, board, SHAPES) == {}, lang


@pytest.mark.parametrize("board", WITH_BARS)
def test_a_halt_banner_and_messages_take_their_room(place: Gallery, browser: Browser, board: str) -> None:
    floor(place, board, "failed")
    for lang in LANGS:
        with place.wall(browser, *SIZES[0], board=board, lang=lang, hold="1") as page:
            page.evaluate(TELL, [["ticker"], TOLD[lang]])
            _shows(page, ".halt_banner", ".ticker.bar")
            assert walked(page, board, SHAPES) == {}, f"{lang}, ticker"
            page.evaluate(TELL, [["ticker", "banner"], TOLD[lang]])
            _shows(page, ".halt_banner", ".announcement_banner")
            assert walked(page, board, SHAPES) == {}, f"{lang}, banner"


def test_a_message_on_the_whole_screen_has_its_place(place: Gallery, browser: Browser) -> None:
    floor(place, "default", "empty")
    with place.wall(browser, *SIZES[0], board="default", lang="zh-CN", hold="1") as page:
        page.evaluate(TELL, [["full"], TOLD["zh-CN"]])
        _shows(page, ".announcement_full")
        assert walked(page, "default", SIZES) == {}


@pytest.mark.parametrize("board", WITH_LONG_NAMES)
def test_names_that_no_tile_was_made_for(place: Gallery, browser: Browser, board: str) -> None:
    floor(place, board, "long")
    for lang in LANGS:
        with place.wall(browser, *SIZES[0], board=board, lang=lang, hold="1") as page:
            assert walked(page, board, TIGHTEST, LONG_NAMES) == {}, lang


def test_the_light_theme_too(place: Gallery, browser: Browser) -> None:
    floor(place, "default", "ordinary")
    with place.wall(browser, *SIZES[0], board="default", lang="zh-CN", theme="light", hold="1") as page:
        assert page.evaluate("document.documentElement.dataset.theme") == "light"
        assert walked(page, "default", SHAPES) == {}


def _shows(page: Page, *parts: str) -> None:
    for part in parts:
        found: Any = page.wait_for_selector(part)
        assert found.is_visible()
