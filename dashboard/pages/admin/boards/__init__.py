"""The pages of boards under `/admin/boards/`, beside the designer's: list, making, files, history, pictures."""

from __future__ import annotations

from dashboard.pages.admin.boards import files, history, pictures, shelf
from dashboard.pages.doors import Doors
from dashboard.pages.services import Services

_PAGES = (shelf, files, history, pictures)


def register(doors: Doors, services: Services) -> None:
    """Enters the routes of all of them."""
    for page in _PAGES:
        page.register(doors, services)
