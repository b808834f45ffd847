"""The desk and a TV, side by side on real processes: let in by keyboard, and every order shows within two seconds. Then a board that
people made, through everything, on the same site; and its quiet floor is live."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from dashboard.access.permissions import Role
from dashboard.wallboards.announcement import AnnouncementWishes
from tests.accessible import serious_findings
from tests.chromium import chromium
from tests.patience import HANG_MS, HANG_S
from tests.pipeline import quiet
from tests.pipeline.site import until
from tests.screens import stored_board
from tests.screens.tv_site import (
    TvSite,
    code_of,
    desk,
    loaded_at,
    pair_by_keyboard,
    tv_site,
    unpaired_tv,
    wait_until_live,
    wait_until_reloaded,
)
from tests.screens.witness import witnessed

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]

WITHIN_S = 12.0  # 2 s are promised, and kept where the cores are free; here four files of tests share them


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TvSite]:
    """One site for all of them."""
    with tv_site(tmp_path_factory.mktemp("site")) as running:
        yield running


def within(do: Callable[[], object], seen: Callable[[], object]) -> None:
    """What `do` orders is seen on the TV in time."""
    start = time.monotonic()
    do()
    ordered_s = time.monotonic() - start
    seen()
    took_s = time.monotonic() - start
    assert took_s <= WITHIN_S, (
        f"{took_s:.2f} s, {ordered_s:.2f} s of them until it was ordered; load {os.getloadavg()[0]:.0f}"
    )


def appears(tv: Page, selector: str) -> Callable[[], object]:
    return lambda: tv.wait_for_selector(selector, timeout=HANG_MS, state="attached")


@pytest.mark.timeout(300 + quiet.QUIET_S)
def test_a_quiet_floor_is_live(browser: Browser, here: TvSite) -> None:
    quiet.stays_live(browser, here)


@pytest.mark.timeout(420)
def test_a_tv_is_let_in_obeys_and_is_sent_away(browser: Browser, here: TvSite) -> None:
    tv, at_desk = unpaired_tv(browser, here), desk(browser, here).new_page()
    with witnessed(tv, here):
        assert serious_findings(tv) == []
        at_desk.goto(f"{here.address}/screens/?lang=en")
        assert serious_findings(at_desk) == []
        pair_by_keyboard(at_desk, code_of(tv), "Second floor, east")
        wait_until_live(tv, HANG_S)
        assert tv.url.endswith("/wall/?as=screen")
        _is_listed_as_live(at_desk)
        _is_told(here, tv)
        _obeys(here, tv)
    tv.context.close()


def _is_listed_as_live(at_desk: Page) -> None:
    """The list renews itself; live within the gateway's five seconds and its own five."""
    at_desk.wait_for_selector('[data-link="live"]', timeout=HANG_MS)
    row = at_desk.inner_text("#screens tbody tr")
    assert "Second floor, east" in row
    assert "127.0.0.1" in row
    assert "Inbound service" in row


def _is_told(here: TvSite, tv: Page) -> None:
    """What people announce is there in time, comes again after a new page and a new gateway, stays while both stores are away,
    and goes in time."""
    actor, announcements = here.keys.actor(Role.MANAGER), here.keys.services.announcements
    screens = tuple(one.id for one in announcements.receivers(actor))
    wishes = AnnouncementWishes("14:00 <b>三号会议室</b>", "banner", "high", 15, 30, screens)
    sent: list[str] = []
    within(lambda: sent.append(announcements.send(actor, wishes)), appears(tv, ".announcement_banner:not([hidden])"))
    assert tv.inner_text(".announcement_banner [data-part='text']") == "14:00 <b>三号会议室</b>"
    here.restart("live")
    tv.reload()
    wait_until_live(tv, HANG_S)
    appears(tv, ".announcement_banner:not([hidden])")()
    _both_stores_are_away(here, tv)
    within(lambda: announcements.withdraw(actor, sent[0]), appears(tv, ".announcement_banner[hidden]"))


def _both_stores_are_away(here: TvSite, tv: Page) -> None:
    """Nobody can be asked: what is known stays, longer than gateways wait before they ask again."""
    here.database.kill()
    here.kill("valkey")
    tv.wait_for_selector('.wall[data-age="stale"]', timeout=HANG_MS)
    tv.wait_for_timeout(8000)
    assert tv.is_visible(".announcement_banner")
    here.database.start()
    here.start_valkey()
    wait_until_live(tv, HANG_S)
    assert tv.is_visible(".announcement_banner")
    until(lambda: here.status("/readyz") == 200, HANG_S, "the gateway has both again")


def _obeys(here: TvSite, tv: Page) -> None:
    actor, screens = here.keys.actor(Role.MANAGER), here.keys.services.screens
    (line,) = screens.listed(actor)
    id_ = line.record.id
    within(lambda: screens.blank(actor, id_, is_blank=True), appears(tv, ".blank:not([hidden])"))
    within(lambda: screens.blank(actor, id_, is_blank=False), appears(tv, ".blank[hidden]"))
    for board in ("agents", "default"):
        within(lambda board=board: screens.move(actor, id_, board), appears(tv, f'.wall[data-board="{board}"]'))  # type: ignore[misc]
        wait_until_live(tv, HANG_S)
    before = loaded_at(tv)
    within(lambda: screens.reload(actor, id_), lambda: wait_until_reloaded(tv, before, HANG_S))
    wait_until_live(tv, HANG_S)
    settled = loaded_at(tv)
    tv.wait_for_timeout(3000)
    assert loaded_at(tv) == settled  # an order is followed once
    within(lambda: screens.revoke(actor, id_), appears(tv, ".tv .code"))
    assert tv.url.endswith("/tv")


@pytest.mark.timeout(420)
def test_a_stored_board_stays_on_its_tv(browser: Browser, here: TvSite) -> None:
    stored_board.stays_on_its_tv(browser, here)
