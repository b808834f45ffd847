"""Every board that a TV may show is drawn whole, and each of its tiles has a place."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from plotly.utils import PlotlyJSONEncoder

from dashboard.access.scope import EVERYTHING, dump
from dashboard.access.screen_record import ScreenRecord
from dashboard.boards import SHIPPED, WALLS
from dashboard.pages.wall import preferences_of, view_of
from dashboard.pages.web_config import WebConfig
from layouts.texts import catalogue
from layouts.wall import wall

STYLE = Path(__file__).resolve().parents[2] / "assets" / "css" / "wall" / "wall.css"


def record(board: str, lang: str = "en", theme: str = "light") -> ScreenRecord:
    return ScreenRecord("s", "tv", board, dump(EVERYTHING), lang, theme)


@pytest.mark.parametrize("board", WALLS)
def test_a_walls_tiles_are_drawn_and_have_their_places(board: str) -> None:
    seen = view_of(record(board), WebConfig(":1"))
    drawn = json.dumps(wall(seen, catalogue("en")), cls=PlotlyJSONEncoder)
    tiles = {tile.id for tile in SHIPPED[board].tiles}
    assert set(re.findall(r'"data-tile": "(\w+)"', drawn)) == tiles
    scope = "" if board == "default" else rf'\[data-board="{board}"\] '
    placed = set(re.findall(rf"^{scope}#tile-(\w+) {{ grid-area", STYLE.read_text(encoding="utf-8"), re.MULTILINE))
    assert placed == tiles - {"agent_states"}  # the strip stands in the agents' tile


def test_what_a_row_has_from_another_release_becomes_the_default() -> None:
    odd = record("gone", lang="xx", theme="pink")
    assert (preferences_of(odd).lang, preferences_of(odd).theme) == ("zh-CN", "dark")
    assert view_of(odd, WebConfig(":1")).tiles == view_of(record("default"), WebConfig(":1")).tiles
