"""Every kind of tile that shows numbers, from its smallest size to a whole screen, with values and names as long as they come: nothing
is cut, nothing leaves its tile, and the important number is read from across the floor.

One wall holds a tile of each; one after the other is shown, in one size after the other.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from dashboard.boards.document import (
    AgentStatesTile,
    Board,
    HalfHoursTile,
    Limits,
    LongestWaitTile,
    NumberTile,
    Place,
    QueueTableTile,
    ServiceLevelTile,
    TileBase,
    Title,
    WaitingCallersTile,
)
from dashboard.boards.document import Page as BoardPage
from dashboard.boards.sizes import smallest
from dashboard.pages.wall.views import wall_view
from dashboard.wallboards.published import Published
from layouts.screen import Screen
from layouts.texts import catalogue
from layouts.wall import wall
from tests.ui.gateway_script import ScriptedGateway
from tests.ui.measuring import MAIN, document, faults, settled
from tests.ui.scripted_floor import Row, number

WIDE, HIGH = (1920, 1080), (1080, 1920)
HALF_A_DAY_S = 39_599
AT = Place(0, 0, 8, 8)

TILES: tuple[TileBase, ...] = (
    NumberTile(id="count", metric="offered", also=("answered", "abandon_rate", "asa", "max_wait"), at=AT),
    NumberTile(id="duration", metric="talk_total", also=("call_count",), at=AT),
    NumberTile(id="ratio", metric="abandon_rate", also=("abandoned",), limits=Limits(target=0.05), at=AT),
    NumberTile(id="amount", metric="sales_amount", also=("sales", "complaints_per_10k"), at=AT),
    NumberTile(id="time", metric="last_call_at", at=AT),
    NumberTile(id="nothing", metric="first_contact_resolution", at=AT),
    ServiceLevelTile(id="service_level", also=("asa",), at=AT),
    LongestWaitTile(id="longest_wait", at=AT),
    AgentStatesTile(id="agent_states", at=AT),
    HalfHoursTile(id="half_hours", at=AT),
    HalfHoursTile(id="outbound", series="outbound", at=AT),
    QueueTableTile(id="queue_table", columns=("waiting", "longest_wait", "service_level", "agents_available"), at=AT),
    WaitingCallersTile(id="waiting_callers", at=AT),
)
QUEUES = {
    "complaints": {"zh": "投诉升级与回访专席", "en": "Complaints and escalations"},
    "vip": {"zh": "贵宾理财顾问", "en": "Private banking"},
    **{f"q{n}": {"zh": f"第{n}客服组", "en": f"Customer care {n}"} for n in range(1, 13)},
}


@dataclass
class LongFloor:
    """A floor where everything is as long as it comes."""

    begun_ms: int
    link_failed: bool = False

    def now_ms(self) -> int:
        return now_ms()

    def names(self) -> Row:
        return {"queues": QUEUES, "teams": {}, "reasons": {}, "board": {"title": {"zh": "长", "en": "Long"}},
                "site": "main", "time_zone": "Asia/Shanghai"}  # fmt: skip

    def view(self) -> Row:
        begun = self.begun_ms
        also = {
            "answered": number(1_234_567), "abandon_rate": number(0.0987), "asa": number(HALF_A_DAY_S),
            "max_wait": number(HALF_A_DAY_S), "call_count": number(1_234_567), "abandoned": number(123_456),
            "sales": number(1_234_567), "complaints_per_10k": number(1234.5),
        }  # fmt: skip
        line: Row = {"trend": "up", "spark": [None, 3, 5, None, 8, 2], "spark_from": begun, "spark_step_s": 1800}
        missing: Row = {"level_at": begun, "gap_s": 100, "window_s": 36_000}
        return {
            "count": number(1_234_567, also=also, level="red", **line, **missing),
            "duration": number(HALF_A_DAY_S, also=also, **line),
            "ratio": number(1.0, "amber", also=also, trend="same", spark=[0.2, 0.4, 1], **{**line_of(begun), "target": 0.05}),
            "amount": number(1_234_567_890, also=also),
            "time": {**number(None), "since": begun, "also": {}},
            "nothing": number(None, also={}),
            "service_level": number(1.0, target=0.8, formula="short_abandons_removed", threshold_s=3600, last_30_min=1.0,
                                    answered=1, offered=1, also=also),
            "longest_wait": {**missing, "level": "red", "since": begun, "queue": "complaints", "target": 3600},
            "agent_states": {"staffed": 500, "signed_out": 100,
                             "counts": {"talking": 260, "holding": 20, "ringing": 30, "wrapping_up": 80, "available": 190,
                                        "paused": 90, "unreachable": 10, "busy_elsewhere": 12, "monitoring": 3}},
            "half_hours": hours(begun, "inbound"),
            "outbound": hours(begun, "outbound"),
            "queue_table": {"rows": [self._queue(index, queue) for index, queue in enumerate(QUEUES)]},
            "waiting_callers": {"rows": [self._caller(index) for index in range(40)]},
        }  # fmt: skip

    def _queue(self, index: int, queue: str) -> Row:
        level = "red" if index < 2 else "amber" if index < 4 else "none"
        return {"id": queue, "waiting": 1234, "oldest": self.begun_ms, "sl": 1.0, "level": level, "wait_level": level,
                "sl_level": level, "available": 123, "offered": 1, "answered": 1, "abandoned": 0,
                "values": [1234, self.begun_ms, 1.0, 123]}  # fmt: skip

    def _caller(self, index: int) -> Row:
        return {"id": f"c{index}", "queue": list(QUEUES)[index % 3], "number": "0755****5678", "since": self.begun_ms,
                "ringing": index % 4 == 0, "level": "red" if index < 3 else "none"}  # fmt: skip


def now_ms() -> int:
    return int(time.time() * 1000)


def line_of(begun_ms: int) -> Row:
    return {"spark_from": begun_ms, "spark_step_s": 1800}


def hours(begun_ms: int, series: str) -> Row:
    midnight_ms = begun_ms // 86_400_000 * 86_400_000 - 8 * 3_600_000
    offered = [0] * 16 + [1200 + 90 * n for n in range(12)]
    return {"from": midnight_ms, "step_s": 1800, "offered": offered, "answered": [round(n * 0.9) for n in offered],
            "abandoned": [] if series == "outbound" else [round(n * 0.07) for n in offered], "series": series,
            "sl": [None] * 16 + [0.9, 0.8, 0.7, None, 0.9, 1, 1, 0.8, 0.9, 0.9, 0.7, 0.8],
            "gap_s": [0] * 28, "target": 0.8}  # fmt: skip


@pytest.fixture(scope="module")
def gateway() -> Iterator[ScriptedGateway]:
    begun_ms = now_ms() - HALF_A_DAY_S * 1000
    running = ScriptedGateway(LongFloor(begun_ms)).start()  # type: ignore[arg-type]
    yield running
    running.stop()


@contextmanager
def drawn(browser: Browser, gateway: ScriptedGateway, folder: Path, lang: str, theme: str = "dark") -> Iterator[Page]:
    """A wall with all the tiles, connected."""
    board = Board("default", Title(), (BoardPage(TILES),))  # type: ignore[arg-type]
    view = wall_view(Screen("default", lang, theme, f"ws://127.0.0.1:{gateway.port}/live"), Published(board, 0))  # type: ignore[arg-type]
    file = folder / f"{lang}-{theme}.html"
    file.write_text(document(wall(view, catalogue(lang, "wall")), lang=lang, theme=theme), encoding="utf-8")
    context = browser.new_context(
        locale=lang, timezone_id="Asia/Shanghai", viewport={"width": WIDE[0], "height": WIDE[1]}
    )
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    try:
        page.goto(file.as_uri())
        page.wait_for_selector('.screen[data-drawn="yes"]')
        page.evaluate("document.fonts.ready.then(() => true)")
        yield page
    finally:
        context.close()
    assert broken == []


def sizes(grid: tuple[int, int], least: tuple[int, int]) -> list[tuple[int, int]]:
    """From the smallest to the whole screen, broad ones and high ones."""
    (columns, rows), (w, h) = grid, least
    found = [(w, h), (min(w + 2, columns), h + 1), (columns, h), (w, rows), (columns // 2, rows // 2), (columns, rows)]
    return sorted(set(found))


SHOW = """([tile, w, h]) => {
    for (const one of document.querySelectorAll('.tile')) one.style.display = one.dataset.tile === tile ? '' : 'none';
    floorwatch.placement.set(tile, { x: 0, y: 0, w, h });
}"""


def measured(
    page: Page, tiles: Sequence[TileBase], grid: tuple[int, int], *, is_high: bool, only_smallest: bool = False
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tile in tiles:
        least = smallest(tile, portrait=is_high)
        for size in [least] if only_smallest else sizes(grid, least):
            page.evaluate(SHOW, [tile.id, *size])
            settled(page)
            wrong = faults(page, main=UNDER_BARS if only_smallest else MAIN)
            if wrong:
                found[f"{tile.id} {size[0]}×{size[1]}"] = wrong
    return found


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_size_has_room_for_the_longest_values(
    browser: Browser, gateway: ScriptedGateway, tmp_path: Path, lang: str
) -> None:
    with drawn(browser, gateway, tmp_path, lang) as page:
        found = {"wide": measured(page, TILES, (24, 24), is_high=False)}
        page.set_viewport_size({"width": HIGH[0], "height": HIGH[1]})
        found["high"] = measured(page, TILES, (12, 44), is_high=True)
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        page.evaluate(BOTH_BARS)
        found["wide, under a banner and over a ticker"] = measured(
            page, TILES, (24, 24), is_high=False, only_smallest=True
        )
        assert found["wide"] == {}
        assert found["wide, under a banner and over a ticker"] == {}
        assert found["high"] == {}


UNDER_BARS = 7.9
"""Of the digits, in percent: in the smallest tile, of the longest numbers, while two bars take their room for a while. Their type is
larger than 8.5 % even then."""

BOTH_BARS = "() => { document.querySelector('main').style.marginBottom = 'calc(2 * (var(--bar) + var(--gap)))'; }"
