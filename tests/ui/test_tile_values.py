"""What tiles of numbers write and how they raise an alarm: formats by unit, pages of a long table, when red flashes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.patience import HANG_MS
from tests.ui.gateway_script import ScriptedGateway
from tests.ui.scripted_floor import number
from tests.ui.test_tile_sizes import HALF_A_DAY_S, SHOW, LongFloor, drawn, now_ms

WAYS = "([format, value, target]) => floorwatch.formats.ways(format, value, target).map(way => way.text + way.unit)"
ALARM = """([level, flashes]) => { const tile = document.querySelector("[data-tile='amount']");
    return tile.dataset.level === level && tile.classList.contains('flash') === flashes; }"""
CUE = ".queue_table .cue"


@pytest.fixture(scope="module")
def gateway() -> Iterator[ScriptedGateway]:
    running = ScriptedGateway(LongFloor(now_ms() - HALF_A_DAY_S * 1000)).start()  # type: ignore[arg-type]
    yield running
    running.stop()


@pytest.fixture(scope="module")
def chinese(browser: Browser, gateway: ScriptedGateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with drawn(browser, gateway, Path(tmp_path_factory.mktemp("zh")), "zh-CN") as page:
        yield page


@pytest.fixture(scope="module")
def english(browser: Browser, gateway: ScriptedGateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with drawn(browser, gateway, Path(tmp_path_factory.mktemp("en")), "en") as page:
        yield page


def test_a_value_is_written_by_its_unit_the_whole_one_first(chinese: Page, english: Page) -> None:
    told = {
        ("count", 1_234_567): (["1,234,567", "123万"], ["1,234,567", "1.23M"]),
        ("count", 999): (["999"], ["999"]),
        ("seconds", 7): (["0:07"], ["0:07"]),
        ("seconds", 754): (["12:34", "12分"], ["12:34", "12min"]),
        ("seconds", 39_599): (["10:59:59", "10:59小时", "11小时"], ["10:59:59", "10:59h", "11h"]),
        ("ratio", 0.784): (["78%"], ["78%"]),
        ("ratio", 0.0353): (["3.5%"], ["3.5%"]),
        ("ratio", 0): (["0%"], ["0%"]),
        ("per_10k", 3.24): (["3.2/万"], ["3.2/10k"]),
        ("count", None): (["–"], ["–"]),
        ("ratio", None): (["–"], ["–"]),
    }
    for (how, value), (in_chinese, in_english) in told.items():
        assert chinese.evaluate(WAYS, [how, value, None]) == in_chinese, (how, value)
        assert english.evaluate(WAYS, [how, value, None]) == in_english, (how, value)


def test_a_ratio_short_of_its_target_is_never_rounded_up_to_it(chinese: Page) -> None:
    assert chinese.evaluate(WAYS, ["ratio", 0.7961, 0.8]) == ["79%"]
    assert chinese.evaluate(WAYS, ["ratio", 0.8, 0.8]) == ["80%"]


def test_red_flashes_when_it_begins_and_not_when_a_screen_finds_it(chinese: Page, gateway: ScriptedGateway) -> None:
    gateway.send({"amount": number(1, "red", level_at=now_ms(), also={})})
    chinese.wait_for_function(ALARM, arg=["red", True])
    gateway.send({"amount": number(1, "ok", level_at=now_ms(), also={})})
    chinese.wait_for_function(ALARM, arg=["ok", False])
    gateway.send({"amount": number(1, "red", level_at=now_ms() - 60_000, also={})})
    chinese.wait_for_function(ALARM, arg=["red", False])


def test_a_long_table_turns_its_pages_and_comes_back_for_a_new_red(chinese: Page, gateway: ScriptedGateway) -> None:
    chinese.evaluate(SHOW, ["queue_table", 12, 8])
    chinese.wait_for_function(f"() => /^1\\/[2-9]$/.test(document.querySelector('{CUE}').textContent)")
    first = chinese.locator(".queue_table .row:not(.head):visible .text").all_text_contents()
    assert first[:2] == ["投诉升级与回访专席", "贵宾理财顾问"]
    chinese.wait_for_function(f"() => document.querySelector('{CUE}').textContent.startsWith('2/')", timeout=HANG_MS)
    second = chinese.locator(".queue_table .row:not(.head):visible .text").all_text_contents()
    assert not set(first) & set(second)
    rows = gateway.floor.view()["queue_table"]["rows"]
    red = rows[-1] | {"level": "red"}
    order = [red["id"], *(row["id"] for row in rows[:-1])]
    gateway.send({"queue_table": {"set": [red], "del": [], "order": order}})
    chinese.wait_for_function(f"() => document.querySelector('{CUE}').textContent.startsWith('1/')")
    assert chinese.locator(".queue_table .row:not(.head):visible .text").first.text_content() == "第12客服组"
