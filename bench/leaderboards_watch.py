"""What leaderboards cost a historian: it looks each second whether there is something to celebrate, to freeze or to award.

5,000 agents, 20 schemes with the badges and goals of the shipped ones, 300 events/s; the database is SQLite. The share of a core is
processor time of this process during the looks. Peer, in the same run: a look that knows nothing of the one before.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import statistics
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
from sqlalchemy import Engine, insert

from bench.leaderboards import AGENTS, EVENTS_PER_S, SCHEMES, Busy, shelf
from dashboard.leaderboards.standings.counting import Counting
from dashboard.leaderboards.stored import dumped
from dashboard.leaderboards.templates import TEMPLATES
from dashboard.leaderboards.watch import Watch
from dashboard.store import open_store, upgrade
from dashboard.store.engine import writing
from dashboard.store.schema import leaderboards

RESULT: Final = Path(__file__).parent / "results" / "leaderboards_watch.json"
SITE: Final = "main"
SECONDS: Final = 60
ANEW: Final = 3
MOST_LOOKS: Final = 200
"""In which everybody is counted once."""


def put_shelf(engine: Engine) -> None:
    """The twenty leaderboards, as they are stored."""
    shipped = list(TEMPLATES.values())
    with writing(engine) as connection:
        for n, known in enumerate(shelf().known):
            one = shipped[n % len(shipped)]
            document = msgspec.structs.replace(known.document, badges=one.badges, celebrations=one.celebrations)
            row = {
                "id": known.id,
                "site": SITE,
                "name": known.id,
                "scope": '{"all":true}',
                "document": dumped(document),
            }
            more = {"version": 1, "is_on": True, "since_ms": 0, "changed_by": "bench", "changed_at_ms": 1}
            connection.execute(insert(leaderboards).values(**row, **more))


def watch_of(engine: Engine, busy: Busy) -> Watch:
    """A historian's, whose clock is the floor's."""

    async def told() -> None:
        """Nobody listens."""

    count = Counting(engine, SITE).count
    return Watch(engine, SITE, lambda: busy.floor, count, told, now_ms=lambda: busy.floor.stream_ms)


async def looks(watch: Watch, busy: Busy, seconds: int) -> AsyncIterator[float]:
    """Processor time (s) of each second's look."""
    for _ in range(seconds):
        watch.folded(busy.go_on(EVENTS_PER_S), busy.floor)
        began = time.process_time()
        await watch.look()
        yield time.process_time() - began


async def filled(watch: Watch, busy: Busy) -> float:
    """Looks until everybody was counted; what that took (s)."""
    spent_s, quiet = 0.0, 0
    async for one_s in looks(watch, busy, MOST_LOOKS):
        spent_s += one_s
        quiet = quiet + 1 if one_s < 0.2 else 0
        if quiet == 5:
            return spent_s
    raise AssertionError(f"nobody is done after {MOST_LOOKS} looks")


async def measured(engine: Engine) -> tuple[list[float], list[float]]:
    """Per cent of a core in each of some seconds; and what it took to count everybody anew (s)."""
    busy = Busy()
    watch = watch_of(engine, busy)
    anew = [await filled(watch, busy)]
    per_cent = [100 * one_s async for one_s in looks(watch, busy, SECONDS)]
    anew += [await filled(watch_of(engine, busy), busy) for _ in range(ANEW - 1)]
    return per_cent, anew


def main() -> None:
    """Measures, and keeps the figures."""
    with TemporaryDirectory(prefix="floorwatch-bench-") as folder:
        engine = open_store(f"sqlite:///{folder}/watch.sqlite")
        upgrade(engine)
        put_shelf(engine)
        load = os.getloadavg()[0]
        per_cent, anew = asyncio.run(measured(engine))
        engine.dispose()
    share, whole_s = statistics.mean(per_cent), statistics.median(anew)
    figures = [
        {
            "name": f"historian's looks, share of a core: {AGENTS:,} agents, {SCHEMES} schemes, {EVENTS_PER_S} events/s",
            "value": round(share, 1), "unit": "%", "runs": tenths(per_cent),
            "peer": f"{100 * whole_s:.0f} % with everybody counted anew each second", "ratio": round(100 * whole_s / share),
        },
    ]  # fmt: skip
    machine = f"2 cores, load {load:.1f} before, Python {platform.python_version()}"
    RESULT.write_text(json.dumps({"machine": machine, "figures": figures}, indent=2, ensure_ascii=False) + "\n")
    for one in figures:
        print(f"{one['name']:90} {one['value']} {one['unit']}; {one['peer']}", flush=True)


def tenths(values: Iterable[float]) -> list[float]:
    """As they are written down."""
    return [round(one, 1) for one in values]


if __name__ == "__main__":
    main()
