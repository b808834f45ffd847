"""What the gateway needs to run; `dashboard.cli` fills it from the settings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.boards import SHIPPED, Board
from dashboard.settings import AccessSettings


class LiveError(Exception):
    """The gateway cannot start; one sentence with the place and the remedy."""


@dataclass(frozen=True, slots=True)
class LiveConfig:
    """`origins`: further origins (`https://floor.example`) whose pages may open the websocket. `port` 0 takes a free one.
    `pages_port`: where the pages listen; None: anywhere on the host. `open_metrics`: `/metrics` needs nobody known. `access`: how
    long sessions last, which proxies are believed. `audit_anchor`, `audit_syslog`: where the audit log's head is kept.
    `start_within_s`: how long it waits for Redis when it starts. `controlled`: switches with a control account; None: not known."""

    site: str
    redis_url: str
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8051
    origins: tuple[str, ...] = ()
    most_screens: int = 2000
    most_views: int = 1_000
    release: str = ""
    start_within_s: float = 10.0
    pages_port: int | None = None
    open_metrics: bool = False
    access: AccessSettings = field(default_factory=AccessSettings)
    audit_anchor: Path = Path("audit-heads.log")
    audit_syslog: str = ""
    controlled: Collection[str] | None = None
    boards: Mapping[str, Board] = field(default_factory=lambda: dict(SHIPPED))
