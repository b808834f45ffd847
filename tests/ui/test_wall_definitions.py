"""What is this number? Asked for by key, by a long press, and in both languages; what is said fits its tile."""

from __future__ import annotations

import pytest

from tests.patience import HANG_MS
from tests.ui.conftest import Open, Scripted

pytestmark = pytest.mark.browser

SHOWN = ".definitions:visible"
CUT_OFF = """() => [...document.querySelectorAll('.definitions')].filter(box =>
    !box.hidden && (box.scrollHeight > box.clientHeight || box.scrollWidth > box.clientWidth)).map(box => box.parentElement.id)"""
TAP = """([x, y]) => { const at = document.elementFromPoint(x, y);
    for (const kind of ['pointerdown', 'pointerup'])
        at.dispatchEvent(new PointerEvent(kind, { bubbles: true, clientX: x, clientY: y, isPrimary: true })); }"""
"""Down and up in one go: what comes over two questions to the browser may be long on a slow machine."""
SMALLEST = """() => Math.min(...[...document.querySelectorAll('.definitions')].filter(box => !box.hidden)
    .map(box => parseFloat(getComputedStyle(box).fontSize))) / Math.min(innerWidth, innerHeight)"""


WORDS = {
    "zh-CN": ("服务水平", "今日", "剔除短放弃", "接起 + 放弃 − 短放弃", "T = 20 秒", "目标 80%"),
    "en": (
        "Service level",
        "today",
        "w/o short abandons",
        "answered + abandoned − short abandons",
        "T = 20 s",
        "target 80%",
    ),
}
"""Name, window, and what only the value knows."""
FRAMES = {"zh-CN": "话后 4:00", "en": "Wrap-up 4:00"}
"""When a cell of somebody gets its frame."""


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_key_i_says_what_every_number_is_in_words_that_fit(open_page: Open, scripted: Scripted, lang: str) -> None:
    with scripted("ordinary"):
        page = open_page(f"/wall/?lang={lang}")
        assert page.locator(SHOWN).count() == 0
        for size in ((1920, 1080), (1366, 768), (1080, 1920)):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.keyboard.press("i")
            assert page.locator(SHOWN).count() >= 7
            assert page.evaluate(CUT_OFF) == []
            assert page.evaluate(SMALLEST) >= 0.0175
            page.keyboard.press("i")
            assert page.locator(SHOWN).count() == 0
        page.keyboard.press("i")
        said = page.locator("#tile-service_level .definitions").text_content() or ""
        assert all(word in said for word in WORDS[lang])
        frames = page.locator("#tile-agents .definitions").text_content() or ""
        assert FRAMES[lang] in frames
        page.keyboard.press("Escape")
        assert page.locator(SHOWN).count() == 0


def test_a_long_press_says_what_one_tile_is_for_a_while(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary"):
        page = open_page("/wall/")
        tile = page.locator("#tile-waiting").bounding_box()
        assert tile is not None
        page.mouse.move(tile["x"] + 60, tile["y"] + 60)
        page.evaluate(TAP, [tile["x"] + 60, tile["y"] + 60])
        page.wait_for_timeout(700)
        assert page.locator(SHOWN).count() == 0  # a short one says nothing, later neither
        page.mouse.down()
        page.wait_for_selector(f"#tile-waiting > {SHOWN}")
        page.mouse.up()
        assert page.locator(SHOWN).count() == 1
        page.wait_for_function("() => document.querySelector('#tile-waiting > .definitions').hidden", timeout=HANG_MS)
