"""How many bytes a screen loads: everything that `/wall` and `/floor` ask this server for, as it travels (gzip).

Counted in Chromium from the network, cache empty, until the page has drawn a snapshot of 60 agents.
"""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from dashboard.app import create
from dashboard.pages.web_config import WebConfig
from tests.chromium import CHROMIUM_FLAGS, chromium_path
from tests.ui.gateway_script import scripted_gateway

TARGET_KB = {"wall": 600, "floor": None}


def travelled(browser: Browser, address: str) -> tuple[float, int]:
    """KB over the wire and number of requests until the page is drawn."""
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address)
    page.wait_for_selector('.screen[data-drawn="yes"]')
    page.wait_for_load_state("networkidle")
    context.close()
    return sum(sizes) / 1000, len(sizes)


def figures() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    with scripted_gateway("ordinary") as gateway, sync_playwright() as playwright:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", 0, create(WebConfig(f":{gateway.port}")), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
        for page, target in TARGET_KB.items():
            size_kb, requests = travelled(browser, f"http://127.0.0.1:{server.server_port}/{page}/")
            row = {
                "name": f"bytes of /{page}",
                "value": round(size_kb),
                "unit": "KB gzip",
                "requests": requests,
                "runs": 1,
            }
            rows.append(row if target is None else {**row, "target": target})
        browser.close()
        server.shutdown()
        server.server_close()
    return rows


def main() -> None:
    found = figures()
    path = Path(__file__).parent / "results" / "page_bytes.json"
    path.write_text(json.dumps({"machine": "2 cores", "figures": found}, indent=1) + "\n")
    for one in found:
        print(f"{one['name']}: {one['value']} {one['unit']} in {one['requests']} requests")


if __name__ == "__main__":
    main()
