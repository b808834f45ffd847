"""What a historian needs to be told."""

from __future__ import annotations

from dataclasses import dataclass, field

from collectors.events import FloorSettings
from collectors.stream import RETENTION_MS
from dashboard.history.retention import KeptDays
from dashboard.settings import MailSettings


class HistoryError(Exception):
    """The historian cannot start in these surroundings. The text is one sentence, with the remedy."""


@dataclass(frozen=True, slots=True)
class HistoryConfig:
    """Settings of `floorwatch history`.

    `floor_settings`: what the floor file says, to be brought into the directory; None: nothing is. `audit_anchor`,
    `audit_syslog`: where the audit log's head goes when that is done; `audit_retention_days`: how long its lines are kept.
    `kept_days`: how long rows of the history are kept; None: for ever. `vitals_port` 0: no port is opened. `access_key_file`:
    what opens the addresses of alerts' channels; "": no alerts are looked at. `mail`: by which server they, and reports, are sent.
    `number_key_file`: the key by which callers' numbers are found again; "": only within this process's life. `keep_numbers`: whole
    numbers too. `write_every_s`: how often what happened is written.
    `start_within_s`: how long Redis may be away when the process starts.
    """

    site: str
    redis_url: str
    database_url: str
    floor_settings: FloorSettings | None = None
    audit_anchor: str = ""
    audit_syslog: str = ""
    audit_retention_days: int = 365
    kept_days: KeptDays | None = None
    pages_url: str = ""
    checkpoint_every_s: float = 10.0
    checkpoint_every_events: int = 50_000
    checkpoints_kept: int = 10
    retention_ms: int = RETENTION_MS
    trim_every_s: float = 60.0
    restate_settings_every_s: float = 12 * 3600.0
    start_within_s: float = 10.0
    vitals_host: str = "127.0.0.1"
    vitals_port: int = 0
    access_key_file: str = ""
    number_key_file: str = ""
    keep_numbers: bool = False
    write_every_s: float = 2.0
    mail: MailSettings = field(default_factory=MailSettings)

    def __post_init__(self) -> None:
        """No change without a line in the audit log, no line without an anchor."""
        if self.floor_settings is not None and not self.audit_anchor:
            raise ValueError(
                "floor_settings go into the directory, and its changes into the audit log: give audit_anchor."
            )
