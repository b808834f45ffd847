"""The pages of the directory and of boards, under `/admin`: each module has a `register`; importing one registers nothing."""

from __future__ import annotations

from dashboard.pages.admin import (
    agents,
    alerts,
    business,
    business_day,
    designer,
    first_run,
    leaderboards,
    monitoring,
    people,
    queues,
    reasons,
    sheets,
    teams,
)
from dashboard.pages.doors import Doors
from dashboard.pages.services import Services

_PAGES = (
    people,
    teams,
    agents,
    first_run,
    sheets,
    queues,
    reasons,
    business_day,
    monitoring,
    alerts,
    leaderboards,
    business,
    designer,
)


def register(doors: Doors, services: Services) -> None:
    """Enters the routes of all of them."""
    for page in _PAGES:
        page.register(doors, services)
