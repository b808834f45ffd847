"""`/admin/leaderboards/`: leaderboards and contests: what counts, how they stand, how they ended."""

from __future__ import annotations

from dashboard.pages.admin.leaderboards import editor, outcomes, shelf
from dashboard.pages.doors import Doors
from dashboard.pages.services import Services


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    shelf.register(doors, services)
    editor.register(doors, services)
    outcomes.register(doors, services)
