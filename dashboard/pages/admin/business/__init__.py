"""`/admin/business/`: what business systems tell, who they are, what is counted besides, files."""

from __future__ import annotations

from dashboard.pages.admin.business import imports, measures, sources, told
from dashboard.pages.doors import Doors
from dashboard.pages.services import Services


def register(doors: Doors, services: Services) -> None:
    """Enters the routes of all of them."""
    for page in (told, sources, measures, imports):
        page.register(doors, services)
