"""An agent on their phone: sees where they stand, chooses nickname, picture and who sees it, and goes on; with a real gateway."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dashboard.access.permissions import Role
from dashboard.leaderboards.people.appearing import appearing
from dashboard.store.engine import reading
from tests.access_pages.browsing import PHONE, flawless
from tests.access_pages.site import COOKIE, served
from tests.accessible import serious_findings
from tests.board_pages.uploads import png
from tests.chromium import chromium
from tests.own_place.stage import Stage, stage
from tests.own_place.test_pages import Person
from tests.patience import HANG_MS

pytestmark = pytest.mark.browser

CARD = ".own_place li:has(.stand)"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Person, Person]]:
    """Li and Wang answer calls of one queue."""
    with stage(tmp_path_factory.mktemp("own")) as made:
        people = made.arrives("李文博"), made.arrives("王芳")
        made.open()
        yield made, *people


@pytest.fixture(scope="module")
def address(scene: tuple[Stage, Person, Person]) -> Iterator[str]:
    with served(scene[0].site) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def context_of(browser: Browser, cookie: str, address: str) -> BrowserContext:
    made = browser.new_context(locale="zh-CN", viewport=PHONE)
    made.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])
    return made


def fits(page: Page) -> None:
    """Nothing sticks out on a phone, and everybody can use it."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious_findings(page) == []


def test_an_agent_chooses_how_to_appear_and_sees_their_own_place(
    scene: tuple[Stage, Person, Person], browser: Browser, address: str, tmp_path: Path
) -> None:
    made, li, wang = scene
    photograph = tmp_path / "me.png"
    photograph.write_bytes(png(size=(900, 600)))
    made.answers(wang, 3)
    made.answers(li, 2)
    context = context_of(browser, made.cookie(li), address)
    with flawless(context) as page:
        page.goto(f"{address}/me/?lang=zh-CN&theme=dark")
        card = page.locator(CARD)
        expect(card.locator(".rank")).to_have_text("第 2 名", timeout=HANG_MS)
        expect(card.locator(".step")).to_have_text("最近的一步：接听量从 2 到 4，就升一位。")
        expect(card.locator(".score")).to_have_text("40.0 分")
        expect(card.locator(".private")).to_be_hidden()
        assert "王芳" not in page.inner_text("body")
        assert "60.0" not in page.inner_text("body"), "nobody else's score"
        fits(page)

        page.click("text=我的昵称和头像")
        page.wait_for_url("**/me/appearance/")
        fits(page)
        page.check("[name=shown_as][value=nickname]")
        page.fill("[name=nickname]", "王 芳")
        expect(page.locator(".wall_preview strong").first).to_have_text("王 芳")
        page.check("[name=takes_part][value=only_me]")
        page.click("text=保存")
        expect(page.locator("#nickname-error")).to_contain_text("别人的名字")
        page.fill("[name=nickname]", "小鹿")
        page.click("text=保存")
        expect(page.locator(".notice.good")).to_be_visible()
        expect(page.locator(".wall_preview strong").first).to_have_text("小鹿")
        page.set_input_files("[name=file]", photograph)
        page.click("text=使用这张图片")
        picture = page.locator(".wall_preview img").first
        assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth; }") == 320
        fits(page)

        page.click("text=回到我的页面")
        expect(card.locator(".private")).to_have_text("只有您自己能看到。", timeout=HANG_MS)
        expect(card.locator(".rank")).to_have_text("第 2 名")
        made.answers(li, 2)
        expect(card.locator(".rank")).to_have_text("第 1 名", timeout=HANG_MS)
        expect(card.locator(".said")).to_have_text("您在榜首，漂亮！")

        page.goto(f"{address}/me/appearance/?lang=en&theme=light")
        page.check("[name=takes_part][value=no]")
        page.click("text=Save")
        expect(page.locator(".notice.good")).to_be_visible()
        page.goto(f"{address}/me/")
        page.wait_for_selector('.screen.me[data-drawn="yes"] .own_state .icon-available', timeout=HANG_MS)
        expect(page.locator(".own_place")).to_be_hidden()
        with reading(made.site.services.engine) as connection:
            known = appearing(connection, made.site.services.site)["PJSIP/李文博"]
        assert (known.name, known.takes_part, known.is_shown) == ("小鹿", "no", False)
    context.close()


def test_a_supervisor_takes_a_nickname_back_and_the_person_reads_why(
    scene: tuple[Stage, Person, Person], browser: Browser, address: str
) -> None:
    made, _, wang = scene
    assert wang.choose(shown_as="nickname", nickname="大橙子").status_code == 303
    boss = context_of(browser, made.site.signed_in(Role.MANAGER, name="陈经理"), address)
    with flawless(boss) as page:
        page.goto(f"{address}/admin/leaderboards/appearances/?lang=zh-CN&theme=dark&q=大橙子")
        fits(page)
        page.click("td.actions a")
        page.check("[name=what][value=nickname]")
        page.click("button.danger")
        expect(page.locator("#reason-error")).to_be_visible()
        fits(page)
        page.fill("[name=reason]", "和客户同名")
        page.click("button.danger")
        expect(page.locator(".notice.good")).to_contain_text("已收回")
    boss.close()
    person = context_of(browser, made.cookie(wang), address)
    with flawless(person) as page:
        page.goto(f"{address}/me/appearance/?lang=zh-CN")
        expect(page.locator(".notice.warn")).to_contain_text("和客户同名")
        expect(page.locator(".wall_preview strong").first).to_have_text("0王芳")
    person.close()
