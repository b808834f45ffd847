"""`/floor?lang=…&theme=…`: the supervisor's desk with every agent."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.access.permissions import Permission
from dashboard.pages.definitions import definitions_of
from dashboard.pages.doors import Doors, needs
from dashboard.pages.live_page import Asked, live_page
from dashboard.pages.page_app import PageApp
from dashboard.pages.services import Services
from layouts.floor import METRICS, FloorView, floor
from layouts.texts import catalogue

PAGE = "floor"
NEED = needs(Permission.FLOOR_VIEW)
OF_AGENTS = (Permission.AGENTS_PAUSE, Permission.AGENTS_SIGN_OUT, Permission.AGENTS_QUEUES, Permission.AGENTS_MESSAGE)
"""What can be done with several agents at once."""
ROOM = "monitor"
"""Words of the controls, for who has them."""
ALLOWED = (
    ("reveal", Permission.NUMBERS_REVEAL),
    ("controls", Permission.MONITOR_VIEW),
    ("days", Permission.REPORTS_VIEW),
    *(("selection", permission) for permission in OF_AGENTS),
)
"""What the page offers, and what one needs for it; any of those of one word will do."""


def view(asked: Asked) -> FloorView:
    """The desk that the address asks for, as its reader may use it."""
    may = tuple(dict.fromkeys(word for word, permission in ALLOWED if asked.who.may(permission)))
    screen = asked.screen(PAGE, asked.query.get("board", "floor"), may=may)
    return FloorView(screen, asked.navigation, definitions_of(METRICS, screen.lang))


def register(doors: Doors, services: Services) -> PageApp:
    """Mounts the page, with the grid's library."""
    return live_page(
        PAGE,
        doors,
        services,
        NEED,
        _drawn,
        is_drawn_as_one=False,
        libraries=("dash_ag_grid",),
        without=("wall", "tv"),
        has_controls=True,
    )


def _drawn(asked: Asked) -> Component:
    seen = view(asked)
    rooms = (ROOM,) if "controls" in seen.screen.may else ()
    return floor(seen, catalogue(seen.screen.lang, *rooms), catalogue(seen.screen.lang, "forms"))
