"""`/leaderboard/ID?lang=…&theme=…`: one leaderboard's wall in a person's browser; paired TVs show the same as their board.

The light app of the walls, with another permission. Whom of a leaderboard its reader sees is the gateway's matter; one about nobody whom
they may see is not there for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote

from dash import Input, Output, State
from dash.development.base_component import Component
from flask import g, request

from dashboard.access.permissions import Permission
from dashboard.boards.leaderboard_board import LEADERBOARD
from dashboard.pages.asking import actor
from dashboard.pages.doors import Doors, needs
from dashboard.pages.page_app import PageApp
from dashboard.pages.preferences import Preferences, query_of
from dashboard.pages.services import Services
from dashboard.pages.wall.preferences import preferences_of_person
from dashboard.pages.wall.views import ROOM, wall_view
from dashboard.pages.web_config import WebConfig
from dashboard.wallboards.published import Published
from layouts import ids
from layouts.screen import Screen
from layouts.shell import drawn_shell
from layouts.texts import catalogue
from layouts.wall import WallView, wall

PAGE = "leaderboard"
LONGEST_ID = 64
NEED = needs(Permission.LEADERBOARDS_VIEW)


class LeaderboardApp(PageApp):
    """The page in its reader's language, dark unless they or the leaderboard say otherwise."""

    def __init__(self, doors: Doors, services: Services) -> None:
        self._services = services
        super().__init__(
            PAGE, doors, NEED, is_drawn_as_one=True, without=("floor", "widgets_desk", "tv"), shares=("wall",)
        )

    def asked(self, leaderboard: str) -> Published | None:
        """The one of the address, if it is about anybody whom its reader may see."""
        found = self._services.leaderboard_boards.find(LEADERBOARD + leaderboard)
        return found if found is not None and found.is_for(actor().scope(Permission.LEADERBOARDS_VIEW)) else None

    def preferences(self) -> Preferences:
        """Of the request at hand."""
        if "leaderboard_preferences" not in g:
            g.leaderboard_preferences = preferences_of_person(request.args, self.asked(_below(request.path)))
        found: Preferences = g.leaderboard_preferences
        return found

    def view(self, query: Mapping[str, str], path: str, config: WebConfig) -> WallView:
        """What to draw for who asks."""
        leaderboard = _below(path)
        found = self.asked(leaderboard)
        chosen = preferences_of_person(query, found)
        door = f"/sign-in?next={quote(f'/{PAGE}/{quote(leaderboard)}', safe='')}"
        return wall_view(Screen(LEADERBOARD + leaderboard, chosen.lang, chosen.theme, config.gateway, door), found)


def register(doors: Doors, services: Services) -> PageApp:
    """Mounts the page: each leaderboard is an address of its own."""
    config = WebConfig.of(services.settings)
    app = LeaderboardApp(doors, services)
    app.layout = drawn_shell()
    app.answers(Output(ids.PAGE, "tree"), NEED)

    @app.callback(Output(ids.PAGE, "tree"), Input(ids.ADDRESS, "search"), State(ids.ADDRESS, "path"))
    def show(search: str | None, path: str | None) -> Component:
        seen = app.view(query_of(search), path or "", config)
        return wall(seen, catalogue(seen.screen.lang, ROOM))

    return app


def _below(path: str) -> str:
    """The id in an address, as the browser says it: hostile."""
    return unquote(path.removeprefix(f"/{PAGE}/"))[:LONGEST_ID]
