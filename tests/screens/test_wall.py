"""Every board that a TV may show is drawn whole; what is odd about its row is no reason for a black screen."""

from __future__ import annotations

import json
import re

import pytest
from plotly.utils import PlotlyJSONEncoder

from dashboard.access.scope import EVERYTHING, dump
from dashboard.access.screen_record import ScreenRecord
from dashboard.boards import SHIPPED, WALLS
from dashboard.pages.wall.preferences import preferences_of_screen
from dashboard.pages.wall.views import view_for_screen
from dashboard.pages.web_config import WebConfig
from dashboard.wallboards.published import Published
from layouts.texts import catalogue
from layouts.wall import wall


def record(board: str, lang: str = "en", theme: str = "light") -> ScreenRecord:
    return ScreenRecord("s", "tv", board, dump(EVERYTHING), lang, theme)


@pytest.mark.parametrize("board", WALLS)
def test_all_of_a_walls_tiles_are_drawn(board: str) -> None:
    seen = view_for_screen(record(board), Published(SHIPPED[board], 0), WebConfig(":1"))
    drawn = json.dumps(wall(seen, catalogue("en", "wall")), cls=PlotlyJSONEncoder)
    tiles = {tile.id for tile in SHIPPED[board].tiles}
    assert set(re.findall(r'"data-tile": "([\w-]+)"', drawn)) - {"ticker-bar"} == tiles


def test_what_a_row_has_from_another_release_becomes_the_default() -> None:
    odd = record("gone", lang="xx", theme="pink")
    assert (preferences_of_screen(odd).lang, preferences_of_screen(odd).theme) == ("zh-CN", "dark")


def test_a_screen_whose_board_is_gone_says_so_and_still_obeys() -> None:
    seen = view_for_screen(record("gone"), None, WebConfig(":1"))
    assert seen.is_missing
    assert seen.is_paired
    assert seen.pages == ()
