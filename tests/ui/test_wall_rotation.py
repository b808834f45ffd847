"""Pages that take turns, in Chromium: a page with a red tile comes first and stays, and hidden pages cost no drawing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from dashboard.access.actor import Actor, Grant
from dashboard.access.permissions import PERMISSIONS, Role
from dashboard.access.scope import EVERYTHING
from dashboard.boards.document import Title
from tests.access_pages.site import PageSite
from tests.patience import HANG_MS
from tests.ui.conftest import Open, Scripted
from tests.ui.gateway_script import Frame, ScriptedGateway
from tests.ui.scripted_floor import number

pytestmark = pytest.mark.browser

TURN_S = 5
PATIENCE_MS = HANG_MS
BOARD = "turns"
TILES = ("first", "second", "third")
DRAWINGS = """() => { window.drawings = 0;
    new MutationObserver(() => { window.drawings += 1; }).observe(document.querySelector("#tile-third"),
        {subtree: true, childList: true, characterData: true, attributes: true}); }"""


def _document() -> Frame:
    """Three pages with one number each."""
    pages = [
        {
            "seconds": TURN_S,
            "title": {"zh": f"第{index}页", "en": f"Page {index}"},
            "tiles": [
                {
                    "id": tile,
                    "kind": "number",
                    "metric": "waiting",
                    "window": "now",
                    "trend": "none",
                    "at": {"x": 0, "y": 0, "w": 24, "h": 24},
                }
            ],
        }
        for index, tile in enumerate(TILES, start=1)
    ]
    return {"format": 1, "id": BOARD, "title": {"zh": "轮播", "en": "Turns"}, "pages": pages}


@pytest.fixture(scope="module")
def board(site: PageSite) -> str:
    """A published board of three pages."""
    admin = Actor("person", "m", "王经理", (Grant("manager", EVERYTHING, PERMISSIONS[Role.MANAGER]),))
    library = site.services.library
    made = library.make(admin, "number", BOARD, Title(zh="轮播", en="Turns"), EVERYTHING)
    library.publish(admin, BOARD, library.save_draft(admin, BOARD, _document(), made.draft_version))
    return BOARD


def _value(level: str = "none", value: float = 3) -> Frame:
    return number(value, level, level_at=None, also={})


def _prepare(gateway: ScriptedGateway) -> None:
    gateway.revision = 1
    gateway.further[BOARD] = {tile: _value() for tile in TILES}


def _wait_for_page(page: Page, index: int) -> None:
    page.wait_for_selector(f".page[data-page='{index}']:visible", timeout=PATIENCE_MS)
    assert page.locator(".page:visible").count() == 1


def _stays_on(page: Page, index: int) -> None:
    page.wait_for_timeout((TURN_S + 2) * 1000)
    assert page.locator(f".page[data-page='{index}']:visible").count() == 1


def _said(page: Page, tile: str) -> str:
    return page.locator(f"#tile-{tile} [data-part='number']").text_content() or ""


def test_pages_take_turns_and_a_red_one_comes_first_and_stays(open_page: Open, scripted: Scripted, board: str) -> None:
    with scripted("ordinary") as gateway:
        _prepare(gateway)
        page = open_page(f"/wall/?board={board}&lang=en")
        _wait_for_page(page, 0)
        assert page.locator(".dots i").count() == 3
        assert page.locator(".turns [data-part='page_title']").text_content() == "Page 1"
        _wait_for_page(page, 1)
        page.evaluate(DRAWINGS)
        gateway.send({"third": _value(value=7)})
        page.wait_for_function("() => floorwatch.floor.values.get('third').v === 7")
        assert (_said(page, "third"), page.evaluate("window.drawings")) == ("–", 0)
        _wait_for_page(page, 2)
        assert _said(page, "third") == "7"

        gateway.send({"second": _value("red", 30)})
        _wait_for_page(page, 1)
        assert page.locator(".dots i.red").count() == 1
        _stays_on(page, 1)

        gateway.send({"first": _value("red", 31)})
        _wait_for_page(page, 0)
        _wait_for_page(page, 1)  # never the third

        gateway.fail_link("timeout", age_ms=9_000)  # nobody knows any more whether they are red
        gateway.beat()
        _wait_for_page(page, 2)


def test_at_a_desk_one_turns_pages_by_hand_and_holds_them(open_page: Open, scripted: Scripted, board: str) -> None:
    with scripted("ordinary") as gateway:
        _prepare(gateway)
        gateway.further[board]["third"] = _value("red", 40)
        page = open_page(f"/wall/?board={board}")
        _wait_for_page(page, 2)
        page.keyboard.press("ArrowRight")
        _wait_for_page(page, 0)
        page.keyboard.press(" ")
        _stays_on(page, 0)
        page.keyboard.press(" ")
        _wait_for_page(page, 2)
        page.keyboard.press("ArrowLeft")
        _wait_for_page(page, 1)


def test_another_revision_of_the_board_is_loaded_by_itself(open_page: Open, scripted: Scripted, board: str) -> None:
    with scripted("ordinary") as gateway:
        _prepare(gateway)
        page = open_page(f"/wall/?board={board}")
        held = open_page(f"/wall/?board={board}&page=1&hold")
        for opened in (page, held):
            opened.evaluate("window.is_same_page = true")
        gateway.revision = 2
        gateway.drop_all()
        page.wait_for_function("() => window.is_same_page === undefined", timeout=HANG_MS)
        gateway.revision = 1
        assert held.evaluate("window.is_same_page") is True
        assert held.locator(".page[data-page='1']:visible").count() == 1
