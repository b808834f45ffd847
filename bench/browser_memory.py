"""A wall that stays open for weeks: 100,000 updates, then heap and DOM nodes against what they were after the first 10,000.

Ends with 1 if either grew beyond its target. `UPDATES=20000` in the environment makes it shorter, and writes no results.

The board has every kind of tile on two pages that take turns, 200 people among them; announcements come and end. One patch is one
update: an agent's state, the numbers that follow, now and then everything else. Frames go out as fast as the browser takes them. The
heap is looked at after garbage collection; medians of several looks.
"""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bench.pages import Pages, site_of_pages
from dashboard.access.scope import EVERYTHING
from dashboard.boards.reading import written
from tests.access_pages.site import PageSite, served
from tests.board_pages.uploads import png
from tests.chromium import CHROMIUM_FLAGS, chromium_path
from tests.keyring import HERE
from tests.ports import free_port
from tests.ui.every_tile_floor import EveryTileFloor
from tests.ui.gateway_script import ScriptedGateway
from tests.ui.wall_memory import BOARD, Watched
from tests.walls.every_tile import every_tile

WARM_UP = 10_000
ALL = 100_000
UPDATES = int(os.environ.get("UPDATES", ALL))
SOME_NODES = 20
"""Rows come and go, and what is said for the first time makes its node."""


def hang(site: PageSite) -> None:
    """The board, published."""
    library, picture = site.services.library, site.services.pictures.add(HERE, "logo", png())
    library.imported(HERE, written(every_tile(BOARD, picture)), scope=EVERYTHING)
    library.publish(HERE, BOARD, 1)


def figures() -> list[dict[str, Any]]:
    gateway = ScriptedGateway(EveryTileFloor(random.Random(7)), port=free_port())
    gateway.revision = 1
    gateway.further[BOARD] = gateway.floor.view()
    gateway.start()
    with site_of_pages(gateway.port) as site, served(site) as address, sync_playwright() as playwright:
        hang(site)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
        page = Pages.of(address, site).visitor(browser).new_page()
        page.goto(f"{address}/wall/?board={BOARD}")
        page.wait_for_selector('.screen[data-drawn="yes"]')
        watched = Watched(page, gateway)
        watched.update(WARM_UP)
        before = watched.look()
        began = time.monotonic()
        watched.update(UPDATES)
        took_s = time.monotonic() - began
        after = watched.look()
        browser.close()
    gateway.stop()
    growth, more = (after.heap_mb / before.heap_mb - 1) * 100, after.nodes - before.nodes
    over = f"{UPDATES:,} updates"
    return [
        {"name": f"heap growth over {over}", "value": round(growth, 1), "unit": "%", "target": 5, "runs": 1},
        {"name": f"heap after {over}", "value": round(after.heap_mb, 2), "unit": "MB", "runs": 1},
        {"name": f"DOM nodes more after {over}", "value": more, "unit": "nodes", "target": SOME_NODES, "runs": 1},
        {"name": "updates drawn", "value": round(UPDATES / took_s), "unit": "updates/s", "runs": 1},
    ]


def main() -> None:
    found = figures()
    if UPDATES == ALL:
        path = Path(__file__).parent / "results" / "browser_memory.json"
        path.write_text(json.dumps({"machine": "2 cores", "figures": found}, indent=1) + "\n")
    for one in found:
        print(f"{one['name']}: {one['value']} {one['unit']}")
    if any(one["value"] > one["target"] for one in found if "target" in one):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
