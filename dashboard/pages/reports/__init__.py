"""`/reports/`: which reports there are, one of them, files of it, and those that go out by themselves."""

from __future__ import annotations

from dashboard.pages.doors import Doors
from dashboard.pages.reports import one, schedules
from dashboard.pages.services import Services


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    one.register(doors, services)
    schedules.register(doors, services)
