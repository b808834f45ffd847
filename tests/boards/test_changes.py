"""What somebody changed on a board, said in words: every difference and nothing else."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from dashboard.boards import TEMPLATES, Board
from dashboard.boards.changes import ROOMS, changes, sentence
from dashboard.boards.document import Page
from dashboard.boards.reading import document_of, read
from layouts.texts import LANGUAGES, catalogue
from tests.boards.pages import pages

CENTRE = document_of(TEMPLATES["centre"])


def said(change: Callable[[dict[str, Any]], object], lang: str = "zh-CN") -> list[str]:
    """What a change of the template `centre` is called."""
    document = copy.deepcopy(CENTRE)
    change(document)
    found = changes(read(CENTRE), read(document))
    for one in found:
        for language in LANGUAGES:
            sentence(one, catalogue(language, *ROOMS))
    return [sentence(one, catalogue(lang, *ROOMS)) for one in found]


def tile(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for page in document["pages"] for one in page["tiles"] if one["id"] == name)
    return found


def test_nothing_changed() -> None:
    assert said(lambda _: None) == []


LIMITS = [
    ("longest_wait", {"red": 150}, "第 1 页，组件 longest_wait，告警线（红）：无 → 2:30"),
    ("waiting", {"red": 90}, "第 1 页，组件 waiting，告警线（红）：60 → 90"),
    ("abandon_rate", {"red": 0.125}, "第 3 页，组件 abandon_rate，告警线（红）：10 % → 12.5 %"),
    ("waiting", {"hold_s": 45}, "第 1 页，组件 waiting，持续秒数：30 秒 → 45 秒"),
    ("waiting", {"sound": "bell"}, "第 1 页，组件 waiting，提示音：无 → 铃声"),
    ("waiting", {"quiet": [{"from": "12:00", "to": "13:00"}]}, "第 1 页，组件 waiting，免打扰时段：新增 12:00–13:00"),
]


@pytest.mark.parametrize(("name", "limits", "words"), LIMITS)
def test_a_limit_is_said_in_its_own_unit(name: str, limits: dict[str, object], words: str) -> None:
    limits = tile(CENTRE, name)["limits"] | limits
    assert said(lambda document: tile(document, name).update(limits=limits)) == [words]


def test_tiles_that_come_go_move_and_change() -> None:
    def change(document: dict[str, Any]) -> None:
        first, second = document["pages"][0]["tiles"], document["pages"][1]["tiles"]
        tile(document, "service_level")["at"] = {"x": 0, "y": 0, "w": 5, "h": 8}
        tile(document, "longest_wait")["at"] = {"x": 5, "y": 0, "w": 7, "h": 8}
        tile(document, "answered").update(metric="offered", title={"zh": "进线"}, also=["abandoned"])
        first.remove(tile(document, "queues"))
        note = {"id": "note", "kind": "text", "title": {"zh": "备注"}, "at": {"x": 0, "y": 8, "w": 6, "h": 4}}
        first.append(note)
        second.remove(rest := tile(document, "rest"))
        first.append(rest | {"at": {"x": 0, "y": 12, "w": 6, "h": 8}})

    assert said(change) == [
        "第 1 页，组件 queues：删除组件（队列表）",
        "第 1 页，组件 service_level：改大小：6 × 8 格 → 5 × 8 格",
        "第 1 页，组件 longest_wait：移动：第 7 列第 1 行 → 第 6 列第 1 行",
        "第 1 页，组件 longest_wait：改大小：6 × 8 格 → 7 × 8 格",
        "第 1 页，组件「进线」，指标：接起量 → 进线量",
        "第 1 页，组件「进线」，附带指标：去掉 进线量",
        "第 1 页，组件「进线」，附带指标：去掉 放弃率",
        "第 1 页，组件「进线」，名称：「接起 / 进线」 → 「进线」",
        "第 1 页，组件「备注」：新增组件（文字）",
        "第 1 页，组件 rest：从第 2 页移来",
        "第 1 页，组件 rest：移动：第 19 列第 1 行 → 第 1 列第 13 行",
    ]


def test_pages_that_come_go_and_move() -> None:
    def turn(document: dict[str, Any]) -> None:
        document["pages"] = document["pages"][1:] + document["pages"][:1]
        document["pages"][0]["seconds"] = 30

    assert said(turn) == ["第 1 页，停留秒数：20 秒 → 30 秒", "第 3 页：从第 1 页移到第 3 页"]
    assert said(lambda document: document["pages"].pop())[0] == "第 3 页：删除页面"
    note = {"id": "note", "kind": "text", "at": {"x": 0, "y": 8, "w": 6, "h": 4}}
    assert said(lambda document: document["pages"].append({"tiles": [note]}), "en") == [
        "Page 4: page added",
        "Page 4, tile note: tile added (Text)",
    ]


def test_the_boards_own_fields() -> None:
    def change(document: dict[str, Any]) -> None:
        document["title"]["zh"] = "总览"
        document["queues"] = ["sales"]
        document["theme"] = "light"
        document["sounds"] = {"on": True, "volume": 80}
        document["ticker"] = {"messages": [{"text": {"zh": "明天盘点"}}]}

    assert said(change) == [
        "名称：「大型中心总览」 → 「总览」",
        "队列：新增 sales",
        "主题：无 → 浅色",
        "启用：否 → 是",
        "音量：60 → 80",
        "公告：新增 「明天盘点」",
    ]


def test_a_title_that_changed_in_one_language_is_quoted_in_that_one() -> None:
    def change(document: dict[str, Any]) -> None:
        document["title"]["zh"] = "总览"
        document["pages"][0]["title"].pop("en")

    assert said(change, "en") == ["Title: “大型中心总览” → “总览”", "Page 1, title: “Queues” → none"]


@given(pages(), pages())
@settings(max_examples=100)
def test_boards_that_differ_have_a_change_and_equal_ones_have_none(one: Page, two: Page) -> None:
    plain = TEMPLATES["number"]
    before, after = (Board(plain.id, plain.title, (page,)) for page in (one, two))
    assert bool(changes(before, after)) == (before != after)
    for change in changes(before, after):
        for lang in LANGUAGES:
            assert sentence(change, catalogue(lang, *ROOMS))
