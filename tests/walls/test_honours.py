"""A leaderboard's wall: every state of it has its place in every shape, nothing is cut; rows move, good news is celebrated once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
import pytest
from playwright.sync_api import Browser

from dashboard.boards.sizes import SMALLEST, SMALLEST_PORTRAIT
from dashboard.live.values import CelebrationValue
from tests.ui.measuring import faults, settled
from tests.ui.test_tile_sizes import SHOW
from tests.walls.honours import LONG_NAMES, plain
from tests.walls.honours_wall import HonoursWall, honours_wall
from tests.walls.walk import SHAPES, SIZES, TIGHTEST, Size

pytestmark = pytest.mark.browser

WALKED: Final[tuple[tuple[str, str, str, tuple[Size, ...]], ...]] = (
    ("running", "zh-CN", "dark", SHAPES),
    ("running", "en", "light", TIGHTEST),
    ("long", "en", "dark", TIGHTEST),
    ("crowd", "zh-CN", "dark", TIGHTEST),
    ("grouped", "zh-CN", "dark", TIGHTEST),
    ("between_teams", "en", "dark", TIGHTEST),
    ("to_come", "en", "dark", TIGHTEST),
    ("begun", "en", "dark", TIGHTEST),
    ("final", "en", "dark", TIGHTEST),
)
"""Scene, language, theme, sizes."""

TILE_OF: Final = {"head": "leaderboard_head"} | {
    kind: kind for kind in ("podium", "ranking", "team_race", "bests", "goals", "celebration")
}


@pytest.fixture(scope="module")
def place() -> Iterator[HonoursWall]:
    with honours_wall() as made:
        yield made


def test_every_state_has_its_place(place: HonoursWall, browser: Browser) -> None:
    found: dict[str, list[str]] = {}
    for scene, lang, theme, sizes in WALKED:
        with place.show(browser, scene, sizes[0], lang=lang, theme=theme) as page:
            for width, height in sizes:
                page.set_viewport_size({"width": width, "height": height})
                settled(page)
                wrong = faults(page, names=LONG_NAMES if scene == "long" else ())
                if wrong:
                    found[f"{scene} {lang} {width}×{height}"] = wrong
    assert found == {}


TURN: Final = "at => { floorwatch.leaderboards.turn = (count) => at % count; }"
TOLD: Final = "document.querySelector('.leaderboard_head [data-part=turn]').textContent"


def test_whatever_the_head_tells_in_turns_has_its_place(place: HonoursWall, browser: Browser) -> None:
    with place.show(browser, "final", SIZES[1], lang="en") as page:
        for turn, begin in enumerate(
            ("Prizes: 1. A day off", "30 calls", "42 ranked", "Calls served", "Name, nickname")
        ):
            page.evaluate(TURN, turn)
            page.wait_for_function(f"begin => {TOLD}.startsWith(begin)", arg=begin)
            settled(page)
            assert faults(page) == [], begin


def test_the_smallest_size_of_each_tile_has_room(place: HonoursWall, browser: Browser) -> None:
    found: dict[str, list[str]] = {}
    for scene, lang in (("long", "zh-CN"), ("to_come", "en")):
        with place.show(browser, scene, TIGHTEST[0], lang=lang) as page:
            for size, least in zip(TIGHTEST, (SMALLEST, SMALLEST_PORTRAIT), strict=True):
                page.set_viewport_size({"width": size[0], "height": size[1]})
                for tile in [one for one in TILE_OF if page.query_selector(f"[data-tile={one}]") is not None]:
                    page.evaluate(SHOW, [tile, *least[TILE_OF[tile]]])
                    settled(page)
                    if wrong := faults(page, names=LONG_NAMES):
                        found[f"{scene} {tile} {size[0]}×{size[1]}"] = wrong
    assert found == {}


ROW: Final = "[...document.querySelectorAll('.ranking .one')].find(one => one.querySelector('.name').title === name)"
STYLED: Final = f"""name => {{ const row = {ROW};
    row.dataset.seen = 'before'; return getComputedStyle(row).transitionDuration; }}"""
PLACE_OF: Final = f"""name => {{ const row = {ROW};
    return row && row.classList.contains('settled') ? [row.style.getPropertyValue('--at'), row.dataset.seen || ''] : null; }}"""
MOVED: Final = f"([name, at]) => {{ const found = ({PLACE_OF})(name); return found && found[0] === at; }}"


def test_a_row_moves_to_its_new_place_within_300_ms_or_at_once_where_motion_is_not_wanted(
    place: HonoursWall, browser: Browser
) -> None:
    for wanted, lasts_s in (("no-preference", 0.3), ("reduce", 0.0)):
        with place.show(browser, "running", SIZES[1], reduced_motion=wanted) as page:
            page.wait_for_function(MOVED, arg=["大橙子", "4"])
            assert (
                max(float(one.strip().removesuffix("s")) for one in page.evaluate(STYLED, "大橙子").split(","))
                == lasts_s
            )
            lines = list(place.shown.lines)
            lines.insert(3, lines.pop(7))
            place.shown.lines = [
                msgspec.structs.replace(one, rank=at, score=lines[0].score - 200 * at)
                for at, one in enumerate(lines, start=1)
            ]
            place.gateway.send({name: place.shown.view()[name] for name in ("podium", "ranking")})
            page.wait_for_function(MOVED, arg=["大橙子", "0"])
            assert page.evaluate(PLACE_OF, "大橙子") == ["0", "before"]
            page.wait_for_function(MOVED, arg=["小鹿", "1"])


OVERLAY: Final = ".party"
WATCHED: Final = """() => { window.party = null; setInterval(() => { const seen = document.querySelector('.party');
    if (seen !== null) window.party = { text: seen.innerText, has_canvas: seen.querySelector('canvas') !== null,
        lasts: Number(seen.dataset.lasts), is_still: seen.matches('.still') && seen.querySelector('.card') !== null }; }, 50); }"""
"""From now on the last celebration is remembered: it is there for three seconds, in which a slow machine may not look."""
RANG: Final = "floorwatch.sounds.counts.bell"
RED: Final = "level => { document.querySelector('.tile.goals').dataset.level = level; }"


def test_good_news_is_celebrated_once_while_it_is_new_and_never_over_an_alarm(
    place: HonoursWall, browser: Browser
) -> None:
    with place.show(browser, "running", SIZES[1], rings=True) as page:
        page.mouse.click(5, 5)
        page.wait_for_function("floorwatch.sounds.state() === 'on'")

        def call(name: str, *, age_ms: int = 0) -> None:
            now_ms = place.floor.now_ms() - age_ms
            news = CelebrationValue(name, "leader", now_ms, name, "", 3, sound="bell")
            place.shown.news = news
            place.gateway.further = {key: place.shown.view() for key in place.gateway.further}
            place.gateway.send({"celebration": plain(news)})
            page.wait_for_function(
                "text => document.querySelector('.celebration .news').textContent.includes(text)", arg=name
            )

        assert page.query_selector(OVERLAY) is None, "the news of the first look is eleven minutes old"
        page.evaluate(WATCHED)
        call("小鹿")
        shown = page.wait_for_function("() => window.party?.has_canvas && window.party").json_value()
        assert "小鹿" in shown["text"]
        assert shown["has_canvas"]
        assert shown["lasts"] <= 3000
        page.wait_for_selector(OVERLAY, state="detached")
        page.wait_for_function(f"{RANG} === 1")
        call("陈静", age_ms=60_000)
        page.evaluate(RED, "red")
        call("周敏")
        page.evaluate(RED, "none")
        assert page.query_selector(OVERLAY) is None
        assert page.evaluate(RANG) == 1
        place.shown.news = CelebrationValue("小鹿", "leader", place.floor.now_ms(), "小鹿", "", 3, sound="bell")
        place.gateway.further = {key: place.shown.view() for key in place.gateway.further}
        page.reload()
        page.wait_for_selector(".celebration .news :text('小鹿')")
        assert page.query_selector(OVERLAY) is None, "this browser has celebrated it"
        page.emulate_media(reduced_motion="reduce")
        page.evaluate(WATCHED)
        call("林娜")
        page.wait_for_function("() => window.party?.is_still")
        assert not page.evaluate("window.party.has_canvas")
        page.evaluate(RED, "red")
        page.wait_for_selector(OVERLAY, state="detached")


def test_a_stopped_link_hatches_the_ranks_and_a_phone_scrolls_one_list(place: HonoursWall, browser: Browser) -> None:
    with place.show(browser, "running", (390, 844)) as page:
        assert page.evaluate(
            "document.documentElement.scrollHeight > innerHeight && document.documentElement.scrollWidth <= innerWidth"
        )
        ranks = page.locator(".ranking .one .rank").all_inner_texts()
        assert sorted(map(int, ranks)) == list(range(1, 11))
        assert page.locator(".tile.ranking").bounding_box()["y"] < page.locator(".tile.team_race").bounding_box()["y"]  # type: ignore[index]
        assert page.locator(".tile.podium").is_hidden()
        place.gateway.fail_link("timeout", age_ms=41_000)
        try:
            place.gateway.beat()
            page.wait_for_selector('.tile.ranking[data-age="stale"]')
            assert ":" in page.locator(".tile.ranking .halt").inner_text()
        finally:
            place.gateway.restore_link()
