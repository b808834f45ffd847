"""How many bytes a screen loads: everything that `/wall`, `/floor` and `/monitor` ask this server for, as it travels (gzip).

Counted in Chromium from the network, cache empty, until the page has drawn a snapshot of 60 agents.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.pages import Pages, pages
from tests.chromium import CHROMIUM_FLAGS, chromium_path
from tests.monitor_pages.desk_script import DeskScript
from tests.ui.gateway_script import scripted_gateway

TARGET_KB = {"wall": 600, "floor": None, "monitor": None}


def travelled(browser: Browser, on: Pages, path: str) -> tuple[float, int]:
    """KB over the wire and number of requests until the page is drawn."""
    context = on.visitor(browser)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(f"{on.address}{path}")
    page.wait_for_selector('.screen[data-drawn="yes"]')
    page.wait_for_load_state("networkidle")
    context.close()
    return sum(sizes) / 1000, len(sizes)


def figures() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    with scripted_gateway("ordinary") as gateway, pages(gateway.port) as on, sync_playwright() as playwright:
        DeskScript(gateway)  # somebody who may do everything: all controls are drawn
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
        for page, target in TARGET_KB.items():
            size_kb, requests = travelled(browser, on, f"/{page}/")
            row = {
                "name": f"bytes of /{page}",
                "value": round(size_kb),
                "unit": "KB gzip",
                "requests": requests,
                "runs": 1,
            }
            rows.append(row if target is None else {**row, "target": target})
        browser.close()
    return rows


def main() -> None:
    found = figures()
    path = Path(__file__).parent / "results" / "page_bytes.json"
    path.write_text(json.dumps({"machine": "2 cores", "figures": found}, indent=1) + "\n")
    for one in found:
        print(f"{one['name']}: {one['value']} {one['unit']} in {one['requests']} requests")


if __name__ == "__main__":
    main()
