"""`floorwatch demo`: one command shows a live wall, keeps it live whatever is killed, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import chromium
from tests.pipeline.site import COMMAND, until

LIVE = ".link_lamp.is-live"
WITHIN_S = 10.0
HOLDS_S = 4.0
"""Live for so long is live, and not only not yet stale."""


def children(pid: int) -> dict[str, int]:
    """The running descendants of a process, by the word that names them."""
    words = ("simulate", "collect", "history", "live", "gunicorn", "valkey")
    found: dict[str, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or not descends(int(entry.name), pid):
            continue
        try:
            argv = (entry / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        for word in words:
            if any(part == word or (word == "valkey" and "valkey-server" in part) for part in argv):
                found.setdefault(word, int(entry.name))
    return found


def descends(pid: int, ancestor: int) -> bool:
    """Whether `ancestor` is above `pid`."""
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError):
            return False
        if pid == ancestor:
            return True
    return False


def four_free_ports() -> int:
    """The first of four ports in a row that nobody listens on, away from those that the system gives out."""
    for first in range(20_000, 30_000, 7):
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for port in range(first, first + 4):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first
    raise AssertionError("no four free ports in a row")


@pytest.fixture(scope="module")
def demo() -> Iterator[tuple[int, int]]:
    """A running demo: its process id and the port of its pages."""
    port = four_free_ports()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*COMMAND, "demo", "--port", str(port), "--agents", "60"],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )

        def heard() -> str:
            said.seek(0)
            return said.read().decode("utf-8", "replace")

        try:
            until(lambda: process.poll() is not None or "Open http://" in heard(), 40, "the demo says where it is")
            assert process.poll() is None, heard()
            yield process.pid, port
            left = children(process.pid)
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0, heard()
            assert "Traceback" not in heard()
            until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left.values()), 5, "all children have ended")
        finally:
            process.kill()
            process.wait(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for this module."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def wall(demo: tuple[int, int], browser: Browser) -> Iterator[Page]:
    """The demo's wall, live, in a page that knows whether it was loaded anew."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"http://127.0.0.1:{demo[1]}/wall?lang=en")
    page.wait_for_selector(LIVE, timeout=15_000)
    page.evaluate("window.loaded_once = true")
    yield page
    page.close()


@pytest.mark.pipeline
@pytest.mark.browser
def test_the_wall_shows_numbers(wall: Page) -> None:
    wall.wait_for_selector('.screen[data-drawn="yes"]', timeout=15_000)
    text = wall.inner_text(".screen")
    assert any(char.isdigit() for char in text)


@pytest.mark.pipeline
@pytest.mark.browser
@pytest.mark.parametrize("victim", ["collect", "history", "live", "gunicorn", "valkey", "simulate"])
def test_the_wall_is_live_again_without_a_reload(demo: tuple[int, int], wall: Page, victim: str) -> None:
    before = children(demo[0])
    os.kill(before[victim], signal.SIGKILL)
    killed_at = not_live_at = time.monotonic()
    until(lambda: children(demo[0]).get(victim) not in {None, before[victim]}, 10, f"{victim} runs again")
    while (now := time.monotonic()) - not_live_at < HOLDS_S and now - killed_at < WITHIN_S + HOLDS_S:
        if wall.query_selector(LIVE) is None:
            not_live_at = now
        time.sleep(0.05)
    assert wall.query_selector(LIVE) is not None
    assert not_live_at - killed_at <= WITHIN_S
    assert wall.evaluate("window.loaded_once") is True


@pytest.mark.pipeline
def test_a_taken_port_is_told(demo: tuple[int, int]) -> None:
    done = subprocess.run(
        [*COMMAND, "demo", "--port", str(demo[1])], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 2
    assert f"port {demo[1]} is in use" in done.stderr
    assert "Traceback" not in done.stderr
