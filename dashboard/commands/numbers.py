"""`floorwatch fold` and `floorwatch floor`: the metrics of a floor, from a recording or from the running system's stream.

Both fold entries and ask `dashboard.floor.summary`; neither has a formula of its own.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from collectors.asterisk.recording import entries
from collectors.events import Entry, FloorSettings, SettingsChanged
from collectors.stream import Reader, connect
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor
from dashboard.floor.summary import summary
from dashboard.replica import Replica
from dashboard.settings import Settings
from dashboard.store import Checkpoints

Numbers = dict[str, dict[str, dict[str, object]]]

TABLE_METRICS = ("offered", "answered", "abandoned", "left_otherwise", "lost", "asa", "max_wait", "service_level")
AGENT_METRICS = ("calls_handled", "calls_missed", "calls_rejected", "talk_total", "paused")
"""What the table for people shows; `--json` holds everything."""


def of_recording(directory: Path, *, queue_log: bool, user_events: bool, floor_settings: FloorSettings | None = None) -> Numbers:
    """The summary at the end of the recording in `directory`, folded by its own arrival times."""
    floor = Floor("recording")
    last_ms = 0
    if floor_settings is not None:
        fold(floor, Entry("recording", "settings", "", 1, 1, 0, SettingsChanged(floor_settings)))
    strip = () if user_events else ("UserEvent",)
    for entry in entries(directory, queue_log=queue_log, strip=strip):
        fold(floor, entry)
        last_ms = max(last_ms, entry.at_ms)
    return summary(floor, last_ms)
