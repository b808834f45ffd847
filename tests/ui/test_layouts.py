"""Layouts are whole: every widget has its code, every id a callback speaks of is there, every tile is on a shipped board."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component

from dashboard.access.actor import NOBODY, Actor, Grant
from dashboard.access.permissions import Role
from dashboard.boards import SHIPPED, TEMPLATES, TILES, queue_board
from dashboard.boards.document import COLUMNS, PORTRAIT_COLUMNS, PORTRAIT_ROWS, ROWS
from dashboard.floor.metrics import REGISTRY
from dashboard.pages import floor as floor_page
from dashboard.pages.live_page import Asked
from dashboard.pages.preferences import Preferences, preferences
from dashboard.pages.wall import views
from dashboard.pages.web_config import WebConfig
from dashboard.wallboards.published import Published
from layouts import ids
from layouts.floor import FloorView, floor
from layouts.me import MeView, me
from layouts.monitor import MonitorView, monitor
from layouts.screen import Screen
from layouts.shell import shell
from layouts.texts import LANGUAGES, catalogue
from layouts.today import DayView, queue, today
from layouts.wall import wall
from layouts.wall.widgets import WIDGETS
from tests.access_pages.site import PageSite

ROOT = Path(__file__).resolve().parents[2]
CONFIG = WebConfig(":8051")


def _walk(component: Any) -> Iterator[Component]:
    if isinstance(component, (list, tuple)):
        for child in component:
            yield from _walk(child)
    elif isinstance(component, Component):
        yield component
        yield from _walk(getattr(component, "children", None))


def _wall(board: str, lang: str) -> Component:
    seen = views.view_for_person(board, Published(TEMPLATES[board], 0), Preferences(lang, "dark"), CONFIG)
    return wall(seen, catalogue(lang, views.ROOM))


def _pages(lang: str = "zh-CN") -> dict[str, Component]:
    texts = catalogue(lang)
    walls = {board: _wall(board, lang) for board in TEMPLATES}
    return walls | {
        "floor": floor(FloorView(Screen("floor", lang, "light", ":1")), texts, catalogue(lang, "forms")),
        "monitor": monitor(
            MonitorView(Screen("monitor", lang, "light", ":1", may=("controls",))),
            catalogue(lang, "monitor"),
            catalogue(lang, "forms"),
        ),
        "desk": floor(
            FloorView(Screen("floor", lang, "light", ":1", may=("reveal", "controls"))),
            catalogue(lang, "monitor"),
            catalogue(lang, "forms"),
        ),
        "me": me(MeView(Screen("me", lang, "light", ":1")), texts, catalogue(lang, "forms")),
        "today": today(
            DayView(Screen("today", lang, "light", ":1"), "/p", {}),
            catalogue(lang, "today", "charts"),
            catalogue(lang, "forms"),
        ),
        "queue": queue(
            DayView(Screen("queue:q", lang, "light", ":1"), "/p", {}, queue="q"),
            catalogue(lang, "today", "charts"),
            catalogue(lang, "forms"),
        ),
    }


def _attribute(component: Component, name: str) -> str | None:
    value = getattr(component, name, None)
    return None if value is None else str(value)


def test_a_queues_page_shows_every_tile_of_its_board() -> None:
    shown = {tile for part in _walk(_pages()["queue"]) if (tile := _attribute(part, "data-tile"))}
    assert shown == {tile.id for tile in queue_board("q").tiles}


@pytest.mark.parametrize("board", SHIPPED)
def test_every_tile_is_on_the_shipped_board_and_back(board: str) -> None:
    shown = {tile for part in _walk(_pages()[board]) if (tile := _attribute(part, "data-tile"))} - {"ticker-bar"}
    carried = {tile.id for tile in SHIPPED[board].tiles}
    assert shown <= carried
    not_on_a_desk = {"agent_states", "answered"} if board == "floor" else set()
    assert carried - not_on_a_desk == shown


def test_every_widget_has_a_script_of_its_name() -> None:
    scripts = {path.stem for path in ROOT.glob("assets/js/widgets*/*.js")}
    widgets = {name for page in _pages().values() for part in _walk(page) if (name := _attribute(part, "data-widget"))}
    assert widgets <= scripts
    rooms = [*(ROOT / "layouts" / "widgets").glob("*.py"), *(ROOT / "layouts" / "widgets").glob("*/__init__.py")]
    modules = {path.parent.name if path.name == "__init__.py" else path.stem for path in rooms} - {
        "widgets",
        "tile",
        "view",
        "of_leaderboard",
    }
    assert modules <= scripts


def test_every_kind_of_a_board_has_its_widget() -> None:
    assert set(WIDGETS) == set(TILES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_ids_are_unique_in_a_page(lang: str) -> None:
    for page in _pages(lang).values():
        found = [_attribute(part, "id") for part in _walk(page) if _attribute(part, "id")]
        assert len(found) == len(set(found))


def test_every_id_of_a_callback_is_in_a_layout(site: PageSite, manager: str) -> None:
    known = {
        _attribute(part, "id")
        for page in [shell(), *_pages().values()]
        for part in _walk(page)
        if _attribute(part, "id")
    }
    client = site.visitor(manager)
    asked = 0
    for page in ("wall", "floor", "monitor", "queues"):
        for callback in client.get(f"/{page}/_dash-dependencies").get_json():
            asked += 1
            named = [
                callback["output"].rpartition(".")[0],
                *(entry["id"] for entry in callback["inputs"] + callback["state"]),
            ]
            assert set(named) <= known
    assert asked == 4


def test_no_interval_asks_the_server_for_numbers() -> None:
    for page in [shell(), *_pages().values()]:
        assert not [part for part in _walk(page) if type(part).__name__ in {"Interval", "Graph"}]


def test_the_views_take_board_language_and_theme_from_the_address() -> None:
    seen = views.view_for_person("night", None, Preferences("en", "light"), CONFIG)
    assert seen.screen == Screen("night", "en", "light", ":8051", door="/sign-in?next=%2Fwall%2F")
    desk = floor_page.view(Asked({}, {"floorwatch_lang": "en"}, CONFIG, NOBODY)).screen
    assert desk == Screen("floor", "en", "light", ":8051", door="/sign-in?next=%2Ffloor%2F")


def test_a_boards_own_language_and_theme_come_after_the_address_and_before_the_person() -> None:
    own = {"shown_lang": "en", "shown_theme": "light"}
    assert preferences("wall", {}, {"floorwatch_lang": "zh-CN"}, **own) == Preferences("en", "light")
    assert preferences("wall", {"lang": "zh-CN", "theme": "dark"}, {}, **own) == Preferences("zh-CN", "dark")
    assert preferences("wall", {}, {"floorwatch_lang": "en"}) == Preferences("en", "dark")


@pytest.mark.parametrize("board", TEMPLATES)
@pytest.mark.parametrize(
    ("prefix", "columns", "rows"), [("--", COLUMNS, ROWS), ("--p", PORTRAIT_COLUMNS, PORTRAIT_ROWS)]
)
def test_every_tile_has_a_place_of_its_own_on_both_grids(board: str, prefix: str, columns: int, rows: int) -> None:
    for page in [part for part in _walk(_wall(board, "en")) if _attribute(part, "data-page") is not None]:
        taken: set[tuple[int, int]] = set()
        for tile in [part for part in _walk(page) if "tile" in (_attribute(part, "className") or "").split()]:
            style, name = getattr(tile, "style"), _attribute(tile, "id")  # noqa: B009 — Dash gives its components no types
            x, y, w, h = (style[f"{prefix}{side}"] for side in "xywh")
            cells = {(column, row) for column in range(x, x + w) for row in range(y, y + h)}
            assert x + w <= columns, name
            assert y + h <= rows, name
            assert not cells & taken, name
            taken |= cells
        assert taken


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_tile_of_a_metric_says_what_it_is(lang: str) -> None:
    for board in TEMPLATES:
        for part in _walk(_wall(board, lang)):
            if _attribute(part, "data-widget") not in {"number", "service_level", "longest_wait", "queue_table"}:
                continue
            said = [found for found in _walk(part) if _attribute(found, "className") == "definition"]
            assert said, (board, _attribute(part, "data-tile"))
            assert all(definition.children[1].children for definition in said)


def test_only_formulas_that_say_more_than_the_sentence_have_words() -> None:
    texts = catalogue("zh-CN", views.ROOM)
    worded = {
        word.removeprefix("definition.formula.") for word in texts.words if word.startswith("definition.formula.")
    }
    arithmetic = {metric.id for metric in REGISTRY.values() if set(metric.formula) & set("÷Σ+−×")}
    assert worded <= set(REGISTRY)
    assert worded - arithmetic == {"service_level_live", "conformance"} - arithmetic
    assert arithmetic - worded == {"service_level"}  # which of the five counts is told with its value


def test_a_board_that_is_not_there_is_said_on_the_page() -> None:
    seen = views.view_for_person("night<b>", None, Preferences("en", "dark"), CONFIG)
    page = wall(seen, catalogue("en", views.ROOM))
    said = [part for part in _walk(page) if _attribute(part, "data-widget") == "no_board"]
    assert len(said) == 1
    assert "night<b>" in str(said[0])
    assert not [part for part in _walk(page) if _attribute(part, "data-tile")]


def test_the_words_of_layouts_do_not_travel_to_a_wall() -> None:
    root = _wall("default", "zh-CN")
    travelling = json.loads(_attribute(root, "data-words") or "")
    assert "window.day" not in travelling
    assert "desk.search" not in travelling
    assert "state.talking" in travelling


def test_a_desk_offers_what_its_viewer_may_do() -> None:
    may = {
        role: floor_page.view(Asked({}, {}, CONFIG, Actor("person", "1", "x", (Grant.of(role),)))).screen.may
        for role in Role
    }
    assert {role for role, words in may.items() if "reveal" in words} == {Role.MANAGER, Role.SUPERVISOR, Role.QUALITY}
    helping = {role for role, words in may.items() if "controls" in words}
    assert helping == {Role.MANAGER, Role.SUPERVISOR, Role.QUALITY, Role.TRAINER}
    assert {role for role, words in may.items() if "selection" in words} == {Role.MANAGER, Role.SUPERVISOR}
    assert {role for role, words in may.items() if "days" in words} == {
        Role.MANAGER, Role.SUPERVISOR, Role.QUALITY, Role.ANALYST,
    }  # fmt: skip
    assert all(set(words) <= {"days"} for role, words in may.items() if role not in helping)


def test_ids_come_from_the_factory() -> None:
    documents = {"forms", "tv"}  # no callback speaks of their ids
    layouts = [path for path in ROOT.glob("layouts/**/*.py") if not documents & set(path.parts)]
    for path in [*layouts, *ROOT.glob("dashboard/pages/**/*.py")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"[ (]id=\"", text), path
    assert ids.tile("x") == "tile-x"
