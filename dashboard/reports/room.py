"""Where the past is read: one transaction with everything a reader needs of the site, its settings and its actor's reach.

Settings are the present ones, as the directory has them: a threshold or formula asked of last month is today's, and names are
today's too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, Engine

from collectors.events import FloorSettings, QueueSettings
from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.directory.settings_of import rows_of, settings_of
from dashboard.reports.names import Names, names_of
from dashboard.reports.period import Calendar
from dashboard.reports.reach import Reach
from dashboard.store.engine import snapshot

_FOR_MANY_SUMS: Final = (
    "SELECT set_config('jit', 'off', true),"
    " set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')) / 1024, 65536)::text, true)"
)
"""Of one transaction of PostgreSQL. Compiling thirty sums takes longer than making them. The sums of 350 agents over 30 days take 30 MB
while they are added up; in its usual 4 MB (work_mem, kB here) it puts them off to the disk. Who has set more keeps it."""

SwitchNames = Callable[[], Mapping[str, str]]


def _no_names() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Look:
    """One transaction that only reads. `today`: the business day of now."""

    connection: Connection
    site: str
    now_ms: int
    settings: FloorSettings
    calendar: Calendar
    reach: Reach
    names: Names

    @property
    def today(self) -> date:
        """The business day of now."""
        return self.calendar.today(self.now_ms)

    def queue_settings(self, queue: str) -> QueueSettings:
        """Targets and limits of one queue, as they are now."""
        return self.settings.queues.get(queue, self.settings.default_queue)


class Room:
    """One site's history. `switch_names`: what the switch calls its agents, for those whom the directory does not know. May be shared
    by threads."""

    def __init__(
        self,
        engine: Engine,
        site: str,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        switch_names: SwitchNames = _no_names,
    ) -> None:
        self.engine = engine
        self.site = site
        self.now_ms = now_ms
        self._switch_names = switch_names

    @contextmanager
    def looking(self, actor: Actor, permission: Permission = Permission.REPORTS_VIEW) -> Iterator[Look]:
        """Everything is as it was at one moment. Raises `Denied` for who may read nothing, `StoreError`."""
        actor.require(permission)
        with snapshot(self.engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(_FOR_MANY_SUMS)
            settings = settings_of(rows_of(connection, self.site))
            yield Look(
                connection,
                self.site,
                self.now_ms(),
                settings,
                Calendar.of(settings),
                Reach.of(connection, self.site, actor, permission),
                names_of(connection, self.site, settings, self._switch_names()),
            )

    def calendar(self) -> Calendar:
        """The site's, which is no secret."""
        with snapshot(self.engine) as connection:
            return Calendar.of(settings_of(rows_of(connection, self.site)))
