"""The way through a wall: every page of its board, in every size, measured as Chromium has laid it out.

A wall is opened once and turned through its sizes in place, as a TV is that changes its resolution. Nothing waits for a time: sizes are
observed within frames.

All lengths of a wall are shares of its screen, so that a screen of the same shape and another resolution differs by rounding alone: every
template is walked in all sizes once, on its own floor in one language, and in one size of each shape in all other situations.
`FLOORWATCH_SIZES=all` walks everything in all sizes.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from typing import Any, Final

from playwright.sync_api import Page

from dashboard.boards import TEMPLATES
from tests.ui.measuring import faults, settled
from tests.walls.gallery import Gallery
from tests.walls.pictures import SCENE_OF

Size = tuple[int, int]
SIZES: Final[tuple[Size, ...]] = ((1920, 1080), (1366, 768), (3840, 2160), (1080, 1920), (2560, 1080))
SHAPES: Final[tuple[Size, ...]] = (
    SIZES if os.environ.get("FLOORWATCH_SIZES") == "all" else ((1366, 768), (1080, 1920), (2560, 1080))
)
TIGHTEST: Final[tuple[Size, ...]] = ((1366, 768), (1080, 1920))
LANGS: Final = ("zh-CN", "en")
WITH_A_CROWD: Final = "agents-500"
MADE_FOR_IT: Final = "made for it"

Faults = dict[str, list[str]]

_PLAIN: Final = """() => { const plain = new CSSStyleSheet(); plain.replaceSync('* { filter: none !important }');
    document.adoptedStyleSheets = [plain]; }"""
"""What has stopped is grey: that moves no box, and is much work for who draws 4K without a graphics card."""


def floor(place: Gallery, board: str, kind: str) -> None:
    """Puts a floor behind the walls. `kind`: a scene, or the one that the board is made for."""
    place.show_kind(SCENE_OF.get(board, "ordinary") if kind == MADE_FOR_IT else kind)


def walked(
    page: Page, board: str, sizes: Sequence[Size] = SIZES, names: Collection[str] = (), *, explained: bool = False
) -> Faults:
    """What is wrong on which page in which size. `explained`: with the definition of every number open."""
    found: Faults = {}
    page.evaluate(_PLAIN)
    count = len(TEMPLATES[board].pages)
    for number in range(count):
        if explained:
            page.keyboard.press("i")
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            settled(page)
            wrong = faults(page, is_crowd=board == WITH_A_CROWD, names=names)
            if explained and not _is_explained(page):
                wrong.append("no definition is open")
            if wrong:
                found[f"page {number} {width}×{height}"] = wrong
        if explained:
            page.keyboard.press("i")
        if count > 1:
            page.keyboard.press("ArrowRight")
    return found


def _is_explained(page: Page) -> bool:
    said: Any = page.evaluate("document.querySelector('.page:not([hidden]) .definitions:not([hidden])') !== null")
    return bool(said)
