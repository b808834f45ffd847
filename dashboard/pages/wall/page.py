"""The requests of `/wall/`.

A paired screen shows what its row says, whatever the address asks for; `?as=screen` makes its own cookie count on a browser where
a person has signed in too. A person chooses by the address: `?board=…&lang=…&theme=…`; what it does not say is the board's own,
then the person's. `draft:ID` is a board that is being edited, for who may edit it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Input, Output
from dash.development.base_component import Component
from flask import after_this_request, g, request

from dashboard.access.actor import Denied
from dashboard.access.cookies import attributes, cookie_name, value_of
from dashboard.access.permissions import Permission
from dashboard.access.screen_record import ScreenRecord
from dashboard.boards import DEFAULT, TEMPLATES, leaderboard_of
from dashboard.pages.asking import actor
from dashboard.pages.doors import Doors, needs
from dashboard.pages.page_app import PageApp
from dashboard.pages.preferences import Preferences, query_of
from dashboard.pages.services import Services
from dashboard.pages.wall.preferences import preferences_of_person, preferences_of_screen
from dashboard.pages.wall.views import ROOM, view_for_person, view_for_screen
from dashboard.pages.web_config import WebConfig
from dashboard.wallboards.published import Published
from layouts import ids
from layouts.shell import drawn_shell
from layouts.texts import catalogue
from layouts.wall import WallView, wall

PAGE = "wall"
NEED = needs(Permission.WALL_VIEW)
DRAFT = "draft:"


class WallApp(PageApp):
    """The page in a paired screen's language and theme from the first byte on."""

    def __init__(self, doors: Doors, services: Services) -> None:
        self._services = services
        super().__init__(PAGE, doors, NEED, is_drawn_as_one=True, without=("floor", "widgets_desk", "tv"))

    def paired(self, query: Mapping[str, str]) -> ScreenRecord | None:
        """The paired screen that asks; None for a person."""
        who, records = actor(), self._services.screens.records
        if who.kind == "screen":
            return records.by_hash(who.session, who.address)
        return records.by_token(_cookie(), who.address) if query.get("as") == "screen" else None

    def board(self, board_id: str) -> Published | None:
        """A template, a leaderboard's or a published board. Raises `AccessUnavailable` when nobody knows."""
        if board_id in TEMPLATES:
            return Published(TEMPLATES[board_id], 0)
        if leaderboard_of(board_id) is not None:
            return self._services.leaderboard_boards.find(board_id)
        return self._services.published.find(board_id)

    def asked(self, board_id: str) -> Published | None:
        """The same for a person, or a draft that they may edit. A board about nothing that they may see is not there for them."""
        if board_id.startswith(DRAFT):
            return self._services.published.draft(board_id.removeprefix(DRAFT), actor())
        need = Permission.WALL_VIEW if leaderboard_of(board_id) is None else Permission.LEADERBOARDS_VIEW
        found = self.board(board_id) if actor().may(need) else None
        return found if found is not None and found.is_for(actor().scope(need)) else None

    def preferences(self) -> Preferences:
        """As the paired screen has them; else as the address says, or the board."""
        if "wall_preferences" not in g:
            record = self.paired(request.args)
            if record is not None:
                _renew_cookie()
                g.wall_preferences = preferences_of_screen(record)
            else:
                g.wall_preferences = preferences_of_person(request.args, self.asked(_asked(request.args)))
        found: Preferences = g.wall_preferences
        return found

    def view(self, query: Mapping[str, str], config: WebConfig) -> WallView:
        """What to draw for who asks."""
        record = self.paired(query)
        if record is not None:
            return view_for_screen(record, self.board(record.board), config)
        if query.get("as") == "screen":
            raise Denied(Permission.WALL_VIEW, "as=screen")  # revoked since its page was given
        asked = _asked(query)
        found = self.asked(asked)
        return view_for_person(asked, found, preferences_of_person(query, found), config)


def register(doors: Doors, services: Services) -> PageApp:
    """Mounts the page: light, without the desk's libraries."""
    config = WebConfig.of(services.settings)
    app = WallApp(doors, services)
    app.layout = drawn_shell()
    app.answers(Output(ids.PAGE, "tree"), NEED)

    @app.callback(Output(ids.PAGE, "tree"), Input(ids.ADDRESS, "search"))
    def show(search: str | None) -> Component:
        seen = app.view(query_of(search), config)
        return wall(seen, catalogue(seen.screen.lang, ROOM))

    return app


def _asked(query: Mapping[str, Any]) -> str:
    return str(query.get("board", DEFAULT.id))


def _cookie() -> str:
    return value_of(request.cookies, "screen", is_secure=request.is_secure)


def _renew_cookie() -> None:
    """Browsers forget a cookie after 400 days: each visit begins them anew."""
    is_secure, token = request.is_secure, _cookie()
    name, settings = cookie_name("screen", is_secure=is_secure), attributes("screen", is_secure=is_secure)
    if token:
        after_this_request(lambda response: response.set_cookie(name, token, **settings) or response)
