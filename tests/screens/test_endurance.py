"""A TV that nobody touches stays through everything that goes away around it: on real processes, in a real browser.

`OUTAGE_S=300` in the environment makes the long outages five minutes; seven seconds here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Cookie, Page

from dashboard.access.keys import digest, screen_key
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING
from tests.chromium import chromium
from tests.patience import HANG_S
from tests.pipeline.site import until
from tests.screens.conftest import wishes
from tests.screens.tv_site import (
    FAKETIME,
    NEXT_RELEASE,
    TvSite,
    code_of,
    loaded_at,
    tv_site,
    unpaired_tv,
    wait_until_live,
    wait_until_reloaded,
)

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]

OUTAGE_S = float(os.environ.get("OUTAGE_S", "7"))
BACK_S = HANG_S


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TvSite]:
    """One site for both; the test that sends its clocks ahead is the last."""
    with tv_site(tmp_path_factory.mktemp("endurance")) as running:
        yield running


@pytest.mark.timeout(420 + 3 * OUTAGE_S)
def test_a_tv_stays_through_everything(browser: Browser, here: TvSite) -> None:
    tv, screen_id = _paired(browser, here)
    _restarts(here, tv)
    _redis_dies_and_is_emptied(here, tv)
    _database_is_away(here, tv)
    _everything_is_away(here, tv)
    _a_new_release(here, tv)
    here.keys.services.screens.revoke(here.keys.actor(Role.MANAGER), screen_id)
    tv.wait_for_selector(".tv .code", timeout=BACK_S * 1000)
    tv.context.close()


@pytest.mark.timeout(420)
@pytest.mark.skipif(FAKETIME is None, reason="libfaketime is missing. On Debian: apt-get install faketime")
def test_a_tv_stays_for_sixty_days(browser: Browser, here: TvSite) -> None:
    """All clocks but the browser's go on by sixty days, the key of access changes, Redis loses everything."""
    tv, _ = _paired(browser, here)
    _sixty_days_later(here, tv)
    tv.context.close()


def _paired(browser: Browser, here: TvSite) -> tuple[Page, str]:
    """A TV that shows its wall, and its screen's id."""
    tv = unpaired_tv(browser, here)
    actor = here.keys.actor(Role.MANAGER)
    screen_id = here.keys.services.screens.pair(actor, code_of(tv), wishes(EVERYTHING, lang="en"))
    wait_until_live(tv, BACK_S)
    return tv, screen_id


def _device(tv: Page) -> Cookie:
    """The cookie that says which TV it is."""
    (found,) = [one for one in tv.context.cookies() if one["name"].endswith("floorwatch_screen")]
    return found


def _restarts(here: TvSite, tv: Page) -> None:
    before = loaded_at(tv)
    here.restart("web")
    until(lambda: here.status("/healthz", here.web_port) == 200, BACK_S, "the pages are served")
    wait_until_live(tv, BACK_S)
    here.kill("live")
    tv.wait_for_selector('.wall[data-age="stale"]', timeout=BACK_S * 1000)
    here.start("live")
    wait_until_live(tv, BACK_S)
    assert loaded_at(tv) == before


def _redis_dies_and_is_emptied(here: TvSite, tv: Page) -> None:
    here.kill("valkey")
    here.start_valkey()
    wait_until_live(tv, BACK_S)
    session = here.keys.cookie(Role.MANAGER)
    here.keys.services.redis.flushall()
    assert here.keys.services.doorkeeper.by_session(session, "127.0.0.1") is None
    tv.wait_for_timeout(6000)  # longer than data may be old and still look live
    wait_until_live(tv, BACK_S)
    here.restart("live")
    token = _device(tv)["value"]
    record = screen_key("test", digest(token))
    until(lambda: here.keys.services.redis.exists(record), BACK_S, "a new handshake has brought the record back")
    wait_until_live(tv, BACK_S)


def _database_is_away(here: TvSite, tv: Page) -> None:
    here.database.kill()
    here.kill("live")
    here.start("live")  # has only Redis to ask who the TV is
    tv.wait_for_timeout(OUTAGE_S * 1000)
    wait_until_live(tv, BACK_S)
    tv.reload()  # somebody pulled the plug, meanwhile
    wait_until_live(tv, BACK_S)
    here.database.start()
    wait_until_live(tv, BACK_S)


def _everything_is_away(here: TvSite, tv: Page) -> None:
    before = loaded_at(tv)
    here.database.kill()
    for name in ("live", "web", "valkey"):
        here.kill(name)
    tv.wait_for_timeout(max(OUTAGE_S, 7) * 1000)
    tv.wait_for_selector('.wall[data-age="stale"]', timeout=BACK_S * 1000)
    assert tv.query_selector('.tile [data-part="halt"]:not(:empty)') is not None
    here.database.start()
    here.start_valkey()
    for name in ("live", "web"):
        here.start(name)
    wait_until_live(tv, 2 * BACK_S)
    assert loaded_at(tv) == before


def _a_new_release(here: TvSite, tv: Page) -> None:
    before = loaded_at(tv)
    here.end("live")
    here.run_python("live", NEXT_RELEASE)
    wait_until_reloaded(tv, before, 90)
    wait_until_live(tv, BACK_S)


def _sixty_days_later(here: TvSite, tv: Page) -> None:
    cookie = _device(tv)
    here.live_in_sixty_days()
    here.keys.services.redis.flushall()
    rotated = here.command("user", "rotate-key")
    assert rotated.returncode == 0, rotated.stderr
    here.restart("live", "web")
    tv.wait_for_timeout(7000)
    wait_until_live(tv, 2 * BACK_S)
    day = tv.evaluate("new Date(floorwatch.clock.now() - 59 * 86400000).getTime() > Date.now()")
    assert day is True
    assert cookie["expires"] - 60 * 86_400 > tv.evaluate("Date.now() / 1000")
    tv.reload()
    wait_until_live(tv, BACK_S)
