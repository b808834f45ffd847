"""Pictures of a leaderboard's wall in every state, size, theme and language, for people to look at: build/pictures/leaderboard-*.png."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from tests.chromium import chromium
from tests.walls.honours_wall import honours_wall

FOLDER: Final = Path("build/pictures")
FULL_HD: Final = (1920, 1080)
SETTLED_MS: Final = 900
PICTURES: Final = (
    ("running", FULL_HD, "zh-CN", "dark"),
    ("running", FULL_HD, "zh-CN", "light"),
    ("running", FULL_HD, "en", "dark"),
    ("running", (3840, 2160), "zh-CN", "dark"),
    ("running", (1366, 768), "en", "light"),
    ("running", (1080, 1920), "zh-CN", "dark"),
    ("running", (390, 844), "zh-CN", "dark"),
    ("running", (2560, 1080), "zh-CN", "dark"),
    ("to_come", FULL_HD, "zh-CN", "dark"),
    ("begun", FULL_HD, "zh-CN", "dark"),
    ("loading", FULL_HD, "zh-CN", "dark"),
    ("final", FULL_HD, "zh-CN", "dark"),
    ("long", FULL_HD, "zh-CN", "dark"),
    ("long", (1080, 1920), "en", "dark"),
    ("crowd", FULL_HD, "en", "light"),
    ("grouped", FULL_HD, "zh-CN", "dark"),
    ("between_teams", FULL_HD, "zh-CN", "dark"),
    ("between_teams", (1080, 1920), "zh-CN", "light"),
)
"""Scene, size, language, theme."""


def main(only: str = "") -> None:
    """`only`: one scene."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with honours_wall() as place, chromium() as browser:
        for scene, size, lang, theme in PICTURES:
            if only and scene != only:
                continue
            with place.show(browser, scene, size, lang=lang, theme=theme) as page:
                page.wait_for_timeout(SETTLED_MS)
                name = FOLDER / f"leaderboard-{scene}-{size[0]}x{size[1]}-{lang}-{theme}.png"
                page.screenshot(path=str(name), full_page=size[0] < 720)
            print(name)


if __name__ == "__main__":
    main(*sys.argv[1:2])
