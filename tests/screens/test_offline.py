"""A TV that is loaded anew, or switched on, while its servers are away: the last picture, marked as such, and nothing kept of a TV
that was sent away. Real processes, a real browser with its service worker."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING
from tests.chromium import chromium
from tests.patience import HANG_S
from tests.pipeline.site import until
from tests.screens.conftest import wishes
from tests.screens.tv_site import (
    NEXT_RELEASE,
    TvSite,
    code_of,
    load_anew,
    loaded_at,
    tv_site,
    unpaired_tv,
    wait_until_live,
    wait_until_reloaded,
)
from tests.screens.witness import witnessed

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]

BACK_S = HANG_S
PICTURE = '.wall[data-picture="yes"][data-age="stale"]'
FIGURES = ".tile [data-part='number'], .tile [data-part='count']"
KEPT = "async () => (await caches.keys()).filter(name => name.startsWith('floorwatch-tv.')).sort()"
HAS_PICTURE = "async () => await caches.match('/wall/_kept/picture') !== undefined"
IS_WHOLE = "async () => await caches.match('/wall/_kept/complete') !== undefined"
IS_KEPT = "document.documentElement.dataset.kept === 'yes'"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.mark.timeout(420)
def test_a_tv_without_its_servers_shows_the_last_picture_and_goes_on_by_itself(
    browser: Browser, tmp_path: Path
) -> None:
    with tv_site(tmp_path) as here:
        tv = unpaired_tv(browser, here)
        with witnessed(tv, here):
            actor, screens = here.keys.actor(Role.MANAGER), here.keys.services.screens
            screen_id = screens.pair(actor, code_of(tv), wishes(EVERYTHING, lang="en"))
            wait_until_live(tv, BACK_S)
            until(lambda: tv.evaluate(IS_WHOLE), HANG_S, "the first page is kept, without another load")
            until(lambda: tv.evaluate(HAS_PICTURE), HANG_S, "the picture is kept")
            _everything_is_away(here, tv)
            _half_a_release(here, tv)
            _comes_back_with_another_release(here, tv)
            _sent_away(here, tv, screen_id)
        tv.context.close()


def _everything_is_away(here: TvSite, tv: Page) -> None:
    before = tv.locator(FIGURES).all_text_contents()
    _stop(here)
    load_anew(tv)
    tv.wait_for_selector(PICTURE, timeout=BACK_S * 1000)
    assert tv.locator(FIGURES).all_text_contents() == before
    assert "last picture, " in tv.inner_text(".halt_banner")
    assert tv.query_selector('.tile [data-part="halt"]:not(:empty)') is not None
    tv.goto("about:blank")
    tv.goto(f"{here.address}/tv")  # switched off and on
    tv.wait_for_selector(PICTURE, timeout=BACK_S * 1000)
    assert tv.url.endswith("/wall/?as=screen")


def _stop(here: TvSite) -> None:
    """Pages and gateway are gone; a worker may outlive its master by a moment."""
    for name in ("live", "web"):
        here.kill(name)
    until(lambda: here.status("/healthz", here.web_port) == 0, HANG_S, "nobody answers")


def _half_a_release(here: TvSite, tv: Page) -> None:
    """A server that gives the page and not its files leaves no empty page; a whole one counts at once."""
    with _impostor(here.web_port, '<html><script src="/wall/assets/new.js?m=9"></script><p>half</p></html>'):
        load_anew(tv)
        tv.wait_for_selector(PICTURE, timeout=BACK_S * 1000)
    with _impostor(here.web_port, "<html><p>another release</p></html>"):
        load_anew(tv)
        tv.wait_for_selector("text=another release")
    load_anew(tv)
    tv.wait_for_selector(PICTURE, timeout=BACK_S * 1000)  # that one was never whole: its data did not come


def _comes_back_with_another_release(here: TvSite, tv: Page) -> None:
    """Numbers first, on the page that was kept; that one is exchanged by itself as soon as the server gives its own."""
    here.run_python("live", NEXT_RELEASE)
    wait_until_live(tv, 2 * BACK_S)
    assert tv.query_selector(PICTURE) is None
    tv.wait_for_selector(".halt_banner", state="hidden", timeout=BACK_S * 1000)
    assert tv.evaluate(IS_KEPT)
    before = loaded_at(tv)
    here.start("web")
    until(lambda: here.status("/healthz", here.web_port) == 200, 90, "the pages are served")
    wait_until_reloaded(tv, before, 3 * BACK_S)
    wait_until_live(tv, BACK_S)
    assert not tv.evaluate(IS_KEPT)
    assert tv.evaluate("floorwatch.renewal.release()") == "9.9.9+next"


def _sent_away(here: TvSite, tv: Page, screen_id: str) -> None:
    here.keys.services.screens.revoke(here.keys.actor(Role.MANAGER), screen_id)
    tv.wait_for_selector(".tv .code", timeout=BACK_S * 1000)
    until(lambda: tv.evaluate(KEPT) == [], HANG_S, "nothing is kept")
    _stop(here)
    for path in ("/tv", "/wall/?as=screen"):
        tv.goto(here.address + path)
        tv.wait_for_selector(".tv")
        assert tv.query_selector(".wall") is None
    here.start("web")
    until(lambda: here.status("/healthz", here.web_port) == 200, 90, "the pages are served")
    tv.wait_for_selector(".tv .code", timeout=BACK_S * 1000)  # and by itself to a new code


@contextlib.contextmanager
def _impostor(port: int, page: str) -> Iterator[None]:
    """A server that knows one page, and gives no file."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/wall/?"):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page.encode())
            else:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — the base's name
            pass

    ThreadingHTTPServer.allow_reuse_address = True
    deadline = time.monotonic() + HANG_S
    while True:
        try:
            server = ThreadingHTTPServer(("127.0.0.1", port), Answers)
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
