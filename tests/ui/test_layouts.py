"""Layouts are whole: every widget has its code, every id a callback speaks of is there, every tile is on a shipped board."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component

from dashboard.access.actor import NOBODY, Actor, Grant
from dashboard.access.permissions import Role
from dashboard.boards import SHIPPED
from dashboard.pages import floor as floor_page
from dashboard.pages import wall as wall_page
from dashboard.pages.web_config import WebConfig
from layouts import ids
from layouts.floor import FloorView, floor
from layouts.me import MeView, me
from layouts.screen import Screen
from layouts.shell import shell
from layouts.texts import LANGUAGES, catalogue
from layouts.wall import WallView, wall
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


def _pages(lang: str = "zh-CN") -> dict[str, Component]:
    texts = catalogue(lang)
    return {
        "default": wall(WallView(Screen("default", lang, "dark", ":1"), wall_page.tiles_of(SHIPPED["default"])), texts),
        "floor": floor(FloorView(Screen("floor", lang, "light", ":1")), texts, catalogue(lang, "forms")),
        "me": me(MeView(Screen("me", lang, "light", ":1")), texts, catalogue(lang, "forms")),
    }


def _attribute(component: Component, name: str) -> str | None:
    value = getattr(component, name, None)
    return None if value is None else str(value)


@pytest.mark.parametrize("board", ["default", "floor", "me"])
def test_every_tile_is_on_the_shipped_board_and_back(board: str) -> None:
    shown = {tile for part in _walk(_pages()[board]) if (tile := _attribute(part, "data-tile"))}
    carried = {tile.id for tile in SHIPPED[board].tiles}
    assert shown <= carried
    not_on_a_desk = {"agent_states", "answered"} if board == "floor" else set()
    assert carried - not_on_a_desk == shown


def test_every_widget_has_a_script_of_its_name() -> None:
    scripts = {path.stem for path in ROOT.glob("assets/js/widgets*/*.js")}
    widgets = {name for page in _pages().values() for part in _walk(page) if (name := _attribute(part, "data-widget"))}
    assert widgets <= scripts
    modules = {path.stem for path in (ROOT / "layouts" / "widgets").glob("*.py")} - {"__init__", "tile"}
    assert modules <= scripts


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
    for page in ("wall", "floor"):
        for callback in client.get(f"/{page}/_dash-dependencies").get_json():
            asked += 1
            named = [
                callback["output"].rpartition(".")[0],
                *(entry["id"] for entry in callback["inputs"] + callback["state"]),
            ]
            assert set(named) <= known
    assert asked == 2


def test_no_interval_asks_the_server_for_numbers() -> None:
    for page in [shell(), *_pages().values()]:
        assert not [part for part in _walk(page) if type(part).__name__ in {"Interval", "Graph"}]


def test_the_views_take_board_language_and_theme_from_the_address() -> None:
    seen = wall_page.view({"board": "night", "lang": "en", "theme": "light"}, {}, CONFIG)
    assert seen.screen == Screen("night", "en", "light", ":8051", door="/sign-in?next=%2Fwall%2F")
    desk = floor_page.view({}, {"floorwatch_lang": "en"}, CONFIG, NOBODY).screen
    assert desk == Screen("floor", "en", "light", ":8051", door="/sign-in?next=%2Ffloor%2F")


def test_a_desk_offers_what_its_viewer_may_do() -> None:
    may = {
        role: floor_page.view({}, {}, CONFIG, Actor("person", "1", "x", (Grant.of(role),))).screen.may for role in Role
    }
    revealing = {role for role, words in may.items() if words == ("reveal",)}
    assert revealing == {Role.MANAGER, Role.SUPERVISOR, Role.QUALITY}
    assert all(words == () for role, words in may.items() if role not in revealing)


def test_ids_come_from_the_factory() -> None:
    documents = {"forms", "tv"}  # no callback speaks of their ids
    layouts = [path for path in ROOT.glob("layouts/**/*.py") if not documents & set(path.parts)]
    for path in [*layouts, *ROOT.glob("dashboard/pages/*.py")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"[ (]id=\"", text), path
    assert ids.tile("x") == "tile-x"
