"""No overflow, no cut text, nothing too small: every template on every kind of floor, in both languages, in every size.

One page a template, floor and language is turned through all sizes; the boxes are measured as Chromium has laid them out, and the
text on a canvas as it was drawn there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from dashboard.boards import TEMPLATES
from tests.walls.gallery import Gallery
from tests.walls.pictures import SCENE_OF
from tests.walls.scenes import SCENES

MEASURED = (Path(__file__).parent / "measured.js").read_text(encoding="utf-8")
SIZES = ((1920, 1080), (1366, 768), (3840, 2160), (1080, 1920), (2560, 1080))
LEAST, LEAST_OF_A_CROWD, MAIN = 1.8, 1.4, 8.5
MAIN_OF = ["number", "service_level", "longest_wait"]
SETTLED_MS = 250


@pytest.fixture(scope="module", params=("made for it", "small", "empty", "failed"))
def floor_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.browser
@pytest.mark.parametrize("board", TEMPLATES)
def test_everything_has_its_place(place: Gallery, browser: Browser, floor_kind: str, board: str) -> None:
    made_for = SCENE_OF.get(board, "ordinary")
    place.show(SCENES[made_for if floor_kind == "made for it" else floor_kind]())
    found: dict[str, list[str]] = {}
    for lang in ("zh-CN", "en"):
        for number in range(len(TEMPLATES[board].pages)):
            with place.wall(
                browser, *SIZES[0], board=board, lang=lang, theme="dark", page=str(number), hold="1"
            ) as page:
                for size in SIZES:
                    faults = _faults(page, board, size)
                    if faults:
                        found[f"{board} page {number} {lang} {size[0]}×{size[1]}"] = faults
    assert found == {}


def _faults(page: Page, board: str, size: tuple[int, int]) -> list[str]:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_timeout(SETTLED_MS)
    limits: dict[str, Any] = {"least": LEAST, "main": MAIN, "main_of": MAIN_OF}
    faults: list[str] = page.evaluate(MEASURED, limits)
    return faults + _on_canvas(page, LEAST_OF_A_CROWD if board == "agents-500" else LEAST)


def _on_canvas(page: Page, least: float) -> list[str]:
    """The same of text that was drawn: each lies in its cell, and is large enough."""
    side = min(page.viewport_size["width"], page.viewport_size["height"]) if page.viewport_size else 0
    faults = []
    for text in page.evaluate("floorwatch.screen.canvas_texts()"):
        cell = text["cell"]
        if text["font_px"] < side * least / 100 - 0.05:
            faults.append(f"canvas “{text['text']}”: {text['font_px'] / side:.2%} of the height")
        if text["x"] < cell["x"] - 1 or text["x"] + text["width"] > cell["x"] + cell["width"] + 1:
            faults.append(f"canvas “{text['text']}”: leaves its cell")
    return faults[:5]
