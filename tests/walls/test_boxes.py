"""No overflow, no cut text, nothing too small: every template on the floor that it is made for, in every size, and in the other language
in every shape; what its numbers mean too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from dashboard.boards import TEMPLATES
from tests.walls.gallery import Gallery
from tests.walls.walk import LANGS, MADE_FOR_IT, SHAPES, SIZES, TIGHTEST, floor, walked

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("board", TEMPLATES)
def test_everything_has_its_place(place: Gallery, browser: Browser, board: str) -> None:
    floor(place, board, MADE_FOR_IT)
    for lang in LANGS:
        with place.wall(browser, *SIZES[0], board=board, lang=lang, hold="1") as page:
            assert walked(page, board, SIZES if lang == LANGS[0] else SHAPES) == {}, lang
            assert walked(page, board, TIGHTEST, explained=True) == {}, f"{lang}, definitions open"
