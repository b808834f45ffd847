"""Across the hall a wall is no larger than a stamp: in a picture of a twentieth the size, the tiles that are red are still told from all
others by their colour."""

from __future__ import annotations

import io
import json
from typing import Any, Final

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import Browser

from dashboard.access.actor import Actor, Grant
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING
from dashboard.boards import TEMPLATES
from dashboard.boards.reading import document_of, read
from dashboard.wallboards.published import Published
from tests.ui.measuring import settled
from tests.ui.tokens import THEMES, Colour, distance
from tests.walls.gallery import Gallery
from tests.walls.walk import floor

pytestmark = pytest.mark.browser

CLEARLY: Final = 8.0
"""In OKLab times 100; 2 is what one just notices side by side."""

LIMITS: Final[dict[str, dict[str, Any]]] = {
    "service_level": {"amber": 1, "red": 0.999},
    "answered": {"worse": "above", "amber": 1, "red": 2},
    "waiting": {"worse": "above", "amber": 0, "red": 5000},
    "longest_wait": {"amber": 5000, "red": 6000},
    "queue_table": {"amber": 0.01, "red": 0.001},
}
"""So that the floor of an ordinary day has two red tiles, and an amber one."""

TILES: Final = """() => [...document.querySelectorAll('.tile')].map(one => {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    return { tile: one.dataset.tile, level: one.dataset.level || 'none', box: [left, top, right, bottom] }; })"""


@pytest.fixture(scope="module")
def board(place: Gallery) -> str:
    """The board that most floors have, with such limits; published, its id."""
    document = document_of(TEMPLATES["default"]) | {"id": "alarmed"}
    for tile in document["pages"][0]["tiles"]:
        if tile["id"] in LIMITS:
            tile["limits"] = LIMITS[tile["id"]]
    library = place.site.services.library
    who = Actor("person", place.site.account(Role.MANAGER), "x", (Grant.of(Role.MANAGER),))
    stored = library.imported(who, json.dumps(document).encode(), scope=EVERYTHING)
    library.publish(who, stored.id, stored.draft_version)
    place.stage.hang(Published(read(document), 1))
    return stored.id


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920)])
def test_a_picture_of_a_twentieth_the_size_still_shows_what_is_red(
    place: Gallery, browser: Browser, board: str, theme: str, size: tuple[int, int]
) -> None:
    floor(place, "default", "ordinary")
    with place.wall(browser, *size, board=board, lang="zh-CN", theme=theme, hold="1") as page:
        settled(page)
        tiles = page.evaluate(TILES)
        picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    small = picture.resize((picture.width // 20, picture.height // 20), Image.Resampling.BOX)
    colours = {tile["tile"]: _colour(small, tile["box"]) for tile in tiles}
    levels = {tile["tile"]: tile["level"] for tile in tiles}
    red = {tile for tile, level in levels.items() if level == "red"}
    assert red == {"service_level", "answered"}
    assert levels["waiting"] == "amber"
    near = {
        f"{one} {other}": round(found, 1)
        for one in red
        for other in colours.keys() - red
        if (found := distance(colours[one], colours[other], "ordinary")) < CLEARLY
    }
    assert near == {}


def _colour(picture: Image.Image, box: list[float]) -> Colour:
    """Of a tile on average."""
    left, top, right, bottom = (round(edge / 20) for edge in box)
    red, green, blue = (channel / 255 for channel in ImageStat.Stat(picture.crop((left, top, right, bottom))).mean)
    return red, green, blue
