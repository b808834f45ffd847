"""The wall in Chromium, against a gateway that speaks the protocol: what people see, and what happens when things break."""

from __future__ import annotations

import random
import threading

import pytest
from playwright.sync_api import Page

from tests.patience import HANG_MS
from tests.ui.conftest import Open, Scripted
from tests.ui.gateway_script import ScriptedGateway
from tests.ui.measuring import settled
from tests.ui.scripted_floor import FLOORS, HOSTILE, number

pytestmark = pytest.mark.browser

NUMBER_OF = "#tile-{} [data-part='number']"


def _text(page: Page, selector: str) -> str:
    return page.locator(selector).first.text_content() or ""


ON_CANVAS = "floorwatch.screen.canvas_texts().map(said => said.text)"
"""All texts of the agents' tile: it is a canvas."""

PEOPLE = "new Set(floorwatch.screen.canvas_texts().map(said => said.cell.id)).size"


def _wait_for_person(page: Page, name: str) -> None:
    page.wait_for_function(f"name => {ON_CANVAS}.some(text => text.includes(name))", arg=name, timeout=HANG_MS)


def _wait_for_age(page: Page, age: str, within_ms: int = HANG_MS) -> None:
    page.wait_for_selector(f'.screen[data-age="{age}"]', timeout=within_ms)


def _wait_for_text(page: Page, selector: str, text: str) -> None:
    page.wait_for_function(
        "([selector, text]) => document.querySelector(selector)?.textContent.includes(text)",
        arg=[selector, text],
        timeout=HANG_MS,
    )


def _drawn(page: Page, gateway: ScriptedGateway) -> None:
    page.wait_for_function(
        "seq => document.querySelector('.screen').dataset.seq === String(seq)", arg=gateway.seq, timeout=HANG_MS
    )


def test_every_tile_shows_its_value(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary"):
        page = open_page("/wall/")
        assert _text(page, NUMBER_OF.format("service_level")) == "78"
        assert _text(page, "#tile-service_level [data-part='note']") == "今日 · 剔除短放弃"
        assert _text(page, "#tile-service_level [data-part='heading']") == "服务水平 20 秒"
        assert _text(page, NUMBER_OF.format("waiting")) == "15"
        assert _text(page, NUMBER_OF.format("answered")) == "1,284"
        assert page.evaluate(PEOPLE) == 60
        assert page.locator("#tile-queue_table .rows .row:not(.head):visible").count() == 5
        assert page.locator("#tile-waiting_callers .rows .row:visible").count() >= 4
        assert page.locator("#tile-trend rect.low").count() == 12
        assert _text(page, "h1") == "客服一部 · 呼入"
        _wait_for_age(page, "live")
        assert _text(page, ".age_lamp [data-part='state']") == "交换机在线"


def test_a_wall_speaks_english_where_it_is_asked_to(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary"):
        page = open_page("/wall/?lang=en&theme=light")
        assert _text(page, "#tile-waiting [data-part='heading']") == "Waiting"
        assert page.evaluate("document.documentElement.dataset.theme") == "light"
        assert "60 seats · 5 queues" in _text(page, "[data-part='size']")


SIZES = ((1366, 768), (1920, 1080), (3840, 2160), (1080, 1920))
CAP_HEIGHT = 0.727
"""Height of Inter's digits, in its type size."""

CUT_OFF = """() => [...document.querySelectorAll('.tile .figure .digits')].filter(e => {
    const tile = e.closest('.tile').getBoundingClientRect(), box = e.getBoundingClientRect();
    return box.right > tile.right || box.bottom > tile.bottom + 1 || box.left < tile.left;
}).map(e => e.closest('.tile').id)"""


@pytest.mark.parametrize("floor", ["ordinary", "crowd"])
def test_nothing_scrolls_and_the_important_numbers_are_large(open_page: Open, scripted: Scripted, floor: str) -> None:
    with scripted(floor):
        page = open_page("/wall/?lang=en")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function("width => innerWidth === width", arg=width)
            settled(page)
            scrolls = "(e => e.scrollWidth > innerWidth || e.scrollHeight > innerHeight)(document.scrollingElement)"
            assert page.evaluate(scrolls) is False
            assert page.evaluate(CUT_OFF) == []
            smallest = 0.085 * min(width, height)
            for tile in ("service_level", "longest_wait", "waiting"):
                type_px = "selector => parseFloat(getComputedStyle(document.querySelector(selector)).fontSize)"
                assert page.evaluate(type_px, NUMBER_OF.format(tile)) * CAP_HEIGHT >= smallest, (tile, width)


def test_times_tick_in_the_browser(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary"):
        page = open_page("/wall/")
        before = _text(page, NUMBER_OF.format("longest_wait"))
        page.wait_for_function(
            "([selector, before]) => document.querySelector(selector).textContent !== before",
            arg=[NUMBER_OF.format("longest_wait"), before],
            timeout=HANG_MS,
        )


def test_a_patch_changes_what_it_names_and_keeps_the_nodes(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        page = open_page("/wall/")
        page.evaluate("window.kept = document.querySelector(\"#tile-waiting [data-part='number']\")")
        row = gateway.floor.rows[7] | {"state": "holding", "name": "欧阳小月"}
        gateway.send({"agents": {"set": [row], "del": []}, "waiting": number(102, "red", also={})})
        _wait_for_text(page, NUMBER_OF.format("waiting"), "102")
        assert page.evaluate("window.kept.isConnected && window.kept.textContent") == "102"
        _wait_for_person(page, "欧阳小月")
        assert page.locator("#tile-waiting.level-red .mark.icon-level-red:visible").count() == 1


def test_agents_come_and_go_without_a_new_page(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        page = open_page("/wall/")
        gone, new = gateway.floor.rows[0]["id"], gateway.floor.rows[1] | {"id": "PJSIP/9999", "name": "新人"}
        order = [row["id"] for row in gateway.floor.rows[1:]] + [new["id"]]
        gateway.send({"agents": {"set": [new], "del": [gone], "order": order}})
        _wait_for_person(page, "新人")
        assert page.evaluate(PEOPLE) == 60


def test_hostile_text_is_text(open_page: Open, scripted: Scripted) -> None:
    with scripted("hostile"):
        page = open_page("/wall/")
        assert page.locator(".screen img").count() == 0
        assert page.title() != "owned"
        _wait_for_person(page, HOSTILE[:2])
        assert HOSTILE in (page.locator("#tile-queue_table").text_content() or "")
        assert HOSTILE in (page.locator("#tile-waiting_callers").text_content() or "")


def test_an_empty_floor_is_said_in_words(open_page: Open, scripted: Scripted) -> None:
    with scripted("empty"):
        page = open_page("/wall/")
        assert _text(page, NUMBER_OF.format("service_level")) == "–"
        assert _text(page, "#tile-agents .empty") == "没有坐席在岗"
        assert _text(page, "#tile-waiting_callers .empty") == "没有等待的来电"
        assert _text(page, "#tile-trend .empty") == "今日还没有来电"
        assert _text(page, "#tile-service_level [data-part='unit']") == ""


def test_a_lost_link_greys_the_wall_and_says_why_and_since_when(open_page: Open, scripted: Scripted) -> None:
    with scripted("link_failed"):
        page = open_page("/wall/")
        _wait_for_age(page, "stale")
        reason = _text(page, ".halt_banner [data-part='reason']")
        assert reason.startswith("交换机连接中断，自 ")
        assert reason.endswith("超时无应答")
        stopped = _text(page, "#tile-waiting .halt")
        assert stopped.removeprefix("停在 ") in reason
        assert page.locator("#tile-waiting .halt:visible").count() == 1
        assert page.evaluate("getComputedStyle(document.querySelector('#tile-waiting')).filter") == "grayscale(1)"
        hatch = "getComputedStyle(document.querySelector('#tile-waiting'), '::after').backgroundImage"
        assert page.evaluate(hatch).startswith("repeating-linear-gradient")
        before = _text(page, NUMBER_OF.format("longest_wait"))
        page.wait_for_timeout(1500)
        assert _text(page, NUMBER_OF.format("longest_wait")) == before


def test_the_link_comes_back_over_resync_to_live(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        page = open_page("/wall/")
        _wait_for_age(page, "live")
        gateway.silence_link(age_ms=3500, grows=False)
        gateway.beat()
        _wait_for_age(page, "delayed")
        gateway.silence_link(age_ms=9000)
        gateway.beat()
        _wait_for_age(page, "stale")
        assert _text(page, ".halt_banner [data-part='reason']").startswith("交换机没有应答，自 ")
        gateway.resync_link()
        gateway.beat()
        _wait_for_age(page, "resync")
        assert _text(page, ".halt_banner [data-part='reason']") == "交换机已恢复，正在重新同步"
        gateway.restore_link()
        gateway.beat()
        _wait_for_age(page, "live")
        assert page.locator(".halt_banner:visible").count() == 0


AGES = """() => { const find = () => document.querySelector('.screen').dataset.age; window.ages = [];
    floorwatch.clock.every_second({ tick: (now_ms) => window.ages.push([now_ms - floorwatch.freshness.links()[0].alive_at, find()]) }); }"""
"""From now on, at each tick of the page: how long ago the switch gave a sign of life, and what the page says."""


def test_silence_of_the_gateway_alone_makes_a_wall_stale(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        page = open_page("/wall/")
        _wait_for_age(page, "live")
        page.evaluate(AGES)
        gateway.beats_on = False
        _wait_for_age(page, "stale")
        page.wait_for_function("() => window.ages.some(([, age]) => age === 'stale')")
        ages = page.evaluate("window.ages")
        assert all((age == "stale") == (silent_ms > 5000) for silent_ms, age in ages), ages


def test_a_dropped_socket_comes_back_by_itself_without_a_reload(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        page = open_page("/wall/")
        page.evaluate("window.is_same_page = true")
        opened = len([frame for frame in gateway.asked if "board" in frame])
        gateway.is_refusing = True
        gateway.drop_all()
        _wait_for_age(page, "stale")
        assert _text(page, ".halt_banner [data-part='reason']").startswith("连不上实时网关，自 ")
        gateway.floor.rows[0]["name"] = "换了人"
        gateway.is_refusing = False
        _wait_for_age(page, "live")
        _wait_for_person(page, "换了人")
        assert page.evaluate("window.is_same_page") is True
        assert len([frame for frame in gateway.asked if "board" in frame]) > opened


def test_a_jump_of_seq_asks_for_a_snapshot(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        page = open_page("/wall/")
        gateway.skip_seq()
        gateway.floor.rows[0]["name"] = "快照里的人"
        gateway.send({"waiting": number(3, also={})})
        _wait_for_person(page, "快照里")
        asked = [(frame["board"], frame["seq"]) for frame in gateway.asked if "board" in frame]
        assert asked == [("default", 0)] * 2


def test_an_unknown_board_is_said(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary"):
        page = open_page("/wall/?board=nosuch", drawn=False)
        _wait_for_text(page, ".no_board h2", "没有看板“nosuch”")
        assert page.locator(".halt_banner:visible, .age_lamp:visible, .tile").count() == 0


def test_no_gateway_at_all_is_said(open_page: Open) -> None:
    page = open_page("/wall/", drawn=False)
    _wait_for_text(page, ".halt_banner [data-part='reason']", "连不上实时网关")
    assert _text(page, NUMBER_OF.format("waiting")) == "–"


def test_a_new_release_is_loaded_at_a_quiet_moment(open_page: Open, scripted: Scripted) -> None:
    with scripted("quiet") as gateway:
        page = open_page("/wall/")
        page.evaluate("Math.random = () => 0; window.is_same_page = true")
        _wait_for_age(page, "live")
        gateway.release = "0.2.0+new"
        is_new = threading.Event()

        def beat() -> None:
            while not is_new.wait(0.5):
                gateway.beat()

        beating = threading.Thread(target=beat)
        beating.start()  # every second or sooner, as a gateway does: a page that hears nothing waits for better times
        try:
            page.wait_for_function("() => window.is_same_page === undefined", timeout=HANG_MS)
        finally:
            is_new.set()
            beating.join()
        page.wait_for_selector('.screen[data-drawn="yes"]')


def test_a_thousand_updates_leave_the_page_as_large_as_it_was(open_page: Open, scripted: Scripted) -> None:
    """Of the board that most see; every kind of tile, and its memory, in `test_wall_memory`."""
    with scripted("ordinary") as gateway:
        page = open_page("/wall/", is_new=True)
        session = page.context.new_cdp_session(page)

        def nodes() -> int:
            session.send("HeapProfiler.collectGarbage")
            return int(session.send("Memory.getDOMCounters")["nodes"])

        gateway.burst([gateway.floor.step() for _ in range(300)])
        _drawn(page, gateway)
        before = nodes()
        gateway.burst([gateway.floor.step() for _ in range(1_000)])
        _drawn(page, gateway)
        assert nodes() <= before + 20


def test_five_hundred_people_are_drawn_on_one_canvas(open_page: Open, scripted: Scripted) -> None:
    with scripted("crowd"):
        page = open_page("/wall/")
        assert page.locator(".people canvas:visible").count() == 1
        painted = """() => { const c = document.querySelector('.people canvas');
            const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
            let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i] > 0) n += 1; return n / (c.width * c.height); }"""
        assert page.evaluate(painted) > 0.7


def test_every_scripted_floor_is_repeatable() -> None:
    for make in FLOORS.values():
        assert [row["name"] for row in make(random.Random(3)).rows] == [
            row["name"] for row in make(random.Random(3)).rows
        ]
