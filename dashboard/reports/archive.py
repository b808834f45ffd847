"""Everything that happened at one site, in its rooms."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Engine

from dashboard.directory.seen import SeenNow, nothing_seen
from dashboard.reports.agent_day import AgentDays
from dashboard.reports.callbacks import CallbackRoom
from dashboard.reports.calls import Calls
from dashboard.reports.contact import Contacts
from dashboard.reports.figures import FigureRoom
from dashboard.reports.reports import Reports
from dashboard.reports.room import Room
from dashboard.reports.usual import Usuals


class Archive:
    """`seen`: what the switch shows now, for names that the directory lacks. Calls block on the database; may be shared by threads."""

    def __init__(
        self,
        engine: Engine,
        site: str,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        seen: SeenNow = nothing_seen,
    ) -> None:
        self.room = Room(engine, site, now_ms, lambda: {agent.id: agent.name for agent in seen().agents if agent.name})
        self.figures = FigureRoom(self.room)
        self.usuals = Usuals(self.room)
        self.callbacks = CallbackRoom(self.room)
        self.reports = Reports(self.room)
        self.calls = Calls(self.room)
        self.contacts = Contacts(self.room)
        self.agent_days = AgentDays(self.room, self.figures)
