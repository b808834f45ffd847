"""`floorwatch demo`: one command shows a live floor behind a sign-in, keeps it live whatever is killed, and leaves nothing
behind.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from dashboard.access.permissions import Role
from tests.chromium import chromium
from tests.patience import HANG_MS, HANG_S
from tests.pipeline.running_demo import Demo, Visitor, sign_in
from tests.pipeline.site import COMMAND, until

pytestmark = pytest.mark.pipeline

AGENTS = 60
LIVE = ".age_lamp.is-live"
DRAWN = "() => [...new Set(floorwatch.screen.canvas_texts().map(text => text.cell.id))]"
"""The agents whose cells have words on the canvas."""

WITHIN_S = 25.0
"""Ten are promised, and kept where the cores are free; here four files of tests share them."""
HOLDS_S = 4.0
"""Live for so long is live, and not only not yet stale."""

PAGES = ("/", "/today/", "/floor/", "/wall/", "/me/", "/screens/", "/admin/people/", "/admin/queues/", "/admin/accounts/", "/audit/",
         "/account/")  # fmt: skip
FIRST_PAGE = dict.fromkeys(Role, "/today/") | {
    Role.ADMIN: "/floor/", Role.TRAINER: "/floor/", Role.AGENT: "/me/", Role.AUDITOR: "/admin/people/",
}  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A running demo."""
    made = Demo(tmp_path_factory.mktemp("demo") / "data", AGENTS)
    try:
        made.start()
        yield made
        made.stop()
    finally:
        made.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for this module."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser in which nobody is signed in yet."""
    made = browser.new_context(viewport={"width": 1920, "height": 1080})
    yield made
    made.close()


@pytest.fixture(scope="module")
def wall(demo: Demo, context: BrowserContext) -> Page:
    """The demo's wall, live, in a page that knows whether it was loaded anew: its address leads to the sign-in, that back."""
    page = context.new_page()
    page.goto(f"{demo.address}/wall/?lang=en")
    assert urllib.parse.urlsplit(page.url).path == "/sign-in"
    sign_in(page, demo, "manager")
    page.wait_for_selector(LIVE, timeout=HANG_MS)
    page.evaluate("window.loaded_once = true")
    return page


def test_each_role_has_an_account_that_only_the_folder_knows(demo: Demo) -> None:
    file = demo.data / "accounts.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert set(demo.passwords) == set(Role)
    assert len({*demo.passwords.values()}) == len(Role)
    for login, password in demo.passwords.items():
        assert len(password) >= 16
        assert [line.split()[:2] for line in demo.heard.splitlines()].count([login, password]) == 1


def test_nobody_is_signed_in_by_the_demo(demo: Demo) -> None:
    visitor = Visitor(demo)
    for page in PAGES:
        with visitor.open(page) as answer:
            assert urllib.parse.urlsplit(answer.url).path == "/sign-in", page
    assert not [cookie for cookie in visitor.cookies if "session" in cookie.name]
    gateway = f"127.0.0.1:{demo.port + 1}"
    with pytest.raises(urllib.error.HTTPError, match="401") as refused:
        urllib.request.urlopen(f"http://{gateway}/api/v1/floor", timeout=HANG_S)
    refused.value.close()
    with connect(f"ws://{gateway}/live") as screen, pytest.raises(ConnectionClosed) as closed:
        screen.recv(timeout=HANG_S)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_every_account_signs_in_and_begins_where_it_may_be(demo: Demo) -> None:
    assert {role: Visitor(demo).sign_in(role) for role in Role} == FIRST_PAGE


@pytest.mark.browser
def test_the_wall_shows_the_floor_that_the_api_tells(demo: Demo, wall: Page, context: BrowserContext) -> None:
    wall.wait_for_selector('.screen[data-drawn="yes"]', timeout=HANG_MS)
    drawn = f"() => ({DRAWN})().length >= {AGENTS * 0.8}"
    wall.wait_for_function(drawn)
    assert wall.locator("[data-count]").count() == 9
    names = wall.evaluate("() => [...floorwatch.floor.lists.get('agents').rows.values()].map(row => row.name)")
    told = context.request.get(f"http://127.0.0.1:{demo.port + 1}/api/v1/agents").json()
    assert set(names) <= {agent["name"] for agent in told["agents"]}
    assert len(names) >= AGENTS * 0.8
    assert set(wall.evaluate(DRAWN)) <= {agent["id"] for agent in told["agents"]}
    assert wall.evaluate("() => floorwatch.floor.values.get('agent_states').staffed") == len(names)


@pytest.mark.browser
@pytest.mark.usefixtures("wall")
def test_the_desk_lists_every_agent(demo: Demo, context: BrowserContext) -> None:
    """In the same browser, where the wall's visitor has signed in."""
    desk = context.new_page()
    desk.goto(f"{demo.address}/floor/?lang=en")
    everybody = f"() => document.querySelector('.count')?.textContent === '{AGENTS} agents'"
    desk.wait_for_function(everybody, timeout=HANG_MS)
    desk.wait_for_selector(".ag-center-cols-container .ag-cell.state")
    desk.close()


@pytest.mark.browser
@pytest.mark.parametrize("victim", ["collect", "history", "live", "gunicorn", "valkey", "simulate"])
def test_the_wall_is_live_again_without_a_reload(demo: Demo, wall: Page, victim: str) -> None:
    before = demo.children
    os.kill(before[victim], signal.SIGKILL)
    killed_at = not_live_at = time.monotonic()
    until(lambda: demo.children.get(victim) not in {None, before[victim]}, HANG_S, f"{victim} runs again")
    while (now := time.monotonic()) - not_live_at < HOLDS_S and now - killed_at < WITHIN_S + HOLDS_S:
        if wall.query_selector(LIVE) is None:
            not_live_at = now
        time.sleep(0.05)
    assert wall.query_selector(LIVE) is not None
    assert not_live_at - killed_at <= WITHIN_S
    assert wall.evaluate("window.loaded_once") is True


def test_a_taken_port_is_told(demo: Demo) -> None:
    done = subprocess.run(
        [*COMMAND, "demo", "--port", str(demo.port)], capture_output=True, text=True, timeout=HANG_S, check=False
    )
    assert done.returncode == 2
    assert f"port {demo.port} is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_started_again_on_its_folder_it_knows_the_same_people(demo: Demo) -> None:
    before = json.loads((demo.data / "accounts.json").read_text(encoding="utf-8"))
    demo.stop()
    demo.start()
    assert json.loads((demo.data / "accounts.json").read_text(encoding="utf-8")) == before
    assert all(row["password"] in demo.heard for row in before)
    assert {role: Visitor(demo).sign_in(role) for role in Role} == FIRST_PAGE
