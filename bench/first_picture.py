"""How long a screen waits: first paint and first picture (numbers on the tiles) of `/wall/`, `/floor/` and `/monitor/`, the cache empty.

Pages under gunicorn as `floorwatch web` starts it, a real websocket before them, Chromium. The peer is the same server that gives
every file for itself (`bench.as_dash_serves`). Loads of both take turns, so that what else the machine does meets both.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

from bench.pages import Pages, site_of_pages
from tests.access_pages.site import PageSite
from tests.chromium import CHROMIUM_FLAGS, chromium_path
from tests.monitor_pages.desk_script import DeskScript
from tests.ports import free_port
from tests.ui.gateway_script import scripted_gateway

LOADS: Final = 12
PAGES: Final = ("wall", "floor", "monitor")
TARGET_MS: Final = {"wall": 1500}
TARGET_KB: Final = {"wall": 600}
OURS: Final = "dashboard.app"
PEER: Final = "bench.as_dash_serves"
START_S: Final = 60

LOOK: Final = """
addEventListener("DOMContentLoaded", () => {
  const look = () => {
    if (document.querySelector('.screen[data-drawn="yes"]') === null) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.first_picture_ms = performance.now(); }));
  };
  const watch = new MutationObserver(look);
  watch.observe(document.body, { attributes: true, childList: true, subtree: true, attributeFilter: ["data-drawn"] });
});
"""
"""Runs before the page: the frame after the first that holds numbers."""
SEEN: Final = """() => ({
  picture_ms: window.first_picture_ms,
  paint_ms: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
})"""


@dataclass(slots=True)
class Loads:
    """Of one page from one server."""

    paint_ms: list[float] = field(default_factory=list)
    picture_ms: list[float] = field(default_factory=list)
    kb: float = 0.0
    requests: int = 0


@contextlib.contextmanager
def gunicorn(site: PageSite, module: str) -> Iterator[str]:
    """The pages of `site` as they are served in production; their address."""
    port, settings = free_port(), site.settings
    environment = {
        "FLOORWATCH_DATA": str(settings.data),
        "FLOORWATCH_REDIS_URL": str(settings.redis_url),
        "FLOORWATCH_DATABASE_URL": str(settings.database_url),
        "FLOORWATCH_LIVE__PORT": str(settings.live.port),
        "FLOORWATCH_AUDIT__ANCHOR": settings.audit.anchor,
        "FLOORWATCH_LOG_LEVEL": "warning",
    }
    arguments = [
        *("-k", "gthread", "--threads", str(settings.web.threads), "--workers", str(settings.web.workers)),
        *("--bind", f"127.0.0.1:{port}", "--no-control-socket", "--log-level", "warning"),
    ]
    command = [sys.executable, "-m", "gunicorn", f"{module}:server", *arguments]
    process = subprocess.Popen(command, env=os.environ | environment)
    try:
        address = f"http://127.0.0.1:{port}"
        _until_served(port, process)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _until_served(port: int, process: subprocess.Popen[bytes]) -> None:
    end_s = time.monotonic() + START_S
    while time.monotonic() < end_s and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
            return
        time.sleep(0.1)
    raise TimeoutError(f"port {port}: no pages within {START_S} s")


def load(browser: Browser, on: Pages, name: str, into: Loads) -> None:
    """One load by a browser that was never here."""
    context = on.visitor(browser)
    page = context.new_page()
    page.add_init_script(LOOK)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(f"{on.address}/{name}/")
    page.wait_for_function("() => window.first_picture_ms !== undefined")
    found = page.evaluate(SEEN)
    page.wait_for_load_state("networkidle")
    context.close()
    into.paint_ms.append(found["paint_ms"])
    into.picture_ms.append(found["picture_ms"])
    into.kb, into.requests = sum(sizes) / 1000, len(sizes)


def measured() -> dict[tuple[str, str], Loads]:
    """(module, page) → its loads."""
    found = {(module, name): Loads() for name in PAGES for module in (OURS, PEER)}
    with contextlib.ExitStack() as stack:
        gateway = stack.enter_context(scripted_gateway("ordinary"))
        DeskScript(gateway)  # somebody who may do everything: all controls are drawn
        site = stack.enter_context(site_of_pages(gateway.port))
        servers = {module: Pages.of(stack.enter_context(gunicorn(site, module)), site) for module in (OURS, PEER)}
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
        for module, name in found:
            for _ in range(2 * site.settings.web.workers):  # every worker has compressed what it gives
                load(browser, servers[module], name, Loads())
        for _ in range(LOADS):
            for (module, name), loads in found.items():
                load(browser, servers[module], name, loads)
        browser.close()
    return found


def figures() -> list[dict[str, Any]]:
    found = measured()
    rows: list[dict[str, Any]] = []
    for name in PAGES:
        ours, peer = found[OURS, name], found[PEER, name]
        for what, mine, theirs in (
            ("first picture", ours.picture_ms, peer.picture_ms),
            ("first paint", ours.paint_ms, peer.paint_ms),
        ):
            row = _row(f"{what} of /{name}/, cold, p50", statistics.median(mine), statistics.median(theirs), "ms")
            row |= {"runs": len(mine), "lowest": round(min(mine)), "highest": round(max(mine))}
            target = TARGET_MS.get(name) if what == "first picture" else None
            rows.append(row if target is None else row | {"target": target})
        row = _row(f"bytes of /{name}/", ours.kb, peer.kb, "KB gzip")
        row |= {"runs": 1, "requests": ours.requests, "peer_requests": peer.requests}
        rows.append(row | ({"target": TARGET_KB[name]} if name in TARGET_KB else {}))
    return rows


def _row(name: str, value: float, peer: float, unit: str) -> dict[str, Any]:
    ratio = round(peer / value, 2)
    return {"name": name, "value": round(value), "unit": unit, "peer": f"{peer:.0f}, a file each", "ratio": ratio}


def main() -> None:
    started = os.getloadavg()[0]
    found = figures()
    path = Path(__file__).parent / "results" / "first_picture.json"
    content = {"machine": f"2 cores, load {started:.0f} at the start", "figures": found}
    path.write_text(json.dumps(content, indent=1) + "\n")
    for one in found:
        print(f"{one['name']}: {one['value']} {one['unit']}, peer {one['peer']}, ratio {one['ratio']}")


if __name__ == "__main__":
    main()
