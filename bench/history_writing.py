"""What history costs: the processor time of writing 300 events/s of 5,000 agents, every two seconds as the historian does, and what a
floor that nobody records pays for the possibility. No peer: no other product writes this from a stream."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from bench.fold import EVENTS, Traffic, figure, fold_all, folded, seconds, take
from collectors import events as e
from collectors.stream import START
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor
from dashboard.history.numbers import Numbers
from dashboard.history.recording import Recording
from dashboard.history.writing import Batch, HistoryTables
from dashboard.store import open_store, upgrade
from tests import postgres_server

RESULT = Path(__file__).parent / "results" / "history_writing.json"
AGENTS = 5_000
EVENTS_PER_S = 300
EVERY_S = 2
WARM_S = 60
MEASURED_S = 60
RUNS = 5


def busy_floor() -> tuple[Floor, Iterator[e.Entry]]:
    """A floor in the middle of its day, and what goes on there."""
    traffic = Traffic(AGENTS)
    traffic.step_ms = 1_000 // (EVENTS_PER_S // 10) // 10
    floor = Floor("bench")
    for entry in traffic.start():
        fold(floor, entry)
    return floor, traffic.events()


@contextmanager
def databases() -> Iterator[list[tuple[str, Engine]]]:
    """An empty SQLite, and a PostgreSQL where there is one."""
    with tempfile.TemporaryDirectory() as folder:
        opened = [("SQLite", open_store(f"sqlite:///{folder}/floor.sqlite"))]
        if not postgres_server.reason_for_none():
            server = postgres_server.shared()
            opened.append(("PostgreSQL", open_store(server.url(server.make()))))
        try:
            for _, engine in opened:
                upgrade(engine)
            yield opened
        finally:
            for _, engine in opened:
                engine.dispose()


def cost(engine: Engine) -> tuple[float, float, float, int]:
    """Of one core, in per cent: folding alone, folding with recording and writing; the longest writing, ms; rows written."""
    floor, entries = busy_floor()
    tables = HistoryTables(engine, "bench", Numbers(b"k" * 32))
    recording, from_id, n = Recording(floor), START, 0
    alone, whole, longest_ms, spent = 0.0, 0.0, 0.0, 0.0
    for second in range(0, WARM_S + MEASURED_S, EVERY_S):
        batch = list(islice(entries, EVENTS_PER_S * EVERY_S))
        begun = time.process_time()
        for entry in batch:
            n += 1
            fold(floor, entry, f"{n}-0")
        folded_s = time.process_time() - begun
        to_id = f"{n}-0"
        wall = time.perf_counter()
        tables.write(Batch(from_id, to_id, floor.stream_ms, recording.take()))
        wall = time.perf_counter() - wall
        spent, from_id = time.process_time() - begun, to_id
        if second % 20 == 0:
            _look_at_itself(engine)
        if second >= WARM_S:
            alone, whole, longest_ms = alone + folded_s, whole + spent, max(longest_ms, 1000 * wall)
    return 100 * alone / MEASURED_S, 100 * whole / MEASURED_S, longest_ms, tables.rows_written.total()


def _look_at_itself(engine: Engine) -> None:
    """What PostgreSQL does by itself once a minute, and the tests' server does not: without it, it plans as for empty tables."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))


def unrecorded() -> list[float]:
    """Ordinary events per second that a floor folds without a recorder."""
    floor, entries = folded(Traffic(1000), 50_000)
    return [
        EVENTS / seconds(lambda batch=batch: fold_all(floor, batch))  # type: ignore[misc]
        for batch in (take(entries, EVENTS) for _ in range(RUNS))
    ]


def size_mb(engine: Engine) -> float:
    """Of the history tables on SQLite, all told."""
    with engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        return float(pages) * float(connection.execute(text("PRAGMA page_size")).scalar_one()) / 1e6


def main() -> None:
    """Prints the figures, and writes them beside the others."""
    figures: list[dict[str, Any]] = [figure("fold without a recorder, 1,000 agents", "events/s", unrecorded(), None, 0)]
    with databases() as opened:
        for name, engine in opened:
            alone, whole, longest_ms, rows = cost(engine)
            figures += [
                figure(f"{name}: fold, record and write 300 events/s, 5,000 agents", "% of a core", [whole], 10, 1),
                figure(f"{name}: of that, fold and record", "% of a core", [alone], None, 1),
                figure(f"{name}: the longest of {MEASURED_S // EVERY_S} writings", "ms", [longest_ms], None, 0),
                figure(f"{name}: rows in two minutes", "rows", [rows], None, 0),
            ]
            if name == "SQLite":
                figures.append(figure("SQLite: size after two minutes, with what goes back", "MB", [size_mb(engine)]))
    RESULT.write_text(
        json.dumps({"machine": "2 cores", "figures": figures}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    for one in figures:
        print(f"{one['name']}: {one['value']} {one['unit']}")


if __name__ == "__main__":
    main()
