"""One board with every kind of tile, open in Chromium and never loaded anew, on a real gateway: over midnight, both changes of daylight
saving, a day that has no midnight, a lost link, a restart of the switch. Right, marked, and what lives goes on living.

The same at the gateway alone is tests/live/test_board_stays_open; what 100,000 updates leave behind is bench/browser_memory.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import pytest
from playwright.sync_api import Browser, Page

from collectors import events as e
from dashboard.access.scope import EVERYTHING
from dashboard.boards.reading import written as file_of
from dashboard.floor.changes import Changes
from dashboard.floor.metrics import value
from dashboard.live.visitor import Orders, Visitor
from dashboard.wallboards.announcement import Announcement
from tests.board_pages.uploads import png
from tests.keyring import HERE
from tests.live.scene import AGENTS, QUEUES, SETTINGS
from tests.live.scene import Scene as Told
from tests.patience import HANG_MS
from tests.walls.every_tile import every_tile
from tests.walls.gallery import Gallery
from tests.walls.scenes import Scene
from tests.walls.stage import MANAGER, Stage
from tests.walls.written import written

pytestmark = pytest.mark.browser

SOON_MS: Final = HANG_MS
DAYS: Final = {"answered": "day", "yesterday": "yesterday", "interval": "interval", "before": "interval:-1"}
TEXT: Final = "id => document.querySelector(`#tile-${id} [data-part='number']`).parentElement.textContent"
SAYS: Final = f"([id, text]) => ({TEXT})(id) === text"
VALUE: Final = "id => floorwatch.floor.values.get(id)"
TIME_OF: Final = """id => floorwatch.screen.canvas_texts().filter(text => text.cell.id === id).map(text => text.text)
    .filter(text => /^[0-9]+:[0-9]{2}$/.test(text))[0]"""


class Standing(Scene):
    """A small floor that the test tells what happens; its switch gives its sign of life while `is_linked`."""

    def __init__(self, start: datetime) -> None:
        self.told = Told(int(start.timestamp() * 1000))
        self.told.opened()
        zone = str(start.tzinfo)
        self.told.tell(e.SettingsChanged(msgspec.structs.replace(SETTINGS, time_zone=zone)), switch="settings")
        self.zone = zone
        self.is_linked = True
        self.calls = 0
        super().__init__(self.told.floor, self.told.now_ms, self.told.position)

    def moved(self, now_ms: int) -> Changes:
        """Time passes, and what was told since is taken along."""
        self.told.now_ms = max(now_ms, self.told.now_ms)
        if self.is_linked:
            self.told.tell(e.SourceAlive())
        self.position = self.told.position
        changes, self.told.changes = self.told.changes, Changes()
        return changes

    def call(self, agent: str = AGENTS[0], *, ends: bool = True) -> None:
        """A call of sales that is answered at once."""
        self.calls += 1
        call = f"x{self.calls}"
        self.told.tell(
            e.QueueEntered("sales", call, 1, "13812345678"),
            e.OfferStarted("sales", call, 1, agent),
            e.OfferEnded("sales", call, 1, agent, "answered"),
            e.Answered("sales", call, 1, agent, 3),
        )
        if ends:
            self.told.tell(e.HandlingEnded("sales", call, 1, agent, "caller", 30))


def members() -> list[e.MemberRow]:
    return [e.MemberRow(queue, agent, agent, dynamic=True, device="free") for queue in QUEUES for agent in AGENTS[:4]]


class Open:
    """The board on the wall, and the floor behind it."""

    def __init__(self, page: Page, stage: Stage) -> None:
        self.page = page
        self.stage = stage
        self.scene: Standing

    def at(self, start: datetime) -> Standing:
        """Another floor, at this moment; the page stays."""
        self.scene = Standing(start)
        self.stage.show(self.scene)
        zone = "zone => floorwatch.words.zone() === zone && Math.abs(floorwatch.clock.now() - %d) < 60000"
        self.page.wait_for_function(zone % self.scene.now_ms, arg=self.scene.zone, timeout=SOON_MS)
        return self.scene

    def tell(self, *events: e.AnyEvent) -> None:
        self.stage.do(lambda: self.scene.told.tell(*events))

    def call(self, agent: str = AGENTS[0], *, ends: bool = True) -> None:
        self.stage.do(lambda: self.scene.call(agent, ends=ends))

    def numbers(self) -> dict[str, str]:
        """What `dashboard.floor.metrics.value` says at this moment, as it should stand on the page."""

        def now() -> dict[str, str]:
            at_ms, floor = self.stage.instant().at_ms, self.scene.floor
            asked = {**{tile: ("answered", window) for tile, window in DAYS.items()}, "waiting": ("waiting", "now")}
            asked |= {"lost": ("lost", "day"), "service_level": ("service_level", "day")}
            found = {}
            for tile, (metric, window) in asked.items():
                number = value(floor, metric, window=window, now_ms=at_ms).value
                assert not isinstance(number, str)
                target = 0.8 if metric == "service_level" else None
                found[tile] = written(metric, number, now_ms=at_ms, target=target)
            return found

        return self.stage.do(now)

    def is_right(self, **expected: str) -> None:
        """The page shows the floor's numbers, these among them."""
        self.turn_to("answered")
        found = self.numbers()
        assert {tile: found[tile] for tile in expected} == expected
        for tile, text in found.items():
            self.says(tile, text)

    def says(self, tile: str, text: str) -> None:
        self.page.wait_for_function(SAYS, arg=[tile, text], timeout=SOON_MS)

    def turn_to(self, tile: str) -> None:
        """The page that this tile is on, by the arrow key; it has its own time again."""
        for _ in range(2):
            if self.page.is_visible(f"#tile-{tile}"):
                self.page.keyboard.press("ArrowRight")
            self.page.keyboard.press("ArrowRight")
            if self.page.is_visible(f"#tile-{tile}"):
                return
        raise AssertionError(f"{tile} is on no page")

    def is_over(self, moment: datetime) -> None:
        """It comes, and the wall's own clock passes it."""
        left_s = moment.timestamp() - self.stage.instant().at_ms / 1000
        self.stage.jump(max(0.0, left_s - 1))
        passed = "at => floorwatch.clock.now() > at + 1200"
        self.page.wait_for_function(passed, arg=int(moment.timestamp() * 1000), timeout=SOON_MS)
        self.turn_to("clock")
        clock = f"() => document.querySelector('#tile-clock time').textContent.startsWith('{moment:%H:%M}')"
        self.page.wait_for_function(clock, timeout=SOON_MS)

    def intervals(self) -> list[int]:
        """The chart's bars, offered calls each."""
        return list(self.page.evaluate(VALUE, "half_hours")["offered"])

    def until_intervals(self, expected: list[int]) -> None:
        same = f"wanted => JSON.stringify(({VALUE})('half_hours').offered) === JSON.stringify(wanted)"
        self.page.wait_for_function(same, arg=expected, timeout=SOON_MS)

    def seconds_of(self, agent: str) -> int:
        """How long an agent's cell says they have been doing what they do."""
        self.turn_to("agents")
        self.page.wait_for_function(f"id => ({TIME_OF})(id)", arg=agent, timeout=SOON_MS)
        minutes, seconds = str(self.page.evaluate(TIME_OF, agent)).split(":")
        return int(minutes) * 60 + int(seconds)

    def waits(self) -> int:
        """Seconds of the longest wait."""
        self.turn_to("longest_wait")
        minutes, seconds = str(self.page.evaluate(TEXT, "longest_wait")).split(":")
        return int(minutes) * 60 + int(seconds)


@pytest.mark.timeout(300)
def test_a_board_that_is_never_loaded_anew(place: Gallery, browser: Browser) -> None:
    services = place.site.services
    board = every_tile("open", services.pictures.add(HERE, "logo", png()))
    services.library.imported(HERE, file_of(board), scope=EVERYTHING)
    services.library.publish(HERE, board.id, 1)
    place.stage.hang(*services.published.all().values())
    place.stage.visitor = Visitor(MANAGER.actor, Orders("open", "zh-CN", "dark"))
    place.show(Standing(datetime(2025, 9, 6, 12, tzinfo=ZoneInfo("America/Santiago"))))
    faults: list[str] = []
    try:
        with place.wall(browser, 1920, 1080, board="open") as page:
            page.on("pageerror", lambda error: faults.append(str(error)))
            born = page.evaluate("performance.timeOrigin")
            wall = Open(page, place.stage)
            _a_day_without_midnight(wall)
            _the_hour_that_comes_twice(wall)
            _midnight(wall)
            _a_lost_link_and_a_restart(wall)
            _the_hour_that_is_left_out(wall)
            assert page.evaluate("performance.timeOrigin") == born, "never loaded anew"
    finally:
        place.stage.visitor = MANAGER
    assert faults == []


def _a_day_without_midnight(wall: Open) -> None:
    """Santiago goes from 23:59 to 01:00: the day of 23 hours begins there."""
    santiago = ZoneInfo("America/Santiago")
    wall.at(datetime(2025, 9, 6, 23, 58, tzinfo=santiago))
    wall.call()
    wall.call(AGENTS[2])
    wall.is_right(answered="2", yesterday="0", interval="2")
    wall.is_over(datetime(2025, 9, 7, 1, tzinfo=santiago))
    wall.is_right(answered="0", yesterday="2", interval="0", before="2")
    wall.until_intervals([0])


def _the_hour_that_comes_twice(wall: Open) -> None:
    new_york = ZoneInfo("America/New_York")
    wall.at(datetime(2025, 11, 2, 1, 58, tzinfo=new_york))
    wall.call()
    wall.is_right(answered="1", interval="1")
    wall.until_intervals([0, 0, 0, 1])
    wall.is_over(datetime(2025, 11, 2, 1, tzinfo=new_york, fold=1))
    wall.is_right(answered="1", yesterday="0", interval="0", before="1")
    wall.until_intervals([0, 0, 0, 1, 0])


def _midnight(wall: Open) -> None:
    """Two calls of the day, somebody who waits and somebody who talks over midnight; a message that ends."""
    shanghai = ZoneInfo("Asia/Shanghai")
    wall.at(datetime(2025, 11, 21, 23, 57, tzinfo=shanghai))
    ticker = "text => document.querySelector('#tile-ticker').textContent.includes(text)"
    wall.turn_to("ticker")
    wall.page.wait_for_function(ticker, arg="零点系统维护", timeout=SOON_MS)
    _is_announced(wall)
    wall.call()
    wall.call(AGENTS[2])
    wall.call(AGENTS[1], ends=False)
    wall.tell(e.QueueEntered("support", "waits", 1, "13900001111"))
    wall.is_right(answered="3", yesterday="0", waiting="1")
    assert len(wall.intervals()) == 48
    assert wall.page.locator("#tile-top_list .one:visible").count() == 2
    talked_s, waited_s = wall.seconds_of(AGENTS[1]), wall.waits()
    wall.is_over(datetime(2025, 11, 22, tzinfo=shanghai))
    wall.is_right(answered="0", yesterday="3", interval="0", before="3", waiting="1")
    wall.until_intervals([0])
    assert wall.page.locator("#tile-top_list .one:visible").count() == 0
    assert wall.waits() > waited_s, "who waits goes on waiting"
    assert wall.seconds_of(AGENTS[1]) > talked_s, "who talks goes on talking"
    wall.turn_to("ticker")
    wall.page.wait_for_function(ticker, arg="微笑服务", timeout=SOON_MS)
    assert wall.page.text_content("#tile-ticker [data-part='cue']") == "", "the other message has ended"


def _is_announced(wall: Open) -> None:
    """It comes by itself, and ends by the gateway's clock."""
    until_ms = wall.stage.instant().at_ms + 30_000
    told = (Announcement("a1", "banner", "会议改到三楼", "high", until_ms, 10, (MANAGER.actor.id,)),)
    wall.stage.do(lambda: wall.stage.gateway.announcer.know(told))
    banner = wall.page.locator(".announcement_banner")
    banner.wait_for(state="visible", timeout=SOON_MS)
    assert "会议改到三楼" in banner.inner_text()
    wall.stage.jump(30)
    banner.wait_for(state="hidden", timeout=SOON_MS)


def _a_lost_link_and_a_restart(wall: Open) -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    scene = wall.at(datetime(2025, 11, 22, 10, 5, tzinfo=shanghai))
    wall.call()
    wall.tell(e.QueueEntered("sales", "dead", 1), e.QueueEntered("support", "dead2", 1))
    wall.is_right(answered="1", waiting="2")
    lost_ms = wall.stage.instant().at_ms

    def lose() -> None:
        scene.is_linked = False
        scene.told.tell(e.LinkLost("closed", scene.told.now_ms))

    wall.stage.do(lose)
    wall.stage.jump(20)
    wall.page.wait_for_selector('.screen[data-age="stale"]', timeout=SOON_MS)
    wall.turn_to("answered")
    assert wall.page.get_attribute("#tile-answered", "data-age") == "stale"
    wall.says("waiting", "2")
    stopped = wall.waits()
    wall.page.wait_for_timeout(1500)
    assert wall.waits() == stopped, "what has stopped does not tick"
    assert wall.page.locator(".halt_banner").is_visible()

    def restarted() -> None:
        scene.is_linked, scene.told.boot = True, "boot2"
        rows = [e.QueueRow(queue) for queue in QUEUES]
        scene.told.tell(
            e.SwitchRestarted(), e.LinkRestored(lost_ms), e.SnapshotTaken(rows, members(), [], [], [], [], [])
        )

    wall.stage.do(restarted)
    wall.page.wait_for_selector('.screen[data-age="live"]', timeout=SOON_MS)
    wall.is_right(answered="1", waiting="0", lost="2")
    wall.says("longest_wait", "–")
    gap_s = wall.page.evaluate(VALUE, "answered")["gap_s"]
    assert 19 <= gap_s <= 60
    small = wall.page.locator("#tile-answered [data-part='gap']").text_content() or ""
    assert str(round(gap_s)) in small, "the missing seconds are said"
    assert wall.page.evaluate(VALUE, "yesterday")["gap_s"] == 0
    wall.call()
    wall.is_right(answered="2")


def _the_hour_that_is_left_out(wall: Open) -> None:
    new_york = ZoneInfo("America/New_York")
    wall.at(datetime(2026, 3, 8, 1, 58, tzinfo=new_york))
    wall.call()
    wall.is_right(answered="1", interval="1")
    wall.is_over(datetime(2026, 3, 8, 3, tzinfo=new_york))
    wall.is_right(answered="1", yesterday="0", interval="0", before="1")
    wall.until_intervals([0, 0, 0, 1, 0])
