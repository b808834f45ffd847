"""`/me/`: an agent's own state and the numbers of their day. What comes over the socket is cut to them by the gateway."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.access.permissions import Permission
from dashboard.boards import ME
from dashboard.boards.document import NumberTile
from dashboard.pages.definitions import definitions_of
from dashboard.pages.doors import Doors, needs
from dashboard.pages.live_page import Asked, live_page
from dashboard.pages.page_app import PageApp
from dashboard.pages.services import Services
from layouts.me import MeView, me
from layouts.texts import catalogue

PAGE = "me"
NEED = needs(Permission.OWN_VIEW)
METRICS = {tile.id: (tile.metric, *tile.also) for tile in ME.tiles if isinstance(tile, NumberTile)}


def view(asked: Asked) -> MeView:
    """The page in the language and theme of the desk."""
    screen = asked.screen(PAGE, ME.id)
    return MeView(screen, asked.navigation, definitions_of(METRICS, screen.lang))


def register(doors: Doors, services: Services) -> PageApp:
    """Mounts the page: light, without the desk's libraries."""
    return live_page(PAGE, doors, services, NEED, _drawn, without=("widgets_desk",), has_alarms=False)


def _drawn(asked: Asked) -> Component:
    seen = view(asked)
    return me(seen, catalogue(seen.screen.lang), catalogue(seen.screen.lang, "forms"))
