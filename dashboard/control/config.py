"""What the control process needs to run; `dashboard.commands.processes` fills it from the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from collectors.asterisk.login import LinkConfig
from collectors.source import SourcePace
from dashboard.control.media import MediaConfig
from dashboard.settings import AccessSettings


class ControlError(Exception):
    """The control process cannot start; one sentence with the place and the remedy."""


@dataclass(frozen=True, slots=True)
class SwitchConfig:
    """One switch. `link`: with control's own account. `websocket_client`: the switch's name for our media server, "" for none."""

    link: LinkConfig
    websocket_client: str = ""

    @property
    def name(self) -> str:
        return self.link.name


@dataclass(frozen=True, slots=True)
class ControlConfig:
    """`without`: switches that have no account for stepping into calls; that is told, too. `access`: how long sessions last, which
    proxies are believed. `audit_anchor`, `audit_syslog`: where the audit log's head is kept. `vitals_port` 0: no port is opened.
    `start_within_s`: how long Redis may be away when the process starts."""

    site: str
    redis_url: str
    database_url: str
    switches: tuple[SwitchConfig, ...]
    without: tuple[str, ...] = ()
    media: MediaConfig = field(default_factory=lambda: MediaConfig(""))
    access: AccessSettings = field(default_factory=AccessSettings)
    audit_anchor: Path = Path("audit-heads.log")
    audit_syslog: str = ""
    pace: SourcePace = field(default_factory=SourcePace)
    vitals_host: str = "127.0.0.1"
    vitals_port: int = 0
    start_within_s: float = 10.0
