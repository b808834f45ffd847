"""A wall in Chromium and what it keeps of the updates that it has drawn: heap and DOM nodes, for the test and the long bench.

Every update is a frame of its own, drawn before the next ones are sent. Between bursts the page turns, so that every tile is drawn
again and again, and an announcement comes, ends, and leaves the screen.
"""

from __future__ import annotations

import statistics
from typing import Final, NamedTuple

from playwright.sync_api import Page

from tests.ui.gateway_script import ScriptedGateway

BOARD: Final = "every-tile"
BURST: Final = 500
LOOKS: Final = 3
ANNOUNCED_MS: Final = 1_500
FORMS: Final = ("ticker", "banner")


class Kept(NamedTuple):
    """After garbage collection. `nodes`: all that live, in the document or not: canvases too."""

    heap_mb: float
    nodes: int


class Watched:
    """One page of `BOARD`, and the gateway that moves it."""

    def __init__(self, page: Page, gateway: ScriptedGateway) -> None:
        self.page = page
        self.gateway = gateway
        self._session = page.context.new_cdp_session(page)
        self._bursts = 0

    def update(self, count: int) -> None:
        """So many patches, all drawn."""
        for _ in range(count // BURST):
            self._announce()
            self.gateway.burst([self.gateway.floor.step() for _ in range(BURST)])
            drawn = "seq => document.querySelector('.screen').dataset.seq === String(seq)"
            self.page.wait_for_function(drawn, arg=self.gateway.seq, timeout=120_000)
            self.page.keyboard.press("ArrowRight")

    def look(self) -> Kept:
        """What is kept, with nothing announced, on both pages."""
        self.gateway.announce()
        for _ in range(2):
            self.page.keyboard.press("ArrowRight")
            self.page.wait_for_timeout(300)
        heaps, nodes = [], 0
        for _ in range(LOOKS):
            self._session.send("HeapProfiler.collectGarbage")
            self.page.wait_for_timeout(200)
            heaps.append(self._session.send("Runtime.getHeapUsage")["usedSize"] / 1e6)
            nodes = int(self._session.send("Memory.getDOMCounters")["nodes"])
        return Kept(statistics.median(heaps), nodes)

    def _announce(self) -> None:
        """Another one each time; the one before ends by itself or is withdrawn."""
        self._bursts += 1
        form = FORMS[self._bursts % len(FORMS)]
        until = self.gateway.floor.now_ms() + ANNOUNCED_MS
        told = {"id": f"a{self._bursts}", "form": form, "text": f"第 {self._bursts} 次通知", "priority": "high"}
        self.gateway.announce({**told, "until": until, "seconds": 5})
