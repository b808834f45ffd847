"""What a wall does beside its numbers: people's messages, sounds, the whole screen, and the watch over itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.access_pages.site import COOKIE
from tests.chromium import CHROMIUM_FLAGS, chromium_path
from tests.patience import HANG_MS, HANG_S
from tests.pipeline.site import until
from tests.ui.conftest import Open, Scripted
from tests.ui.gateway_script import ScriptedGateway
from tests.ui.scripted_floor import HOSTILE, number

pytestmark = pytest.mark.browser

SIZES = ((1920, 1080), (1366, 768), (3840, 2160), (1080, 1920))
BANNER_TEXT = (
    "请各位坐席注意：今天下午的系统升级提前到两点整，请在一点五十分之前完成手头的话后处理并保存工单，"
    "升级期间电话照常接听但不能查询订单，谢谢大家的配合与理解！"
)
FULL_TEXT = (
    "消防演练现在开始，请所有人员立即放下手中的工作，由最近的安全出口有序离开大楼，到一楼东侧广场按班组集合点名，"
    "不要乘坐电梯，不要返回取个人物品，班长最后离开并确认本组人员全部撤离后向值班经理报告，谢谢！"
)
LONGEST = {"banner": BANNER_TEXT[:80], "full": FULL_TEXT[:100]}
CUT_OFF = """selector => { const e = document.querySelector(selector), box = e.getBoundingClientRect(), p = e.parentElement;
    return e.scrollHeight > e.clientHeight + 2 || box.right > innerWidth + 1 || p.scrollHeight > p.clientHeight + 2; }"""
TYPE_PX = "selector => parseFloat(getComputedStyle(document.querySelector(selector)).fontSize)"
BANNER, FULL = ".announcement_banner [data-part='text']", ".announcement_full [data-part='text']"


def said(gateway: ScriptedGateway, form: str, text: str, **changed: Any) -> dict[str, Any]:
    fields = {"id": f"{form}-{len(text)}", "form": form, "text": text, "priority": "normal", "seconds": 8}
    return fields | {"until": gateway.floor.now_ms() + 600_000} | changed


def test_people_say_something_on_a_wall(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        page = open_page("/wall/")
        gateway.announce(said(gateway, "banner", HOSTILE), said(gateway, "ticker", "t", priority="normal"))
        page.wait_for_selector(".announcement_banner")
        assert page.locator(BANNER).text_content() == HOSTILE  # text, no markup
        assert page.evaluate("floorwatch.announcements.tickers().map(one => one.text)") == ["t"]
        _covers_no_number(page)
        gateway.announce(said(gateway, "banner", LONGEST["banner"]), said(gateway, "full", LONGEST["full"], seconds=60))
        page.wait_for_selector(".announcement_full")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function("width => innerWidth === width", arg=width)
            least_px = 0.08 * min(width, height) - 0.5  # fitted anew a moment after the screen has its size
            page.wait_for_function(f"least => ({TYPE_PX})({FULL!r}) >= least", arg=least_px)
            page.wait_for_function(f"() => ({CUT_OFF})({FULL!r}) === false")
            assert page.evaluate(TYPE_PX, FULL) >= least_px, (width, height)
        gateway.announce(said(gateway, "banner", LONGEST["banner"]))
        page.wait_for_selector(".announcement_full", state="hidden")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.reload()
            page.wait_for_selector('.screen[data-drawn="yes"]')
            gateway.announce(said(gateway, "banner", LONGEST["banner"]))
            page.wait_for_selector(".announcement_banner")
            assert page.evaluate(CUT_OFF, BANNER) is False, (width, height)
            assert page.evaluate(TYPE_PX, BANNER) >= 0.018 * min(width, height)
        gateway.announce(said(gateway, "banner", "kurz", until=gateway.floor.now_ms() + 1500))
        page.wait_for_selector(".announcement_banner", state="hidden")  # it ends by itself
        assert page.evaluate("document.querySelector('.screen').dataset.announcing") is None


def _covers_no_number(page: Page) -> None:
    banner, main = (page.locator(one).bounding_box() for one in (".announcement_banner", "main"))
    assert banner is not None
    assert main is not None
    assert banner["y"] + banner["height"] <= main["y"] + 0.5


def test_a_full_screen_goes_after_its_seconds_and_comes_once(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        page = open_page("/wall/?lang=en")
        both = [said(gateway, "full", "first", seconds=5), said(gateway, "full", "second!", seconds=5)]
        gateway.announce(*both)
        page.wait_for_selector(".announcement_full")
        assert page.locator(FULL).text_content() == "first"
        page.wait_for_selector(".announcement_full", state="hidden")
        page.wait_for_timeout(2000)
        assert page.locator(".announcement_full").is_hidden()  # the board is back for a while before the next one
        page.reload()
        page.wait_for_selector('.screen[data-drawn="yes"]')
        gateway.announce(*both)
        page.wait_for_selector(".announcement_full")
        assert page.locator(FULL).text_content() == "second!"


WITH_SOUNDS = """new MutationObserver(() => { const wall = document.querySelector('.wall');
    if (wall === null || wall.dataset.sounds === 'on') return;
    for (const tile of wall.querySelectorAll('[data-sound]')) delete tile.dataset.sound;
    wall.dataset.sounds = 'on'; wall.dataset.soundsQuiet = '[]'; wall.querySelector('[data-tile="waiting"]').dataset.sound = 'alarm';
}).observe(document, { childList: true, subtree: true })"""
"""A board with sounds, before the page's own code sees it."""
RENDERED = """async () => { const found = {}; for (const kind of Object.keys(floorwatch.sounds.VOICES)) {
    const audio = new OfflineAudioContext(1, 44100 * 2, 44100), over = floorwatch.sounds.compose(audio, kind, 0, 1);
    const samples = (await audio.startRendering()).getChannelData(0);
    let peak = 0, after = 0, sum = 0; samples.forEach((one, i) => { peak = Math.max(peak, Math.abs(one)); sum += one * one;
        if (i > over * 44100 + 50) after = Math.max(after, Math.abs(one)); });
    found[kind] = { over, peak, after, sum }; } return found; }"""


def _red(gateway: ScriptedGateway, *, ago_ms: int = 0) -> None:
    red = number(40, "red", also={}) | {"level_at": gateway.floor.now_ms() - ago_ms}
    gateway.send({"waiting": red})


@contextmanager
def _browser_with(browser: Browser, policy: str) -> Iterator[Browser]:
    """A Chromium of its own: the flag is given at the start."""
    flags = [*CHROMIUM_FLAGS, f"--autoplay-policy={policy}"]
    own = browser.browser_type.launch(executable_path=chromium_path(), args=flags)
    try:
        yield own
    finally:
        own.close()


class Untouched:
    """A wall that nobody has touched. Playwright's own questions count as a touch of the page, so these are asked past it."""

    def __init__(self, browser: Browser, address: str, cookie: str, time_zone: str | None = None) -> None:
        context = browser.new_context(viewport={"width": 1920, "height": 1080}, timezone_id=time_zone)
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])
        context.add_init_script(WITH_SOUNDS)
        self.page = context.new_page()
        self._link = context.new_cdp_session(self.page)
        self.page.goto(f"{address}/wall/?lang=en", wait_until="commit")
        self.until("document.querySelector('.screen')?.dataset.drawn === 'yes'")

    def ask(self, expression: str) -> Any:
        answer = self._link.send("Runtime.evaluate", {"expression": expression, "returnByValue": True})
        return answer["result"].get("value")

    def until(self, condition: str) -> None:
        until(lambda: self.ask(condition), HANG_S, condition)

    @property
    def state(self) -> tuple[str, bool, int]:
        """What the sounds say, whether the hint is seen, how often the alarm has rung."""
        seen = "!document.querySelector('.sound_hint').hidden"
        return tuple(self.ask(f"[floorwatch.sounds.state(), {seen}, floorwatch.sounds.counts.alarm]"))

    def looks(self) -> None:
        """Until the page has looked at its tiles once more."""
        before = self.ask("document.querySelector('.now [data-part=time]').textContent")
        for _ in range(2):
            self.until(f"document.querySelector('.now [data-part=time]').textContent !== '{before}'")
            before = self.ask("document.querySelector('.now [data-part=time]').textContent")


def _wall(browser: Browser, address: str, cookie: str) -> Page:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/wall/?lang=en")
    page.wait_for_selector('.screen[data-drawn="yes"]')
    return page


def _calm(gateway: ScriptedGateway) -> None:
    gateway.send({"waiting": number(1, "none", also={}) | {"level_at": None}})


def test_a_red_tile_rings_once_where_the_kiosk_flag_is_set(
    browser: Browser, scripted: Scripted, address: str, manager: str
) -> None:
    with scripted("ordinary") as gateway, _browser_with(browser, "no-user-gesture-required") as own:
        wall = Untouched(own, address, manager)
        _calm(gateway)
        wall.looks()
        _red(gateway, ago_ms=60_000)  # red for long: no news
        wall.looks()
        assert wall.state == ("on", False, 0)
        _calm(gateway)
        wall.looks()
        _red(gateway)
        wall.until("floorwatch.sounds.counts.alarm === 1")
        _calm(gateway)
        wall.looks()
        _red(gateway)
        wall.looks()
        assert wall.state == ("on", False, 1)  # not more often than every 20 s
        voices = wall.page.evaluate(RENDERED)
        assert set(voices) == {"chime", "bell", "alarm"}
        for voice in voices.values():
            assert voice["over"] <= 1.5
            assert 0.05 < voice["peak"] <= 1.0
            assert voice["sum"] > 10
            assert voice["after"] < 0.001
        assert len({round(voice["sum"]) for voice in voices.values()}) == 3


def _quiet(wall: Untouched, gateway: ScriptedGateway, from_h: int, to_h: int) -> None:
    """Quiet hours of the board, counted from now by the clock of the site."""
    now = datetime.fromtimestamp(gateway.floor.now_ms() / 1000, ZoneInfo("Asia/Shanghai"))
    hours = json.dumps([[f"{now + timedelta(hours=one):%H:%M}" for one in (from_h, to_h)]])
    wall.ask(f"document.querySelector('.wall').dataset.soundsQuiet = '{hours}'")


def test_nothing_rings_in_quiet_hours_which_are_the_sites(
    browser: Browser, scripted: Scripted, address: str, manager: str
) -> None:
    with scripted("ordinary") as gateway, _browser_with(browser, "no-user-gesture-required") as own:
        wall = Untouched(own, address, manager, time_zone="America/Los_Angeles")
        _quiet(wall, gateway, -1, 1)
        _calm(gateway)
        wall.looks()
        _red(gateway)
        wall.looks()
        assert wall.state == ("on", False, 0)
        _quiet(wall, gateway, 1, -1)  # all but this hour: the browser's own clock is within, the site's is not
        wall.looks()
        assert wall.state == ("on", False, 0)  # what began in quiet hours rings no more
        _calm(gateway)
        wall.looks()
        _red(gateway)
        wall.until("floorwatch.sounds.counts.alarm === 1")


def test_blocked_sounds_are_said_and_one_touch_opens_them(
    browser: Browser, scripted: Scripted, address: str, manager: str
) -> None:
    with scripted("ordinary") as gateway, _browser_with(browser, "document-user-activation-required") as own:
        wall = Untouched(own, address, manager)
        _calm(gateway)
        wall.looks()
        _red(gateway)
        wall.looks()
        assert wall.state == ("blocked", True, 0)
        _calm(gateway)
        wall.looks()
        wall.page.mouse.click(960, 540)
        wall.until("floorwatch.sounds.state() === 'on'")
        _red(gateway)
        wall.until("floorwatch.sounds.counts.alarm === 1")
        assert wall.state == ("on", False, 1)


def test_the_whole_screen_by_a_key_and_no_pointer_but_while_it_moves(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary"):
        page = open_page("/wall/")
        cursor = "getComputedStyle(document.querySelector('.wall')).cursor"
        assert page.evaluate(cursor) == "none"
        page.evaluate(
            f"() => {{ window.cursors = []; document.addEventListener('mousemove', () => cursors.push({cursor})); }}"
        )
        page.mouse.move(200, 200)
        page.mouse.move(300, 260)
        page.wait_for_function("() => window.cursors.includes('default')")  # for three seconds: perhaps no more by now
        page.wait_for_function(f"() => {cursor} === 'none'")
        page.keyboard.press("f")
        page.wait_for_function("() => document.fullscreenElement !== null")
        page.keyboard.press("f")
        page.wait_for_function("() => document.fullscreenElement === null")


def _forbidden(route: Route) -> None:
    """The page as it is, but that its server forbids the lock: the browser itself refuses then."""
    answer = route.fetch()
    route.fulfill(response=answer, headers={**answer.headers, "permissions-policy": "screen-wake-lock=()"})


def test_the_wake_lock_says_how_it_stands(open_page: Open, scripted: Scripted, browser: Browser, manager: str) -> None:
    """Held where the browser gives it (some refuse without a display); where it is refused, the page says so and goes on."""
    stands = "states => states.includes(document.querySelector('.wall')?.dataset.wake)"
    with scripted("ordinary"):
        page = open_page("/wall/")
        page.wait_for_function(stands, arg=["held", "refused"])
        address = page.evaluate("location.origin")
        context = browser.new_context()
        context.route("**/wall/?*", _forbidden)
        context.add_cookies([{"name": COOKIE, "value": manager, "url": address}])
        other = context.new_page()
        other.goto(f"{address}/wall/?lang=en")
        other.wait_for_function(stands, arg=["refused"])
        context.close()


def test_a_wall_that_draws_no_more_loads_itself_anew_and_tells_it(
    browser: Browser, scripted: Scripted, address: str, manager: str
) -> None:
    with scripted("ordinary") as gateway:
        undrawn, frozen = (_wall(browser, address, manager) for _ in range(2))
        lives = [page.evaluate("performance.timeOrigin") for page in (undrawn, frozen)]
        undrawn.evaluate("floorwatch.live.listener.patch = () => {}")
        frozen.evaluate("window.requestAnimationFrame = () => 0")
        gateway.step()
        for page, life in zip((undrawn, frozen), lives, strict=True):
            page.wait_for_function("life => performance.timeOrigin > life", arg=life, timeout=HANG_MS)
            page.wait_for_selector('.screen[data-drawn="yes"]')
        kept = [page.evaluate("floorwatch.watchdog.past().map(one => one.why)") for page in (undrawn, frozen)]
        assert kept == [["not drawn"], ["no frame"]]
        assert max(frame.get("restarts", 0) for frame in gateway.asked) == 1
        fail = "for (let i = 0; i < 12; i += 1) window.dispatchEvent(new ErrorEvent('error'))"
        life = undrawn.evaluate("performance.timeOrigin")
        undrawn.evaluate(fail)
        undrawn.wait_for_timeout(3000)
        assert undrawn.evaluate("performance.timeOrigin") == life  # not again within five minutes
        undrawn.evaluate("localStorage.clear()")
        undrawn.evaluate(fail)
        undrawn.wait_for_function("life => performance.timeOrigin > life", arg=life)
        for page in (undrawn, frozen):
            page.context.close()
