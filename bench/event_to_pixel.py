"""How long an event takes to the pixels of a wall: 1,000 agents, some 300 events/s, 20 distinct views, 20 and 200 screens.

The clock starts when the collector has read the event's bytes from the switch (`at_ms`) and stops when Chromium has painted the
first frame whose position in the stream is at or past the event's. In between is the product as it is installed: collector,
Valkey, gateway, websocket, page. Only events that a wall shows count, no signs of life. Peer, in the same run: the same board as
a Dash app with a `dcc.Interval` of 1 s, on the same live API.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from bench.chain import ROOT, SITE, Chain, Load, chain
from collectors import events as e
from collectors.events import Entry
from collectors.stream import Reader, connect
from collectors.stream.embedded import socket_path
from dashboard.access.cookies import cookie_name
from dashboard.access.permissions import Role
from dashboard.live.positions import place
from tests.chromium import CHROMIUM_FLAGS, chromium_path
from tests.pipeline.site import until
from tests.ports import free_ports
from tests.ui.conftest import WALL_SIZE

RESULT = Path(__file__).parent / "results" / "event_to_pixel.json"
PROBE = (Path(__file__).parent / "page_probe.js").read_text(encoding="utf-8")
LOAD = Load(agents=1000, queues=20, calls_per_hour=118_000, talk_mean_s=14, wrap_up_s=2)
VIEWS = 20
TARGET_P99_MS = {20: 100, 200: 150}
RUNS = 3
SETTLE_S = 4.0
WINDOW_S = 12.0
LAST_PIXEL_S = 3.0
SHOWN = (
    e.QueueEntered, e.OfferStarted, e.OfferEnded, e.Answered, e.Held, e.Resumed, e.HandlingEnded, e.QueueAbandoned,
    e.QueueLeft, e.MemberPaused, e.MemberResumed, e.MembershipAdded, e.MembershipRemoved, e.OwnCallStarted,
    e.OwnCallConnected, e.OwnCallEnded,
)  # fmt: skip
"""Events that change a number, a state or a list of the wall."""

Painted = tuple[str, int, int, int]
Figure = dict[str, Any]


class Latency(NamedTuple):
    """One event's way, in ms: to the stream, to the gateway's frame, to the browser, to the pixels, and all of it."""

    stream: int
    frame: int
    arrival: int
    paint: int
    whole: int


class Window(NamedTuple):
    """What a page painted between two moments of the stream."""

    begin: str
    end: str
    painted: list[Painted]


# -- the join ----------------------------------------------------------------------------------------------------------


def latencies(entries: list[tuple[str, Entry]], painted: list[Painted]) -> list[Latency]:
    """Each shown event with the first paint at or past it. Fails if one never came to be seen."""
    reached = list(accumulate((place(position) for position, *_ in painted), max))
    found = []
    for stream_id, entry in entries:
        first = bisect_left(reached, place(stream_id))
        assert first < len(painted), f"{stream_id} was never painted"
        _, framed, arrived, done = painted[first]
        appended = place(stream_id)[0]
        steps = (appended - entry.at_ms, framed - appended, arrived - framed, done - arrived, done - entry.at_ms)
        found.append(Latency(*steps))
    return found


async def shown_entries(url: str, site: str, window: Window) -> tuple[list[tuple[str, Entry]], float]:
    """The events of a window that a wall shows, and how many of any kind came per second.

    What was found out afterwards from lists is left out: its time is not that of any bytes.
    """
    client = connect(url)
    reader = Reader(client, site)
    rows: list[tuple[str, Entry]] = []
    after = window.begin
    try:
        while place(after) < place(window.end):
            read = await reader.read(after)
            rows += [(stream_id, entry) for stream_id, entry in read if isinstance(entry, Entry)]
            after = read[-1][0]
    finally:
        await client.aclose()
    rows = [row for row in rows if place(row[0]) <= place(window.end)]
    events = sum(not isinstance(entry.event, e.SourceAlive) for _, entry in rows)
    took_s = (place(window.end)[0] - place(window.begin)[0]) / 1000
    seen_live = [row for row in rows if isinstance(row[1].event, SHOWN) and not row[1].backfilled]
    return seen_live, events / took_s


# -- the pages ---------------------------------------------------------------------------------------------------------


def watch(browser: Browser, address: str, has_drawn: str, session: str = "") -> Window:
    """Open a page, let it settle, and note its paints for `WINDOW_S`. `session`: the cookie of who is signed in."""
    context = browser.new_context(viewport={"width": WALL_SIZE[0], "height": WALL_SIZE[1]})
    context.add_init_script(PROBE)
    if session:
        name = cookie_name("session", is_secure=False)
        # For the gateway's path too, on its own port.
        context.add_cookies([{"name": name, "value": session, "domain": "127.0.0.1", "path": "/"}])
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(has_drawn, timeout=30_000)
    page.wait_for_timeout(SETTLE_S * 1000)
    begin = _last_position(page)
    page.wait_for_timeout(WINDOW_S * 1000)
    end = _last_position(page)
    page.wait_for_timeout(LAST_PIXEL_S * 1000)
    painted = [tuple(row) for row in page.evaluate("() => window.floorwatch_painted")]
    context.close()
    return Window(begin, end, painted)


def _last_position(page: Page) -> str:
    found: str = page.evaluate("() => window.floorwatch_painted.at(-1)[0]")
    return found


@contextmanager
def peer(on: Chain) -> Iterator[str]:
    """The Dash app on the same server and threads as our pages; its address."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "gunicorn", "bench.peer_interval:server", "-k", "gthread", "--threads", "4"]
    environment = {**os.environ, "PEER_LIVE_PORT": str(on.live_port), "PEER_TOKEN": on.token}
    with (on.folder / "peer.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--no-control-socket", "--bind", f"127.0.0.1:{port}"],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            until(lambda: on.status("/", port) == 200, 30, "the peer answers")
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait(10)


# -- results -----------------------------------------------------------------------------------------------------------


class Watched:
    """Windows by scenario, a list of runs each."""

    def __init__(self, on: Chain, browser: Browser) -> None:
        self.on = on
        self.browser = browser
        self.windows: dict[str, list[Window]] = {}
        self.session = on.keys.cookie(Role.MANAGER)

    def wall(self, screens: int) -> None:
        """One run of our wall beside `screens - 1` others, over all views."""
        boards = tuple(name for name in self.on.boards if name.startswith("wall-"))
        assert len(boards) == VIEWS - 1
        with self.on.screens(screens - 1, boards):
            page = f"http://127.0.0.1:{self.on.web_port}/wall/"
            self._keep(f"wall {screens}", watch(self.browser, page, '.screen[data-drawn="yes"]', self.session))

    def interval(self, address: str) -> None:
        """One run of the peer, alone before the gateway."""
        self._keep("peer", watch(self.browser, address, "#queues .ag-row"))

    def _keep(self, name: str, window: Window) -> None:
        self.windows.setdefault(name, []).append(window)
        print(f"{name}: {len(window.painted)} paints", flush=True)


class Measured:
    """Latencies by scenario, a list of runs each, and the events per second of every run."""

    def __init__(self) -> None:
        self.runs: dict[str, list[list[Latency]]] = {}
        self.rates: list[float] = []

    async def join(self, on: Chain, windows: dict[str, list[Window]]) -> None:
        """Read what was in the stream meanwhile."""
        for name, runs in windows.items():
            for window in runs:
                entries, rate = await shown_entries(f"unix://{socket_path(on.folder)}", SITE, window)
                self.runs.setdefault(name, []).append(latencies(entries, window.painted))
                self.rates.append(rate)

    def percentiles(self, name: str, percent: int, part: str = "whole") -> list[int]:
        """Of each run."""
        return [percentile([getattr(one, part) for one in run], percent) for run in self.runs[name]]


def percentile(values: list[int], percent: int) -> int:
    """The nearest-rank percentile."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def figures(measured: Measured) -> list[Figure]:
    rows: list[Figure] = []
    for screens, target in TARGET_P99_MS.items():
        for percent in (50, 99):
            values = measured.percentiles(f"wall {screens}", percent)
            peers = statistics.median(measured.percentiles("peer", percent))
            value = statistics.median(values)
            row = {
                "name": f"event to pixel, p{percent}, {screens} screens, {VIEWS} views, 1,000 agents",
                "value": value,
            }
            row |= {"unit": "ms", **({"target": target} if percent == 99 else {})}
            rows.append(
                row | {"peer": f"{peers} ms, dcc.Interval of 1 s", "ratio": round(peers / value, 1), "runs": values}
            )
        parts = {part: statistics.median(measured.percentiles(f"wall {screens}", 50, part)) for part in Latency._fields}
        for part, name in PARTS.items():
            rows.append({"name": f"of that, {name}, p50, {screens} screens", "value": parts[part], "unit": "ms"})
    rate = statistics.median(measured.rates)
    rows.append({"name": "events in the stream", "value": round(rate), "unit": "events/s", "runs": len(measured.rates)})
    return rows


PARTS = {
    "stream": "from the switch's bytes to the stream",
    "frame": "from the stream to the gateway's frame",
    "arrival": "from the frame to the page",
    "paint": "from the page to the pixels",
}


def measure() -> list[Figure]:
    measured = Measured()
    with chain(LOAD, VIEWS) as on, peer(on) as address:
        with sync_playwright() as playwright:
            path = chromium_path() or playwright.chromium.executable_path
            browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
            watched = Watched(on, browser)
            for _ in range(RUNS):
                for screens in TARGET_P99_MS:
                    watched.wall(screens)
                watched.interval(address)
            browser.close()
        asyncio.run(measured.join(on, watched.windows))
    return figures(measured)


def main() -> None:
    began = time.monotonic()
    load = os.getloadavg()[0]
    found = measure()
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(
        json.dumps({"machine": f"2 cores, load {load:.1f} before", "figures": found}, ensure_ascii=False, indent=1)
        + "\n"
    )
    for one in found:
        print(f"{one['name']}: {one['value']} {one['unit']} {one.get('peer', '')}")
    print(f"took {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
