"""The pages of boards in Chromium: every page for everybody at every size, and a board that comes in as a file, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from dashboard.access.scope import EVERYTHING
from tests.access_pages.browsing import DESK, PHONE, address, context, flawless
from tests.access_pages.site import PageSite, page_site
from tests.accessible import serious_findings
from tests.board_pages.uploads import as_file, png, wrong_document
from tests.keyring import HERE
from tests.store.databases import Databases
from tests.wallboards.library_room import NAME, document, with_picture

__all__ = ["address", "context"]

pytestmark = pytest.mark.browser

PAGES = ("", "new", "import", "pictures/", "sales/history", "sales/restore?revision=1", "sales/remove")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    folder = tmp_path_factory.mktemp("boards")
    databases = Databases("sqlite", folder)
    with page_site(databases.migrated(), folder) as running:
        library = running.services.library
        picture = running.services.pictures.add(HERE, "A name that is long enough to be broken " * 2, png())
        library.make(HERE, "default", "sales", NAME, EVERYTHING)
        library.publish(HERE, "sales", 1, "First")
        library.save_draft(HERE, "sales", document("W" * 60), 1)
        library.publish(HERE, "sales", 2, "A note without any blank in it: " + "x" * 100)
        library.save_draft(HERE, "sales", document(red=3), 2)
        library.imported(HERE, as_file(with_picture(picture)), scope=EVERYTHING, board_id="x" * 64)
        yield running
    databases.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    with flawless(context) as made:
        yield made


def test_every_page_is_for_everybody_at_every_size(page: Page, address: str) -> None:
    found = {}
    for number, path in enumerate(PAGES):
        for size, theme, lang in ((DESK, "light", "zh-CN"), (PHONE, "dark", "en")):
            page.set_viewport_size(size)
            page.goto(f"{address}/admin/boards/{path}{'&' if '?' in path else '?'}theme={theme}&lang={lang}")
            assert page.locator("h1").count() == 1, path
            width = page.evaluate("document.documentElement.scrollWidth")
            findings = serious_findings(page) if size is DESK or number % 3 == 0 else []
            found[path, theme] = [*findings, *([f"{width} px wide"] if width > size["width"] else [])]
    assert {where: what for where, what in found.items() if what} == {}
    page.goto(f"{address}/admin/boards/pictures/")
    picture = page.locator(".picture_cards img").first
    picture.scroll_into_view_if_needed()  # it is loaded when it is looked at (loading=lazy), which `goto` does not wait for
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth; }") == 320


def test_a_file_with_mistakes_and_the_same_mended(page: Page, address: str, tmp_path: Path) -> None:
    file = tmp_path / "wall.json"
    file.write_bytes(as_file(wrong_document()))
    page.set_viewport_size(DESK)
    page.goto(f"{address}/admin/boards/?lang=zh-CN&theme=light")
    page.click("text=导入大屏")
    page.set_input_files("[name=file]", file)
    page.locator("[name=id]").press("Enter")
    page.wait_for_selector(".mistakes")
    assert page.locator(".mistakes li").count() >= 20
    assert "第 1 页，组件 d" in page.inner_text(".mistakes")
    assert serious_findings(page) == []
    file.write_bytes(as_file(document("从文件来")))
    page.set_input_files("[name=file]", file)
    page.fill("[name=id]", "from-file")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/boards/from-file?said=board_imported")
    page.goto(f"{address}/admin/boards/")
    assert "从文件来" in page.inner_text("table")
