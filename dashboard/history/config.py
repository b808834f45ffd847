"""What a historian needs to be told."""

from __future__ import annotations

from dataclasses import dataclass

from collectors.events import FloorSettings
from collectors.stream import RETENTION_MS


class HistoryError(Exception):
    """The historian cannot start in these surroundings. The text is one sentence, with the remedy."""


@dataclass(frozen=True, slots=True)
class HistoryConfig:
    """Settings of `floorwatch history`.

    `floor_settings`: what the floor shall be told if it differs; None: nothing. `vitals_port` 0: no port is opened.
    `start_within_s`: how long Redis may be away when the process starts.
    """

    site: str
    redis_url: str
    database_url: str
    floor_settings: FloorSettings | None = None
    checkpoint_every_s: float = 10.0
    checkpoint_every_events: int = 50_000
    checkpoints_kept: int = 10
    retention_ms: int = RETENTION_MS
    trim_every_s: float = 60.0
    restate_settings_every_s: float = 12 * 3600.0
    start_within_s: float = 10.0
    vitals_host: str = "127.0.0.1"
    vitals_port: int = 0
