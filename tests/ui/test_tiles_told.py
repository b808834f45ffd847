"""What tiles of numbers are told before their values come: every metric of the dictionary has a name and a way of being written, and
limits are said in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.boards.document import (
    Board,
    Limits,
    NumberTile,
    Page,
    Place,
    QueueTableTile,
    ServiceLevelTile,
    Title,
    Window,
)
from dashboard.floor.metrics import REGISTRY
from dashboard.pages.wall.context import Context
from dashboard.pages.wall.tiles import view_of
from dashboard.pages.wall.tiles.figures import figures, format_of, limits_in_words
from layouts.texts import LANGUAGES, catalogue

FORMATS = (Path(__file__).resolve().parents[2] / "assets" / "js" / "base" / "formats.js").read_text(encoding="utf-8")
BOARD = Board("b", Title(), (Page(()),))
AT = Place(0, 0, 6, 6)
WIDEST_IN_A_HEAD = {"zh-CN": 6, "en": 15}


def _context(lang: str) -> Context:
    return Context(lang, catalogue(lang, "wall"), {})


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("metric", [one for one in REGISTRY if REGISTRY[one].unit != "word"])
def test_every_metric_can_stand_on_a_tile(metric: str, lang: str) -> None:
    view = view_of(NumberTile(id="n", metric=metric, also=(metric,), at=AT), BOARD, _context(lang))
    assert view.tile.heading == REGISTRY[metric].names[lang]
    assert re.search(rf"^    {view.format}[:,]", FORMATS, re.MULTILINE)
    assert view.tile.definitions[0].name
    (short,) = figures((metric,), _context(lang))
    assert 0 < len(short.name) <= WIDEST_IN_A_HEAD[lang] or short.name == REGISTRY[metric].names[lang]


def test_a_format_follows_the_unit() -> None:
    told = {"waiting": "count", "asa": "seconds", "longest_wait": "seconds", "service_level": "ratio", "last_call_at": "time",
            "sales_amount": "amount", "complaints_per_10k": "per_10k", "staffing_gap": "count"}  # fmt: skip
    assert {metric: format_of(metric) for metric in told} == told


def test_limits_are_said_on_the_side_on_which_the_metric_is_bad() -> None:
    chinese = _context("zh-CN")
    said = limits_in_words("service_level", Limits(target=0.8, amber=0.8, red=0.7), chinese)
    assert said == "目标 80% · 黄 ≤ 80% · 红 ≤ 70%"
    assert limits_in_words("asa", Limits(amber=20, red=90), chinese) == "黄 ≥ 0:20 · 红 ≥ 1:30"
    assert limits_in_words("answered", Limits(red=10, worse="below"), _context("en")) == "red ≤ 10"
    assert limits_in_words("asa", Limits(), chinese) == ""


def test_a_window_is_told_where_there_is_one() -> None:
    chinese = _context("zh-CN")
    told: tuple[tuple[str, Window], ...] = (("waiting", "day"), ("answered", "day"), ("answered", "last_30_min"))
    tiles = [NumberTile(id="n", metric=metric, window=window, at=AT) for metric, window in told]
    assert [view_of(tile, BOARD, chinese).tile.note for tile in tiles] == ["", "今日", "近 30 分钟"]
    recent = view_of(ServiceLevelTile(id="s", window="last_30_min", at=AT), BOARD, chinese)
    assert not recent.has_recent
    titled = view_of(ServiceLevelTile(id="s", title=Title(zh="金卡"), at=AT), BOARD, chinese)
    assert titled.has_own_heading


def test_columns_of_a_table_keep_their_order() -> None:
    tile = QueueTableTile(id="q", columns=("aht", "waiting", "abandon_rate"), at=AT)
    view = view_of(tile, BOARD, _context("en"))
    assert [(one.metric, one.format) for one in view.columns] == [
        ("aht", "seconds"), ("waiting", "count"), ("abandon_rate", "ratio"),
    ]  # fmt: skip
