"""`/admin/alerts/`: rules and channels of alerts."""

from __future__ import annotations

from dashboard.pages.admin.alerts import channels, rules
from dashboard.pages.doors import Doors
from dashboard.pages.services import Services


def register(doors: Doors, services: Services) -> None:
    """Enters the routes of both."""
    rules.register(doors, services)
    channels.register(doors, services)
