"""The whole product behind the wall: simulator, collector, stream, gateway, pages. No script in between."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.pipeline]


def _free_ports(count: int) -> int:
    """The first of `count` free ports in a row."""
    for first in range(18_050, 19_000, 10):
        probes = [socket.socket() for _ in range(count)]
        try:
            for offset, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + offset))
        except OSError:
            continue
        else:
            return first
        finally:
            for probe in probes:
                probe.close()
    raise AssertionError("no free ports")


def _children(parent: int) -> dict[int, str]:
    """Process id → command line of the children of `parent`."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent:
                found[int(stat.parent.name)] = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """(process id, port of the pages) of a running demo with 30 agents."""
    port = _free_ports(4)
    command = [sys.executable, "-m", "dashboard.cli", "demo", "--agents", "30", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FLOORWATCH_")}
    log = tmp_path_factory.mktemp("demo") / "demo.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            deadline = time.monotonic() + 60
            while b"Open http" not in log.read_bytes():
                assert process.poll() is None, log.read_text(errors="replace")
                assert time.monotonic() < deadline, log.read_text(errors="replace")
                time.sleep(0.2)
            yield process.pid, port
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    opened.set_viewport_size({"width": 1920, "height": 1080})
    yield opened
    opened.close()
    context.clear_cookies()  # the language that a desk remembers


def _api(port: int, name: str) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{port + 1}/api/v1/{name}", timeout=5) as answer:
        return json.load(answer)


def test_the_wall_shows_the_floor_that_the_api_tells(demo: tuple[int, int], page: Page) -> None:
    _, port = demo
    page.goto(f"http://127.0.0.1:{port}/wall")
    page.wait_for_selector('.screen[data-age="live"]', timeout=15_000)
    page.wait_for_function("() => document.querySelectorAll('.person').length >= 25")
    assert page.locator("[data-count]").count() == 9
    told = json.dumps(_api(port, "agents"), ensure_ascii=False)
    names = page.evaluate("() => [...floorwatch.floor.lists.get('agents').rows.values()].map(row => row.name)")
    assert len(names) >= 25
    assert all(name in told for name in names)
    assert page.evaluate("() => floorwatch.floor.values.get('agent_states').staffed") == len(names)


def test_the_gateway_killed_under_load_comes_back_without_a_reload(demo: tuple[int, int], page: Page) -> None:
    parent, port = demo
    page.goto(f"http://127.0.0.1:{port}/wall")
    page.wait_for_selector('.screen[data-age="live"]', timeout=15_000)
    page.evaluate("window.is_same_page = true")
    gateway = [pid for pid, command in _children(parent).items() if " live" in command]
    assert len(gateway) == 1
    os.kill(gateway[0], signal.SIGKILL)
    killed_at = time.monotonic()
    page.wait_for_function("() => !floorwatch.live.is_synced", timeout=5000)
    page.wait_for_function("() => floorwatch.live.is_synced", timeout=15_000)
    page.wait_for_selector('.screen[data-age="live"]', timeout=10_000)
    assert time.monotonic() - killed_at < 15
    assert page.evaluate("window.is_same_page") is True


def test_the_desk_lists_every_agent(demo: tuple[int, int], page: Page) -> None:
    _, port = demo
    page.goto(f"http://127.0.0.1:{port}/floor?lang=en")
    page.wait_for_function("() => document.querySelector('.count')?.textContent === '30 agents'", timeout=15_000)
    page.wait_for_selector(".ag-center-cols-container .ag-cell.state")
