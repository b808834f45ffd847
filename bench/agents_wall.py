"""500 people on one wall, 10 changes a second, on a processor as slow as a TV's: frames a second, and how busy the main thread is.

The shipped board `agents-500` in Chromium, from pages and a gateway that speak as installed ones do; DevTools' protocol makes the
processor six times slower. Frames are counted by requestAnimationFrame, which keeps the page drawing sixty times a second even when
nothing has changed: so how busy the thread is, is measured before the counting begins. It is Chromium's own sum of its tasks in
processor time: what the slowing down adds is in it, what other processes take is not. Peer, in the same run and the same page: a
person as elements of the page, as walls had it for up to 240 people (agents_dom.js).
Ends with 1 if a target is missed.
"""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, CDPSession, Page, Route, sync_playwright

from bench.pages import Pages, pages
from tests.chromium import CHROMIUM_FLAGS, chromium_path
from tests.ui.gateway_script import scripted_gateway

HERE = Path(__file__).parent
RESULT = HERE / "results" / "agents_wall.json"
PEOPLE = 500
CHANGES_PER_S = 10
SLOWER = 6
SETTLE_MS = 4_000
WINDOW_MS = 10_000
RUNS = 2
LEAST_FRAMES, MOST_BUSY = 30, 40
COUNT = """() => { window.bench_frames = []; const note = (at) => { window.bench_frames.push(at); requestAnimationFrame(note); };
  requestAnimationFrame(note); }"""

Figure = dict[str, Any]


class Look(NamedTuple):
    """One run: frames a second, the 95th percentile of the time between two frames, the main thread's share of busy time, MB."""

    frames: float
    interval_p95_ms: float
    busy_percent: float
    heap_mb: float


@contextmanager
def wall(on: Pages, browser: Browser, *, is_peer: bool) -> Iterator[Page]:
    """The board with everybody drawn, on a slow processor."""
    context = on.visitor(browser)
    page = context.new_page()
    if is_peer:
        script = (HERE / "agents_dom.js").read_text(encoding="utf-8")
        page.route("**/assets/wall.js*", lambda route: _with(route, script))
    page.goto(f"{on.address}/wall/?board=agents-{PEOPLE}")
    page.wait_for_selector('.screen[data-drawn="yes"]')
    if is_peer:
        page.add_style_tag(content=(HERE / "agents_dom.css").read_text(encoding="utf-8"))
    drawn = page.locator(".person:visible").count() if is_peer else len(page.evaluate(CELLS))
    assert drawn == PEOPLE, f"{drawn} people are drawn"
    try:
        yield page
    finally:
        context.close()


def _with(route: Route, script: str) -> None:
    """The page's scripts, and one more that takes the place of one of them."""
    given = route.fetch()
    route.fulfill(response=given, body=f"{given.text()}\n{script}")


CELLS = "[...new Set(document.querySelector('.agents canvas').texts().map(one => one.cell.id))]"


def look(page: Page) -> Look:
    """Two windows of time: the wall as it is left alone, then with its frames counted."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.wait_for_timeout(SETTLE_MS)
    before = _metrics(session)
    page.wait_for_timeout(WINDOW_MS)
    after = _metrics(session)
    page.evaluate(COUNT)
    page.wait_for_timeout(WINDOW_MS)
    frames: list[float] = page.evaluate("window.bench_frames")
    between = sorted(b - a for a, b in pairwise(frames))
    took_s = after["Timestamp"] - before["Timestamp"]
    return Look(
        frames=len(frames) / ((frames[-1] - frames[0]) / 1000),
        interval_p95_ms=between[int(len(between) * 0.95)],
        busy_percent=(after["TaskDuration"] - before["TaskDuration"]) / took_s * 100,
        heap_mb=after["JSHeapUsedSize"] / 1e6,
    )


def _metrics(session: CDPSession) -> dict[str, float]:
    return {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}


def measure() -> dict[str, list[Look]]:
    """The canvas and the peer in turns."""
    found: dict[str, list[Look]] = {"canvas": [], "peer": []}
    with (
        scripted_gateway("crowd", every_s=1 / CHANGES_PER_S) as gateway,
        pages(gateway.port) as on,
        sync_playwright() as playwright,
    ):
        path = chromium_path() or playwright.chromium.executable_path
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        for _ in range(RUNS):
            for name, runs in found.items():
                with wall(on, browser, is_peer=name == "peer") as page:
                    runs.append(look(page))
                print(name, runs[-1], flush=True)
        browser.close()
    return found


def figures(found: dict[str, list[Look]]) -> list[Figure]:
    """Medians of the runs, beside the peer's."""
    middle = {name: Look(*map(statistics.median, zip(*runs, strict=True))) for name, runs in found.items()}
    ours, peer = middle["canvas"], middle["peer"]
    what = f"{PEOPLE} people, {CHANGES_PER_S} changes/s, processor {SLOWER} times slower"
    rows = (
        ("frames", f"frames a second, {what}", "frames/s", LEAST_FRAMES),
        ("interval_p95_ms", "time between two frames, p95", "ms", None),
        ("busy_percent", "main thread busy", "%", MOST_BUSY),
        ("heap_mb", "heap", "MB", None),
    )
    return [
        {
            "name": name,
            "value": round(getattr(ours, field), 1),
            "unit": unit,
            **({"target": target} if target is not None else {}),
            "peer": f"{getattr(peer, field):.1f} {unit}, elements of the page",
            "runs": [round(getattr(run, field), 1) for run in found["canvas"]],
        }
        for field, name, unit, target in rows
    ]


def main() -> None:
    load = os.getloadavg()[0]
    rows = figures(measure())
    RESULT.write_text(
        json.dumps({"machine": f"2 cores, load {load:.1f} before", "figures": rows}, ensure_ascii=False, indent=1)
        + "\n"
    )
    for row in rows:
        print(f"{row['name']}: {row['value']} {row['unit']} (peer {row['peer']})")
    frames, busy = rows[0]["value"], rows[2]["value"]
    if frames < LEAST_FRAMES or busy >= MOST_BUSY:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
