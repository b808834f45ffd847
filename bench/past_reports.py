"""What reading ten million calls costs: every report over a month, and what the manager's first page asks, on each database.

`python -m bench.past_reports URL [URL …]` on databases of `bench.past_floor`; it only reads. Wall time and processor time, of this
process and (on PostgreSQL, without parallel workers) of its server process: on a shared machine the second says more.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, event, func, select

from dashboard.access.actor import Actor, Grant
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.reports import Archive
from dashboard.reports.catalogue import CATALOGUE
from dashboard.reports.period import Calendar
from dashboard.reports.question import Question
from dashboard.store import open_store
from dashboard.store.schema import queue_intervals, visits

RESULT: Final = Path(__file__).parent / "results" / "past_reports.json"
MONTH_S: Final = {"postgresql": 2.0, "sqlite": 5.0}
TODAY_S: Final = 1.0
RUNS: Final = 3
MONTH_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Clocks:
    """Seconds so far: on the wall, of the processor."""

    wall_s: float
    cpu_s: float


class Reading:
    """One database, asked as of the evening of the last whole day in it."""

    def __init__(self, url: str, site: str) -> None:
        self.engine: Engine = open_store(url, is_patient=True)
        self.kind = self.engine.dialect.name
        self.server = 0
        if self.kind == "postgresql":
            event.listen(self.engine, "connect", _alone)
        with self.engine.connect() as connection:
            if self.kind == "postgresql":
                self.server = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            last_ms = connection.execute(select(func.max(queue_intervals.c.start_ms))).scalar_one()
            self.rows = int(connection.execute(select(func.max(visits.c.id))).scalar_one())
        self.last = Calendar().today(int(last_ms)) - timedelta(days=1)
        evening_ms = Calendar().day(self.last).end_ms - 4 * 3_600_000
        self.archive = Archive(self.engine, site, lambda: evening_ms)

    def clocks(self) -> Clocks:
        """Now."""
        cpu_s = time.process_time()
        if self.server:
            fields = Path(f"/proc/{self.server}/stat").read_text().rpartition(")")[2].split()
            cpu_s += (int(fields[11]) + int(fields[12])) / 100
        return Clocks(time.perf_counter(), cpu_s)


def _alone(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    connection.commit()


def _actor(scope: Scope = EVERYTHING) -> Actor:
    return Actor("person", "m", "M", (Grant.of("manager", scope),), account_id="m")


def cases(reading: Reading) -> Iterator[tuple[str, float, Callable[[], object]]]:
    """Name, target in seconds, and what is asked."""
    archive, last = reading.archive, reading.last
    first = last - timedelta(days=MONTH_DAYS - 1)
    known = archive.reports.choices(_actor(), "en")
    some = _actor(Scope(frozenset(known.queues[:3]), frozenset(known.teams[:3])))
    month_s = MONTH_S[reading.kind]

    def asked(actor: Actor, report: str, since: date = first, **fields: Any) -> Callable[[], object]:
        return lambda: archive.reports.run(actor, Question(report, since, last, **fields))

    for report in CATALOGUE:
        yield f"a month: {report}", month_s, asked(_actor(), report)
    yield "a month: queues, each by day", month_s, asked(_actor(), "queues", each="queue")
    yield "a month: agents by day", month_s, asked(_actor(), "agents", step="day")
    for report in ("queues", "agents", "missed", "abandoned", "flow"):
        yield f"a month: {report}, three queues and three teams", month_s, asked(some, report)
    figures = ("offered", "answered", "abandoned", "service_level")
    yield "today: queues", TODAY_S, asked(_actor(), "queues", last, step="total", each="queue")
    yield "today: half-hours", TODAY_S, asked(_actor(), "queues", last, step="interval")
    yield "today: agents", TODAY_S, asked(_actor(), "agents", last)
    yield "today: usual", TODAY_S, lambda: archive.usuals.of_day(_actor(), figures, last)
    yield "today: callers to call back", TODAY_S, lambda: archive.callbacks.listed(_actor(), last)
    yield "today: missed offers", TODAY_S, asked(_actor(), "missed", last)


def measured(reading: Reading) -> Iterator[dict[str, object]]:
    """The quickest of some runs of each case: others share the machine."""
    for name, target_s, ask in cases(reading):
        spent: list[Clocks] = []
        for _ in range(RUNS):
            before = reading.clocks()
            ask()
            after = reading.clocks()
            spent.append(Clocks(after.wall_s - before.wall_s, after.cpu_s - before.cpu_s))
        wall_s, cpu_s = min(one.wall_s for one in spent), min(one.cpu_s for one in spent)
        print(
            f"{reading.kind:10} {name:52} {wall_s:6.2f} s, processor {cpu_s:5.2f} s (target {target_s:g})", flush=True
        )
        yield {
            "name": f"{reading.kind}, {name}", "value": round(wall_s, 3), "unit": "s", "target": f"≤ {target_s:g}",
            "processor_s": round(cpu_s, 3),
        }  # fmt: skip


def run(urls: list[str], site: str) -> None:
    """Measures, and keeps the figures."""
    figures: list[dict[str, object]] = []
    rows = 0
    for url in urls:
        reading = Reading(url, site)
        rows = reading.rows
        figures += measured(reading)
        reading.engine.dispose()
    machine = f"2 cores, Python {platform.python_version()}, {rows:,} visits; other work on the machine"
    RESULT.write_text(json.dumps({"machine": machine, "figures": figures}, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bench.past_reports", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("urls", nargs="+", metavar="URL")
    parser.add_argument("--site", default="main")
    given = parser.parse_args()
    run(given.urls, given.site)
