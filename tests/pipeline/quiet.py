"""A floor on which nothing happens is live, not stale: aliveness comes from pings, not from calls.

Twelve seconds here; `QUIET_S=600` in the environment makes it ten minutes. tests/screens/test_desk_and_tv tells it on the site that it
has started.
"""

from __future__ import annotations

import os
import time

from playwright.sync_api import Browser

from dashboard.access.cookies import cookie_name
from dashboard.access.permissions import Role
from tests.patience import HANG_MS
from tests.pipeline.site import Site

QUIET_S = float(os.environ.get("QUIET_S", "12"))
HELD_UP_S = 4.0
"""Longer is not the machine, which may hold a ping or the page up for a moment."""
AGES = """() => [...document.querySelectorAll('.tile')].map(tile => tile.closest('[data-age]')?.dataset.age ?? 'unknown')"""
"""The age of the data as each tile of the wall shows it."""


def start_idle_switch(here: Site) -> None:
    """Agents at work and nobody who calls, pauses or dials."""
    script = (
        "import asyncio\n"
        "from collectors.simulator import SimulatorConfig, run\n"
        f"asyncio.run(run(SimulatorConfig(agents=20, port={here.switch_port}, calls_per_hour=0.0001, warm_up_s=0,\n"
        "    own_calls_per_hour=0, pauses_per_hour=0)))\n"
    )
    here.username = here.secret = "floorwatch"
    here.run_python("switch", script)


def stays_live(browser: Browser, here: Site) -> None:
    """The wall of a running site with such a switch, with its pages, for `QUIET_S`."""
    address = f"http://127.0.0.1:{here.web_port}"
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    name, session = cookie_name("session", is_secure=False), here.keys.cookie(Role.MANAGER)
    context.add_cookies([{"name": name, "value": session, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/wall?lang=en")
    page.wait_for_selector(".age_lamp.is-live", timeout=HANG_MS)
    page.wait_for_selector('.screen[data-drawn="yes"]', timeout=HANG_MS)
    assert len(page.evaluate(AGES)) >= 8
    offered = here.get("/api/v1/floor")["metrics"]["offered"]["value"]
    live_at = time.monotonic()
    end = live_at + QUIET_S
    while time.monotonic() < end or live_at < end:
        if page.query_selector(".age_lamp.is-live") is not None and set(page.evaluate(AGES)) == {"live"}:
            live_at = time.monotonic()
        assert time.monotonic() - live_at < HELD_UP_S, page.evaluate(AGES)
        time.sleep(0.25)
    assert here.get("/api/v1/floor")["metrics"]["offered"]["value"] == offered
    context.close()
