"""What looking again costs: two thousand paired screens and five hundred desks, on the bundled Valkey and SQLite.

Figures: processor time of one look (in its thread, all of it), the share of a core that looking every 30 s takes, and what a
change for everybody does: how long until the last one was looked at, and how long the loop that draws the screens stood still.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from collectors.stream.embedded import EmbeddedValkey
from dashboard.access.accounts import RoleGiven
from dashboard.access.actor import system
from dashboard.access.audit import Audit
from dashboard.access.audit_line import Target
from dashboard.access.keys import digest
from dashboard.access.scope import EVERYTHING, dump
from dashboard.access.screen_record import ScreenRecord
from dashboard.live.admission import Admission
from dashboard.live.rechecks import EVERY_S, Rechecks
from dashboard.live.screens import Screen
from dashboard.live.visitor import Visitor
from dashboard.pages.services import Services
from dashboard.settings import Settings
from dashboard.store import upgrade
from dashboard.store.schema import screens

RESULT = Path(__file__).parent / "results" / "rechecks.json"
SCREENS = 2_000
DESKS = 500
RUNS = 5
HERE = system("bench")
ADDRESS = "127.0.0.1"
Figure = dict[str, Any]


class NoSocket:
    """A connection that nobody looks at."""

    def waiting_bytes(self) -> int:
        return 0

    def end(self, code: int, reason: str) -> None:
        del code, reason

    def cut(self) -> None:
        """Nothing is open."""


def paired(services: Services) -> list[Visitor]:
    """Screens with their rows and copies, as pairing leaves them."""
    rows, visitors = [], []
    for number in range(SCREENS):
        record = ScreenRecord(f"{number:016x}", f"TV {number}", "default", dump(EVERYTHING), "zh-CN", "dark")
        token_hash = digest(str(number))
        services.doorkeeper.screens.put(token_hash, record)
        visitors.append(Visitor(record.actor(ADDRESS, token_hash)))
        rows.append(
            {
                "id": record.id, "site": "bench", "name": record.name, "board": record.board, "scope": record.scope,
                "lang": record.lang, "theme": record.theme, "token_hash": token_hash, "is_blank": False,
                "paired_by": "bench", "paired_at_ms": 0,
            }
        )  # fmt: skip
    audit: Audit = services.audit
    with audit.writing() as connection:
        connection.execute(screens.insert(), rows)
        audit.append(connection, HERE, "screen.paired", Target("screen"))
    return visitors


def signed_in(services: Services) -> list[Visitor]:
    """Desks with a session each."""
    visitors = []
    for number in range(DESKS):
        account = services.accounts.create(HERE, f"desk-{number}", f"Desk {number}", roles=[RoleGiven("supervisor")])
        cookie = services.sessions.begin(account, ADDRESS, "bench", second_factor="totp")
        actor = services.doorkeeper.by_session(cookie, ADDRESS)
        assert actor is not None
        visitors.append(Visitor(actor))
    return visitors


async def cost_us(admission: Admission, visitors: list[Visitor]) -> float:
    """Processor time of one look."""
    began = time.process_time_ns()
    for first in range(0, len(visitors), 50):
        answers = await admission.again(visitors[first : first + 50], at_once=False)
        assert all(isinstance(answer, Visitor) for answer in answers)
    return (time.process_time_ns() - began) / 1000 / len(visitors)


async def everybody(admission: Admission, visitors: list[Visitor]) -> tuple[float, float]:
    """Seconds until the last was looked at; the longest time in ms for which the loop stood still."""
    looked, expected = 0, len(visitors)
    done = asyncio.Event()

    async def again(visitors: Sequence[Visitor], *, at_once: bool) -> list[Visitor | Exception | None]:
        nonlocal looked
        answers = await admission.again(visitors, at_once=at_once)
        looked += len(visitors)
        if looked >= expected:
            done.set()
        return answers

    rechecks = Rechecks(again, lambda _screen, _visitor: None)
    for visitor in visitors:
        rechecks.add(Screen(NoSocket(), visitor, 0.0), visitor, 0)
    stalls: list[float] = []
    watching = asyncio.ensure_future(watch(stalls))
    running = asyncio.ensure_future(rechecks.run())
    await asyncio.sleep(0.2)
    began = time.perf_counter()
    rechecks.everybody()
    await done.wait()
    took = time.perf_counter() - began
    for task in (watching, running):
        task.cancel()
    return took, max(stalls) * 1000


async def watch(stalls: list[float]) -> None:
    """How much later than asked the loop wakes us."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        stalls.append(time.perf_counter() - before - 0.005)


async def measure() -> list[Figure]:
    """All figures, on a site of their own."""
    with tempfile.TemporaryDirectory() as folder:
        valkey = EmbeddedValkey(Path(folder))
        await valkey.start()
        services = Services.of(Settings(site="bench", data=Path(folder)))
        try:
            upgrade(services.engine)
            tvs, desks = paired(services), signed_in(services)
            admission = Admission(services.doorkeeper)
            await cost_us(admission, [*tvs[:100], *desks[:100]])
            of_tvs = [await cost_us(admission, tvs) for _ in range(RUNS)]
            of_desks = [await cost_us(admission, desks) for _ in range(RUNS)]
            rounds = [await everybody(admission, tvs) for _ in range(RUNS)]
            await admission.close()
        finally:
            services.close()
            valkey.stop()
    share = [cost * SCREENS / EVERY_S / 1e6 * 100 for cost in of_tvs]
    return [
        {"name": "looking at a paired screen again", **spread(of_tvs, "µs")},
        {"name": "looking at a desk's session again", **spread(of_desks, "µs")},
        {"name": f"{SCREENS} screens every {EVERY_S:.0f} s", **spread(share, "% of a core"), "target": 10},
        {"name": f"a change for all {SCREENS} at once: until the last", **spread([took for took, _ in rounds], "s")},
        {"name": "meanwhile, longest stand-still of the loop", **spread([stall for _, stall in rounds], "ms")},
    ]


def spread(values: list[float], unit: str) -> Figure:
    """The median of several runs, and all of them."""
    return {"value": round(statistics.median(values), 2), "unit": unit, "runs": [round(value, 2) for value in values]}


def main() -> None:
    figures = asyncio.run(measure())
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    RESULT.write_text(json.dumps({"machine": machine, "figures": figures}, ensure_ascii=False, indent=2) + "\n")
    for figure in figures:
        print(f"{figure['name']}: {figure['value']} {figure['unit']} {figure['runs']}")


if __name__ == "__main__":
    main()
