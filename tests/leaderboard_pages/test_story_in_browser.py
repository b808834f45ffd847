"""A contest is set up from nothing in Chromium as docs/leaderboards.md says it: what the page calls a thing is what the guide calls it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from dashboard.access.actor import system
from dashboard.leaderboards.document import Period
from dashboard.pages.services import now_ms
from tests.access_pages.browsing import DESK, PHONE, address, context, flawless
from tests.access_pages.site import PageSite
from tests.accessible import serious_findings
from tests.leaderboard_pages.conftest import yesterday
from tests.leaderboard_pages.test_forms import frozen_result

__all__ = ["address", "context"]

pytestmark = pytest.mark.browser

GUIDE: Final = (Path(__file__).parents[2] / "docs" / "leaderboards.md").read_text(encoding="utf-8")
STEPS: Final = GUIDE.split("## A contest in ten minutes")[1].split("\n## ")[0]
WORDS: Final = frozenset(re.findall(r"\*\*(.+?)\*\*", STEPS))


class Reader:
    """Does only what the guide names."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.read: set[str] = set()

    def word(self, label: str) -> str:
        assert label in WORDS, f"the guide does not say {label!r}"
        self.read.add(label)
        return label

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(self.word(label), exact=True).first.fill(text)

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=self.word(label), exact=True).first.click()

    def follow(self, label: str) -> None:
        self.page.get_by_role("link", name=self.word(label), exact=True).first.click()

    def sees(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", name=self.word(heading), exact=True)).to_be_visible()


def looks_right(page: Page) -> None:
    """At both sizes, in both themes and languages: nothing is cut off, axe finds nothing."""
    here = page.url.split("?")[0].split("#")[0]
    for size, theme, lang in ((PHONE, "dark", "en"), (DESK, "light", "zh-CN")):
        page.set_viewport_size(size)
        page.goto(f"{here}?theme={theme}&lang={lang}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        assert serious_findings(page) == [], page.url
    page.goto(f"{here}?lang=en")


def test_a_contest_from_nothing(context: BrowserContext, site: PageSite, address: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    begins = datetime.fromtimestamp(yesterday(now_ms())[0] / 1000, UTC).astimezone(zone)
    ends = begins + timedelta(days=1)
    with flawless(context) as page:
        guide = Reader(page)
        page.goto(f"{address}/account/?lang=en&theme=light")
        guide.follow("Rankings")
        guide.follow("Service stars")

        guide.fill("Name (Chinese)", "冲刺赛")
        guide.fill("Name (English)", "Sprint")
        guide.sees("When")
        expect(page.get_by_label("Contest begins")).to_be_hidden()
        page.get_by_role("radio", name=re.compile(f"^{guide.word('Contest')}")).check()
        guide.fill("Contest begins", f"{begins:%Y-%m-%dT%H:%M}")
        guide.fill("Contest ends", f"{ends:%Y-%m-%dT%H:%M}")
        guide.sees("Who takes part")
        expect(page.locator("[id='who.teams-label']")).to_have_text(guide.word("Teams"))
        guide.fill("Who does not take part", "S1002")
        guide.sees("What counts")
        example = page.locator(".example").first
        expect(example).to_have_text("Example: 5 an hour → 25 of 40 points")
        guide.fill("All points at", "10")
        expect(example).to_have_text("Example: 6 an hour → 24 of 40 points")
        guide.sees("Prizes")
        guide.fill("Place", "1")
        guide.fill("Prize (English)", "A day off")
        guide.press("Try it")

        tried = page.locator("#tried")
        expect(tried).to_be_in_viewport()
        first = tried.get_by_role("row").filter(has_text="王芳")
        expect(first).to_contain_text("84.38")  # 7 of 10 an hour: 28; 56 of 57: 28.25; 7 of 8 hours: 28.13
        expect(tried).not_to_contain_text("李文博")
        expect(tried.get_by_role("columnheader", name=guide.word("Why"), exact=True)).to_be_visible()
        first.get_by_text("Open").click()
        expect(first).to_contain_text("56 ÷ 8.0 h = 7")
        assert serious_findings(page) == []

        guide.press("Save")
        expect(page.get_by_role("status").first).to_contain_text("Made, and still off")
        looks_right(page)
        guide.press("Switch on")
        row = page.get_by_role("row").filter(has_text="Sprint")
        expect(row.locator(".badge")).to_have_text("On")
        screen = row.get_by_role("link", name=guide.word("Open the screen"))
        leaderboard_id = str(screen.get_attribute("href")).rsplit("/", 1)[1]

        kept = site.services.leaderboards.get(system("test"), leaderboard_id)
        form = "%Y-%m-%dT%H:%M"
        assert kept.is_on
        assert kept.document.period == Period("contest", from_time=f"{begins:{form}}", to_time=f"{ends:{form}}")
        assert (kept.document.title.en, kept.document.who.without) == ("Sprint", ("PJSIP/1002",))
        assert (kept.document.prizes[0].rank, kept.document.prizes[0].prize.en) == (1, "A day off")
        assert kept.document.scheme.parts[0].target == 10

        frozen_result(site, leaderboard_id)  # as the historian does when it is over
        page.get_by_role("row").filter(has_text="Sprint").get_by_role(
            "link", name=guide.word("Everybody's places")
        ).click()
        page.locator("#results").get_by_role("link").first.click()
        expect(page.locator("#standings").get_by_role("row").filter(has_text="王芳")).to_contain_text("84.38")
        guide.press("Publish")
        expect(page.locator("#result .badge")).to_have_text("Published")
        looks_right(page)
    assert guide.read == WORDS
