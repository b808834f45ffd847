"""A wall that stays open for weeks: 100,000 updates, then heap and DOM nodes against what they were after the first 5,000.

Ends with 1 if either grew beyond its target.

One patch is one update: an agent's state, the numbers that follow, sometimes a caller who comes or goes. Frames go out as fast
as the browser takes them. The heap is looked at after garbage collection; medians of several looks.
"""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.pages import pages
from tests.chromium import CHROMIUM_FLAGS, chromium_path
from tests.ui.gateway_script import ScriptedGateway, scripted_gateway

WARM_UP = 5_000
UPDATES = 100_000
BURST = 1_000
LOOKS = 5


def update(page: Page, gateway: ScriptedGateway, count: int) -> None:
    """`count` patches, all drawn."""
    for _ in range(count // BURST):
        gateway.burst([gateway.floor.step() for _ in range(BURST)])
        drawn = "seq => document.querySelector('.screen').dataset.seq === String(seq)"
        page.wait_for_function(drawn, arg=gateway.seq, timeout=120_000)


def look(page: Page, session: CDPSession) -> tuple[float, int]:
    """Heap in MB and DOM nodes, after garbage collection."""
    heaps, nodes = [], 0
    for _ in range(LOOKS):
        session.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(300)
        heaps.append(session.send("Runtime.getHeapUsage")["usedSize"] / 1e6)
        nodes = session.send("Memory.getDOMCounters")["nodes"]
    return statistics.median(heaps), nodes


def figures() -> list[dict[str, Any]]:
    with scripted_gateway("ordinary") as gateway, pages(gateway.port) as on, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
        page = on.visitor(browser).new_page()
        session = page.context.new_cdp_session(page)
        page.goto(f"{on.address}/wall/")
        page.wait_for_selector('.screen[data-drawn="yes"]')
        update(page, gateway, WARM_UP)
        heap_before, nodes_before = look(page, session)
        began = time.monotonic()
        update(page, gateway, UPDATES)
        took_s = time.monotonic() - began
        heap_after, nodes_after = look(page, session)
        browser.close()
    growth = (heap_after / heap_before - 1) * 100
    return [
        {"name": "heap growth over 100,000 updates", "value": round(growth, 1), "unit": "%", "target": 5, "runs": 1},
        {"name": "heap after 100,000 updates", "value": round(heap_after, 2), "unit": "MB", "runs": 1},
        {
            "name": "DOM nodes more after 100,000 updates",
            "value": nodes_after - nodes_before,
            "unit": "nodes",
            "target": 0,
            "runs": 1,
        },
        {"name": "updates drawn", "value": round(UPDATES / took_s), "unit": "updates/s", "runs": 1},
    ]


def main() -> None:
    found = figures()
    path = Path(__file__).parent / "results" / "browser_memory.json"
    path.write_text(json.dumps({"machine": "2 cores", "figures": found}, indent=1) + "\n")
    for one in found:
        print(f"{one['name']}: {one['value']} {one['unit']}")
    if any(one["value"] > one["target"] for one in found if "target" in one):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
