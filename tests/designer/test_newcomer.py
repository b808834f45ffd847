"""A newcomer with docs/boards.md in hand: every word that they look for comes from the page's own text, in its order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from dashboard.access.permissions import Role
from layouts.texts import LANGUAGES, ROOMS, catalogue
from tests.patience import HANG_S
from tests.screens.tv_site import TvSite, code_of, desk, unpaired_tv, wait_until_live

ROOT = Path(__file__).resolve().parents[2]
QUOTED = re.compile(r"「([^」]+)」 / “([^”]+)”")
NAME = "东区大屏"


def _quoted() -> list[tuple[str, str]]:
    """What the steps tell one to look for, in order: (zh-CN, en)."""
    text = (ROOT / "docs" / "boards.md").read_text(encoding="utf-8")
    return QUOTED.findall(text.partition("## 步骤 / Step by step")[2].partition("\n## ")[0])


def _as_label(word: str) -> str:
    return word[:1].upper() + word[1:]


def test_the_steps_use_the_products_own_words() -> None:
    words = {lang: catalogue(lang, *ROOMS).words for lang in LANGUAGES}
    known = set()
    for word in words["en"]:
        pair = [words[lang][word].replace("{n}", "1").partition("：{")[0].partition(": {")[0] for lang in LANGUAGES]
        known |= {(pair[0], _as_label(pair[1]))}
    known |= {("客服呼入", "Inbound service"), ("排队数", "Waiting")}  # of a template and of the dictionary
    steps = _quoted()
    assert len(steps) >= 14
    assert [step for step in steps if step not in known] == []


class Reader:
    """Goes through the steps: `word` is what the next one names, and must be what the test does next."""

    def __init__(self) -> None:
        self._words: Iterator[tuple[str, str]] = iter(_quoted())

    def word(self) -> str:
        """The next word to look for."""
        return next(self._words)[0]

    def is_through(self) -> bool:
        """Whether the steps end here."""
        return next(self._words, None) is None


@pytest.mark.browser
@pytest.mark.pipeline
@pytest.mark.timeout(300)
def test_a_newcomer_makes_a_board_and_pairs_a_tv_with_it(browser: Browser, here: TvSite) -> None:
    steps = Reader()
    page, tv = desk(browser, here, Role.SUPERVISOR).new_page(), unpaired_tv(browser, here)
    page.goto(f"{here.address}/?lang=zh-CN")
    _makes_a_board(page, steps)
    _changes_a_threshold(page, steps)
    _publishes(page, steps)
    _pairs(page, tv, steps)
    assert steps.is_through()
    wait_until_live(tv, HANG_S)
    assert tv.inner_text("[data-widget=board_title] h1") == NAME
    assert tv.get_attribute(".screen.wall", "data-revision") == "1"
    tv.context.close()
    page.context.close()


def _makes_a_board(page: Page, steps: Reader) -> None:
    page.get_by_role("navigation").get_by_role("link", name=steps.word(), exact=True).first.click()
    template = steps.word()
    page.get_by_role("link", name=f"{steps.word()}：{template}").click()
    page.get_by_label(steps.word(), exact=True).fill(NAME)
    page.get_by_role("button", name=steps.word(), exact=True).click()
    page.wait_for_selector('.stage[data-preview="live"]')


def _changes_a_threshold(page: Page, steps: Reader) -> None:
    page.locator(".grid-stack").get_by_role("button", name=steps.word()).click()
    page.get_by_label(steps.word(), exact=True).fill("15")
    page.wait_for_selector('.bar .state[data-state="saved"]')  # from the change on the line says that it is not yet
    assert page.inner_text(".bar .state").startswith(steps.word())


def _publishes(page: Page, steps: Reader) -> None:
    page.get_by_role("button", name=steps.word(), exact=True).click()
    page.get_by_role("button", name=steps.word(), exact=True).click()
    page.get_by_text(steps.word(), exact=True).wait_for()


def _pairs(page: Page, tv: Page, steps: Reader) -> None:
    page.get_by_role("navigation").get_by_role("link", name=steps.word(), exact=True).click()
    page.get_by_label(steps.word(), exact=True).fill(code_of(tv))
    page.get_by_label(steps.word(), exact=True).fill("东墙")
    page.get_by_label(steps.word(), exact=True).select_option(label=NAME)
    page.get_by_role("button", name=steps.word(), exact=True).click()
    page.wait_for_selector(".notice.good")
