"""Pictures of every shipped board, from the real pages and the real gateway, for people to look at: `make pictures`.

Writes into build/pictures, which is not kept: each template at 1920 × 1080 in the dark and in Chinese, one of them in the other
sizes, theme and language, and each on a recording of ten calls, on an empty floor and behind a failed link.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from dashboard.boards import TEMPLATES
from tests.chromium import chromium
from tests.walls.gallery import Gallery, gallery

FOLDER: Final = Path("build/pictures")
FULL_HD: Final = (1920, 1080)
SCENE_OF: Final = {
    "team": "team",
    "number": "ordinary",
    "agents-200": "crowd200",
    "agents-500": "crowd500",
    "centre": "crowd200",
}
"""The floor that a template is made for; all others are made for an ordinary one."""

SIZES: Final = {"4k": (3840, 2160), "small": (1366, 768), "portrait": (1080, 1920)}
SETTLED_MS: Final = 1_500


def wanted(only: str) -> Iterator[tuple[str, str, str, tuple[int, int], str, str]]:
    """Name, scene, template, size, language, theme of each picture, scene by scene."""
    boards = [board for board in TEMPLATES if not only or board == only]
    for board in boards:
        scene = SCENE_OF.get(board, "ordinary")
        yield board, scene, board, FULL_HD, "zh-CN", "dark"
        if board == "default" or only:
            for word, size in SIZES.items():
                yield f"{board}-{word}", scene, board, size, "zh-CN", "dark"
            yield f"{board}-light", scene, board, FULL_HD, "zh-CN", "light"
            yield f"{board}-en", scene, board, FULL_HD, "en", "dark"
            yield f"{board}-en-portrait-light", scene, board, SIZES["portrait"], "en", "light"
        for state in ("small", "empty", "failed"):
            yield f"{board}-on-{state}", state, board, FULL_HD, "zh-CN", "dark"


def draw(place: Gallery, browser: Browser, only: str) -> None:
    """All of them."""
    for name, scene, board, (width, height), lang, theme in sorted(wanted(only), key=lambda one: one[1]):
        place.show_kind(scene)
        with place.wall(browser, width, height, board=board, lang=lang, theme=theme) as page:
            page.wait_for_timeout(SETTLED_MS)
            page.screenshot(path=str(FOLDER / f"{name}.png"))
        print(FOLDER / f"{name}.png")


def main(only: str = "") -> None:
    """`only`: one template, in all sizes, themes and languages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, gallery(Path(folder)) as place, chromium() as browser:
        draw(place, browser, only)


if __name__ == "__main__":
    main(*sys.argv[1:2])
