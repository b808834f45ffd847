"""A wall stays open for weeks: what an update leaves behind adds up. The long run (100,000 updates) is `bench.browser_memory`."""

from __future__ import annotations

import statistics

import pytest
from playwright.sync_api import CDPSession, Page

from tests.ui.conftest import Open, Scripted
from tests.ui.gateway_script import ScriptedGateway

pytestmark = pytest.mark.browser

WARM_UP = 2_000
UPDATES = 6_000
BURST = 1_000
MOST_GROWTH = 0.05


def _update(page: Page, gateway: ScriptedGateway, count: int) -> None:
    for _ in range(count // BURST):
        gateway.burst([gateway.floor.step() for _ in range(BURST)])
        drawn = "seq => document.querySelector('.screen').dataset.seq === String(seq)"
        page.wait_for_function(drawn, arg=gateway.seq, timeout=60_000)


def _look(page: Page, session: CDPSession) -> tuple[float, int]:
    """Heap in bytes and DOM nodes, after garbage collection."""
    heaps, nodes = [], 0
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(200)
        heaps.append(float(session.send("Runtime.getHeapUsage")["usedSize"]))
        nodes = int(session.send("Memory.getDOMCounters")["nodes"])
    return statistics.median(heaps), nodes


def test_updates_leave_neither_heap_nor_nodes_behind(scripted: Scripted, open_page: Open) -> None:
    """100 bytes kept per update would be 9 % here."""
    with scripted("ordinary") as gateway:
        page = open_page("/wall/")
        session = page.context.new_cdp_session(page)
        _update(page, gateway, WARM_UP)
        heap_before, nodes_before = _look(page, session)
        _update(page, gateway, UPDATES)
        heap_after, nodes_after = _look(page, session)
    assert nodes_after <= nodes_before
    assert heap_after <= heap_before * (1 + MOST_GROWTH), f"{heap_before / 1e6:.2f} → {heap_after / 1e6:.2f} MB"
