"""The tiles that stand beside the numbers, in Chromium: everybody on one canvas, top lists, quotas, messages, notes, clocks, pictures,
countdowns, switch links. Each in the smallest place that a board may give it, and in a large one."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from dashboard.access.actor import Actor, Grant
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING
from dashboard.boards.sizes import SMALLEST
from tests.access_pages.site import PageSite
from tests.ui.conftest import Open, Scripted
from tests.ui.gateway_script import ScriptedGateway
from tests.ui.measuring import faults, settled
from tests.ui.scripted_floor import HOSTILE

pytestmark = pytest.mark.browser

SIZES: Final = ((1920, 1080), (1366, 768), (1080, 1920), (3840, 2160))
LONG: Final = {
    "zh": "今日 14:00 至 15:30 支付系统维护，期间无法查询订单付款状态。接到相关来电请使用话术 B-12，并登记客户手机号；"
    "情绪激动的客户请转投诉升级组，切勿承诺到账时间。",
    "en": "Payments are under maintenance from 14:00 to 15:30. Use script B-12, take the number, pass upset customers to complaints "
    "and never promise a time.",
}
REST: Final = [
    {"id": "break", "now": 12, "quota": 15, "level": "none"},
    {"id": "lunch", "now": 9, "quota": 8, "level": "red"},
    {"id": "training", "now": 6, "quota": 6, "level": "amber"},
]
NAMES: Final = ("李文博", "王芳", "Christopher Montgomery-Smythe", "小鹿", "阿依努尔·买买提", HOSTILE, "林娜")

SWITCH: Final = "pbx-nobody-has-seen"


def _document() -> dict[str, Any]:
    """The smallest places on the first page, large ones on the second."""

    def tile(name: str, kind: str, x: int, y: int, span: tuple[int, int] | None = None, **more: Any) -> dict[str, Any]:
        w, h = span or SMALLEST[kind]
        return {"id": name, "kind": kind, "at": {"x": x, "y": y, "w": w, "h": h}, **more}

    several = [{"label": {"zh": "上海", "en": "Shanghai"}}, {"zone": "Europe/London", "label": {"zh": "伦敦", "en": "London"}},
               {"zone": "America/New_York", "label": {"zh": "纽约", "en": "New York"}}]  # fmt: skip
    small = [
        tile("top", "top_list", 0, 0), tile("rest", "rest_quota", 6, 0), tile("left", "countdown", 11, 0, until="23:59"),
        tile("ticker", "ticker", 0, 8), tile("note", "text", 12, 8, text=LONG), tile("clock", "clock", 15, 7),
        tile("picture", "picture", 18, 7), tile("links", "link_lamp", 20, 7), tile("zones", "clock", 16, 0, (4, 7), clocks=several),
    ]  # fmt: skip
    large = [
        tile("top10", "top_list", 0, 0, (8, 16), rows=10), tile("over", "countdown", 8, 0, (8, 8), until="2020-01-01T00:00"),
        tile("big_note", "text", 8, 8, (8, 8), size="large", text={"zh": "微笑服务每一天", "en": "Smile"}),
        tile("big_links", "link_lamp", 16, 0, (8, 8), switches=["pbx1", SWITCH]), tile("wide", "clock", 16, 8, (8, 8)),
    ]  # fmt: skip
    return {
        "format": 1, "id": "pieces", "title": {"zh": "件", "en": "Pieces"},
        "pages": [{"tiles": small}, {"tiles": large}],
        "ticker": {"seconds": 3, "messages": [{"text": {"zh": "平常的话", "en": "An ordinary word"}},
                                              {"text": LONG, "priority": "high"},
                                              {"text": {"zh": "过去的话", "en": "Old"}, "until": "2020-01-01T00:00"}]},
    }  # fmt: skip


@pytest.fixture(scope="module")
def board(site: PageSite) -> str:
    """A published board with all of them; its id."""
    library = site.services.library
    who = Actor("person", site.account(Role.MANAGER), "x", (Grant.of(Role.MANAGER),))
    stored = library.imported(who, json.dumps(_document()).encode(), scope=EVERYTHING)
    library.publish(who, stored.id, stored.draft_version)
    return stored.id


def _show(gateway: Any, board: str) -> None:
    """What the gateway says of the board, in its first revision."""
    rows = [
        {"id": f"a{n}", "rank": max(1, n), "name": name, "staff": f"{1001 + n}", "team": "t", "v": 40 - max(1, n)}
        for n, name in enumerate(NAMES)
    ]
    lists = {"top": rows, "top10": rows, "rest": REST}
    gateway.further[board] = {name: {"rows": found} for name, found in lists.items()}
    gateway.revision = 1


def _faults(page: Page) -> list[str]:
    """Of the tiles; the header's are others' to look at."""
    return [one for one in faults(page, names=(*NAMES, SWITCH), main_of=()) if not one.startswith("board_title")]


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_each_has_its_place_in_every_size(open_page: Open, scripted: Scripted, board: str, lang: str) -> None:
    with scripted("ordinary") as gateway:
        _show(gateway, board)
        found: dict[str, list[str]] = {}
        for number in (0, 1):
            page = open_page(f"/wall/?board={board}&lang={lang}&page={number}&hold=1")
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                settled(page)
                if wrong := _faults(page):
                    found[f"page {number} {width}×{height}"] = wrong
        assert found == {}


def test_what_they_say(open_page: Open, scripted: Scripted, board: str) -> None:
    with scripted("ordinary") as gateway:
        _show(gateway, board)
        page = open_page(f"/wall/?board={board}&page=0&hold=1")
        top = page.locator("#tile-top .one:visible")
        top.first.wait_for()
        assert [top.nth(n).locator(".rank").inner_text() for n in range(3)] == ["1", "1", "2"]
        assert top.nth(0).locator(".value").inner_text() == "39"
        rest = page.locator("#tile-rest .reason:visible")
        assert rest.first.inner_text().split() == ["就餐", "9/8"]
        assert "level-red" in (rest.first.get_attribute("class") or "")
        assert rest.nth(1).locator(".icon-level-amber").count() == 1
        assert re.fullmatch(r"\d{1,2}:\d\d(:\d\d)?|\d+", page.locator("#tile-left [data-part='number']").inner_text())
        # important messages come first; what is over does not come; nothing is lost between pages
        assert "high" in (page.locator("#tile-ticker").get_attribute("class") or "")
        said = page.wait_for_function(FIRST_OF_TICKER).json_value()  # its pages take turns
        assert LONG["zh"].startswith(said)
        page.wait_for_function(
            "before => document.querySelector('#tile-ticker .message p').textContent !== before", arg=said
        )
        times = page.locator("#tile-zones time")
        assert len({times.nth(n).inner_text()[:2] for n in range(3)}) == 3
        assert page.locator("#tile-picture .placeholder:visible").count() == 1
        assert page.locator("#tile-links .link.is-live").count() == 1
        page = open_page(f"/wall/?board={board}&page=1&hold=1")
        assert page.locator("#tile-over .over").inner_text() == "时间到"
        assert page.locator("#tile-big_links .link.is-stale").inner_text().startswith("pbx-nobody-ha")
        assert page.locator("#tile-big_links .link").count() == 2


FIRST_OF_TICKER = """() => /^1\\/\\d+$/.test(document.querySelector("#tile-ticker [data-part='cue']").textContent)
    && document.querySelector('#tile-ticker .message p').textContent"""

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
"""One character, for who reads it."""

TEXTS = "document.querySelector('#tile-agents canvas').texts()"


def _cells(page: Page) -> dict[str, list[str]]:
    """Person → the texts in the cell."""
    found: dict[str, list[str]] = {}
    for one in page.evaluate(TEXTS):
        found.setdefault(one["cell"]["id"], []).append(one["text"])
    return found


@pytest.mark.parametrize(("board_id", "floor", "least"), [("agents", "ordinary", 1.8), ("agents-500", "crowd", 1.4)])
def test_everybody_is_on_the_canvas(
    open_page: Open, scripted: Scripted, board_id: str, floor: str, least: float
) -> None:
    with scripted(floor) as gateway:
        page = open_page(f"/wall/?board={board_id}&lang=en")
        for width, height in ((1920, 1080), (3840, 2160)):
            page.set_viewport_size({"width": width, "height": height})
            settled(page)
            texts = page.evaluate(TEXTS)
            assert {one["cell"]["id"] for one in texts} == {row["id"] for row in gateway.floor.rows}
            for one in texts:
                cell = one["cell"]
                assert one["font_px"] >= height * least / 100, one
                assert cell["x"] <= one["x"] <= cell["x"] + cell["width"] - one["width"], one
                assert cell["y"] - 0.5 <= one["y"] <= cell["y"] + cell["height"] - one["height"] + 0.5, one
        talking = [row["id"] for row in gateway.floor.rows if row["state"] == "talking"]
        cells = _cells(page)
        assert all(re.fullmatch(r"\d{1,2}:\d\d|\d+m|\d+h\d*", cells[name][1]) for name in talking)


DRAWN = """() => { window.drawn = new Map(); const own = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
        window.drawn.set(text, (window.drawn.get(text) || 0) + 1); return own.call(this, text, ...at); };
    window.lights = 0;
    document.addEventListener('animationstart', ({ target }) => window.lights += target.matches('#tile-agents .light')); }"""
"""From now on: each text that is written on a canvas, how often (times are put together from pictures), and lights that began."""


def _rings(gateway: ScriptedGateway, page: Page, number: int, name: str) -> None:
    """Somebody's phone begins to ring, under a new name; that is drawn."""
    row = gateway.floor.rows[number]
    row |= {"state": "ringing", "since": gateway.floor.now_ms(), "limit_at": None, "name": name}
    gateway.send({"agents": {"set": [row], "del": []}})
    page.wait_for_function("name => window.drawn.has(name)", arg=name)


def test_only_what_changed_is_drawn_and_a_ringing_phone_lights_up(open_page: Open, scripted: Scripted) -> None:
    """After the first picture is whole: the mark of a new connection goes, icons come one by one, and each draws everybody again.
    Nobody crosses a limit meanwhile, nor does anybody's time get wider: such a cell is rightly drawn as a whole."""
    with scripted("ordinary") as gateway:
        for row in gateway.floor.rows:
            row |= {"since": gateway.floor.now_ms() - 120_000, "limit_at": None}
        page = open_page("/wall/?board=agents")
        page.wait_for_selector('.screen[data-age="live"]')
        settled(page)
        page.evaluate(DRAWN)
        _rings(gateway, page, 3, "欧阳小月")
        assert page.evaluate("[...window.drawn].filter(([text]) => /[\\u4e00-\\u9fff]/.test(text))") == [
            ["欧阳小月", 1]
        ]
        page.wait_for_function(
            "() => window.lights === 1 && document.querySelectorAll('.light:not([hidden])').length === 0"
        )
        page.emulate_media(reduced_motion="reduce")
        _rings(gateway, page, 4, "司马春花")
        settled(page)
        assert page.locator("#tile-agents .light:visible").count() == 0
        assert page.evaluate("window.lights") == 1


def test_names_have_short_forms_and_are_never_cut_within_a_character(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary"):
        page = open_page("/wall/?board=agents")
        forms = page.evaluate(
            "['Victoria Moore', '欧阳小月', '张伟 (8001)', '  a\\u202eb\\u0000 '].map(floorwatch.agent_names.forms)"
        )
        assert forms[0] == ["Victoria Moore", "Victoria M", "Victoria", "V Moore"]
        assert forms[1] == ["欧阳小月", "小月"]
        assert forms[2][1] == "张伟"
        assert forms[3] == ["ab"]
        cut = page.evaluate(
            """name => { const context = document.createElement('canvas').getContext('2d'); context.font = '20px sans-serif';
            const names = new floorwatch.FittedNames(context); return [90, 140, 300].map(room => names.fit(name, room, '')); }""",
            FAMILY * 30,
        )
        assert all(re.fullmatch(f"({FAMILY})+…?", text) for text in cut)
        assert len(cut[0]) < len(cut[2])


def test_moments_are_the_sites(open_page: Open, scripted: Scripted) -> None:
    """Local times of the site's zone, also on the days on which its clock is put forward and back."""
    with scripted("ordinary"):
        page = open_page("/wall/?board=agents")
        assert page.evaluate("floorwatch.moments.local(Date.UTC(2026, 0, 1, 16, 0, 5))") == "2026-01-02T00:00:05"
        assert page.evaluate("floorwatch.moments.at_ms('2026-01-02T00:00', 0)") == 1_767_283_200_000
        page.evaluate("floorwatch.words.in_zone('Europe/Berlin')")
        moments = ("2026-03-29T01:30", "2026-03-29T03:30", "2026-10-25T01:30", "2026-10-25T04:00")
        utc = [page.evaluate("one => new Date(floorwatch.moments.at_ms(one, 0)).toISOString()", one) for one in moments]
        assert [one[11:16] for one in utc] == ["00:30", "01:30", "23:30", "03:00"]
        holds = "([from, until, now]) => floorwatch.moments.holds(from, until, now)"
        for from_, until, now, is_shown in (
            ("22:00", "07:00", "2026-01-01T23:00:00", True), ("22:00", "07:00", "2026-01-01T07:00:00", False),
            ("", "2026-01-01T12:00", "2026-01-01T12:00:00", False), ("09:00", "", "2026-01-01T08:59:59", False),
            ("09:00", "2026-02-01T00:00", "2026-01-01T09:00:00", True),
        ):  # fmt: skip
            assert page.evaluate(holds, [from_, until, now]) is is_shown, (from_, until, now)
