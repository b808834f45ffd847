"""One browser, a paired TV and a person who signs in on it: the TV's service worker keeps nothing of theirs, and nothing is shown
after they have gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from dashboard.access.actor import system
from dashboard.access.cookies import cookie_name
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING
from dashboard.access.screen_wishes import ScreenWishes
from dashboard.boards.document import Title
from tests.access_pages.site import COOKIE, PageSite, served
from tests.board_pages.uploads import png
from tests.chromium import chromium
from tests.patience import HANG_MS, HANG_S
from tests.pipeline.site import until
from tests.wallboards.library_room import with_picture

pytestmark = pytest.mark.browser

HERE = system("tests")
KEEPS_SOMETHING = "async () => (await caches.keys()).some((name) => name.startsWith('floorwatch-tv.'))"
WORKS = "() => navigator.serviceWorker.controller !== null"
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push([request.url, await (await cache.match(request)).text()]);
  }
  return found;
}"""
PUT_PICTURE = """async (age_ms) => {
  const names = { queues: {}, teams: {}, reasons: {}, board: {}, site: "main", time_zone: "Asia/Shanghai" };
  const body = { at: Date.now() - age_ms, offset_ms: 0, board: "number", revision: "0", release: "", is_blank: false, links: [],
    names, view: {} };
  await (await caches.open("floorwatch-tv.picture")).put("/wall/_kept/picture", new Response(JSON.stringify(body)));
}"""
STATUS = "async (address) => (await fetch(address, { cache: 'force-cache', redirect: 'manual' })).status"


@pytest.fixture
def address(site: PageSite) -> Iterator[str]:
    with served(site) as found:
        yield found


@pytest.fixture
def browser(site: PageSite, address: str) -> Iterator[BrowserContext]:
    """With a paired TV, on which somebody has signed in."""
    services = site.services
    offer = services.pairing.start("127.0.0.1")
    manager = services.doorkeeper.by_session(site.signed_in(Role.MANAGER), "127.0.0.1")
    assert manager is not None
    services.screens.pair(manager, offer.code, ScreenWishes("TV", "number", EVERYTHING, "en", "dark"))
    found = services.pairing.look(offer.cookie)
    assert found is not None
    token = services.screens.fetch(found, "127.0.0.1")
    assert token is not None
    with chromium() as chrome:
        context = chrome.new_context(locale="en")
        person = site.signed_in(Role.MANAGER, lang="en")
        for name, value in ((cookie_name("screen", is_secure=False), token), (COOKIE, person)):
            context.add_cookies([{"name": name, "value": value, "url": address}])
        yield context


def tv_at_work(browser: BrowserContext, address: str) -> Page:
    """The TV's wall under its service worker, which keeps it."""
    page = browser.new_page()
    page.goto(f"{address}/tv/away")
    page.wait_for_function(WORKS)
    page.goto(f"{address}/wall/?as=screen")
    page.wait_for_selector(".wall")
    until(lambda: page.evaluate(KEEPS_SOMETHING), HANG_S, "something that is kept")
    return page


@pytest.mark.parametrize(("age_ms", "is_there"), [(86_400_001, False), (60_000, True)])
def test_the_last_picture_of_a_tv_goes_after_a_day(
    browser: BrowserContext, address: str, age_ms: int, *, is_there: bool
) -> None:
    page = tv_at_work(browser, address)  # no gateway answers here
    page.evaluate(PUT_PICTURE, age_ms)
    page.reload()
    page.wait_for_selector(".wall")
    if is_there:
        page.wait_for_selector('.wall[data-picture="yes"]', timeout=HANG_MS)
    else:
        until(
            lambda: page.evaluate("async () => !(await caches.has('floorwatch-tv.picture'))"),
            HANG_S,
            "the picture's end",
        )
        assert page.query_selector('.wall[data-picture="yes"]') is None


def test_nothing_of_a_person_is_kept_for_the_tv_or_shown_when_they_have_gone(
    site: PageSite, browser: BrowserContext, address: str
) -> None:
    library = site.services.library
    picture = f"/wall/pictures/{site.services.pictures.add(HERE, 'seen by a person', png())}"
    library.make(HERE, "number", "theirs", Title(en="Board of a person"), EVERYTHING)
    library.save_draft(HERE, "theirs", with_picture(picture.rpartition("/")[2], "Board of a person"), 1)
    library.publish(HERE, "theirs", 2)
    tv_at_work(browser, address)
    page = browser.new_page()
    for wall in ("/wall/?board=theirs", "/wall/?board=draft:theirs&hold=yes&page=0"):
        page.goto(address + wall)
        page.wait_for_function("() => [...document.querySelectorAll('.wall img')].some((img) => img.naturalWidth > 0)")
        assert page.evaluate(WORKS), "the worker stands between them, and lets them pass"
    assert page.evaluate(STATUS, picture) == 200
    kept = page.evaluate(KEPT)
    assert any("/wall/?as=screen" in url or "_kept" in url for url, _ in kept), "the TV's own is there"
    for url, body in kept:
        assert "/wall/pictures/" not in url
        assert "Board of a person" not in body, url
    page.goto(f"{address}/account/")
    page.click('form[action="/sign-out"] button')
    page.wait_for_url("**/sign-in**")
    browser.clear_cookies(name=cookie_name("screen", is_secure=False))  # the TV may see pictures by itself
    assert page.evaluate(STATUS, picture) == 0, "the browser has it no more, and is led to the sign-in"
    page.goto(f"{address}/wall/?board=theirs")
    assert "/sign-in" in page.url
