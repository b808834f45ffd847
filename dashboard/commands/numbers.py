"""`floorwatch fold` and `floorwatch floor`: the metrics of a floor, from a recording or from the running system's stream.

Both fold entries and ask `dashboard.floor.summary`; neither has a formula of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from collectors.asterisk.recording import entries
from collectors.events import SETTINGS_WRITER, Entry, FloorSettings, SettingsChanged
from collectors.stream import Reader, connect
from dashboard.floor.checkpoint import FOLD_VERSION
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor
from dashboard.floor.summary import summary
from dashboard.replica import Replica
from dashboard.settings import Settings
from dashboard.store import Checkpoints, open_store

Numbers = dict[str, dict[str, dict[str, object]]]

QUEUE_METRICS = ("offered", "answered", "abandoned", "left_otherwise", "lost", "asa", "max_wait", "service_level")
AGENT_METRICS = ("calls_handled", "calls_missed", "calls_rejected", "talk_total", "paused")
"""What the table for people shows; `--json` holds everything."""


def of_recording(
    directory: Path,
    *,
    queue_log: bool,
    user_events: bool,
    notice: Callable[[str], None],
    floor_settings: FloorSettings | None = None,
) -> Numbers:
    """The summary at the end of the recording in `directory`, folded by its own arrival times.

    `notice` gets a sentence for each thing that the recording lacks and that can be done without.
    """
    floor = Floor("recording")
    last_ms = 0
    if floor_settings is not None:
        fold(floor, Entry("recording", SETTINGS_WRITER, "", 1, 1, 0, SettingsChanged(floor_settings)))
    strip = () if user_events else ("UserEvent",)
    for entry in entries(directory, queue_log=queue_log, strip=strip, notice=notice):
        fold(floor, entry)
        last_ms = max(last_ms, entry.at_ms)
    return summary(floor, last_ms)


def of_running_system(settings: Settings) -> Numbers:
    """The summary of the site's stream as it is now. Raises `StreamError` if Redis cannot be used."""
    return asyncio.run(_follow_once(settings))


async def _follow_once(settings: Settings) -> Numbers:
    client = connect(settings.effective_redis_url, name="floorwatch-floor")
    try:
        reader = Reader(client, settings.site)
        await reader.span()  # an answer now, or the reason: a replica would wait for Redis
        checkpoints = Checkpoints(open_store(settings.effective_database_url), settings.site, FOLD_VERSION)
        replica = Replica(reader, checkpoints)
        await replica.catch_up()
        return summary(replica.floor, time.time_ns() // 1_000_000)
    finally:
        await client.aclose()


def table(numbers: Numbers) -> str:
    """The main metrics for people, as two tables of plain text."""
    console = Console(width=132, record=True, file=StringIO())
    console.print(_table("queue", numbers["queues"], QUEUE_METRICS))
    console.print(_table("agent", numbers["agents"], AGENT_METRICS))
    return console.export_text().rstrip()


def _table(kind: str, rows: dict[str, dict[str, object]], metrics: tuple[str, ...]) -> Table:
    made = Table(kind, "name", *(Column(metric, justify="right") for metric in metrics))
    for key, values in sorted(rows.items()):
        cells = [_cell(values.get(metric)) for metric in metrics]
        made.add_row(*(Text(cell) for cell in (key, str(values.get("name") or ""), *cells)))
    return made


def _cell(value: object) -> str:
    return "–" if value is None else f"{value:.3g}" if isinstance(value, float) else str(value)
