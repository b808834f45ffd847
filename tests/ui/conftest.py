"""The pages behind a real HTTP server, and Chromium to look at them. Without Chromium the browser tests say so and skip."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from dashboard.app import create
from dashboard.pages.web_config import WebConfig

CHROMIUM_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WALL_SIZE = (1920, 1080)

Open = Callable[..., Page]


def chromium() -> str | None:
    """Chromium by the variable CHROMIUM, else where systems put it, else playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium() or playwright.chromium.executable_path
        if not Path(path).exists():
            pytest.skip("No Chromium found. Install one, or name it in CHROMIUM.")
        found = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield found
        found.close()


@pytest.fixture
def pages() -> Iterator[Callable[[str], str]]:
    """`pages(gateway)`: starts the pages for that gateway (see `WebConfig`), returns their address."""
    servers = []

    def start(gateway: str) -> str:
        server = make_server("127.0.0.1", 0, create(WebConfig(gateway)), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def open_page(browser: Browser, pages: Callable[[str], str]) -> Iterator[Open]:
    """`open_page(path, gateway_port)`: a page that is drawn. Fails the test on an error in the page or a request that leaves
    this machine."""
    contexts = []
    faults: list[str] = []

    def start(path: str, port: int, *, size: tuple[int, int] = WALL_SIZE, drawn: bool = True) -> Page:
        address = pages(f":{port}")
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda said: faults.append(said.text) if said.type == "error" and "WebSocket" not in said.text else None,
        )
        page.on(
            "request",
            lambda asked: (
                None if "//127.0.0.1:" in asked.url or asked.url.startswith("data:") else faults.append(asked.url)
            ),
        )
        page.goto(address + path)
        page.wait_for_selector('.screen[data-drawn="yes"]' if drawn else ".screen")
        return page

    yield start
    for context in contexts:
        context.close()
    assert faults == []
