"""`/wall/`: a board for a TV.

A paired screen shows what its row says, whatever the address asks for; `?as=screen` makes its own cookie count on a browser where
a person has signed in too. A person chooses by the address: `?board=…&lang=…&theme=…`.
"""

from __future__ import annotations

from collections.abc import Mapping

from dash import Input, Output
from dash.development.base_component import Component
from flask import after_this_request, g, request

from dashboard.access.cookies import attributes, cookie_name, value_of
from dashboard.access.permissions import Permission
from dashboard.access.screen_record import ScreenRecord
from dashboard.boards import DEFAULT, SHIPPED, Board
from dashboard.pages.asking import actor
from dashboard.pages.doors import Doors, needs
from dashboard.pages.page_app import PageApp
from dashboard.pages.preferences import DEFAULT_LANGUAGE, THEMES, Preferences, preferences, query_of
from dashboard.pages.services import Services
from dashboard.pages.web_config import WebConfig
from layouts import ids
from layouts.screen import Screen
from layouts.shell import shell
from layouts.texts import LANGUAGES, catalogue
from layouts.wall import WallView, wall
from layouts.widgets.tile import Tile

PAGE = "wall"
NEED = needs(Permission.WALL_VIEW)
DOOR = "/tv"
AS_SCREEN = "as=screen"


def view(query: Mapping[str, str], cookies: Mapping[str, str], config: WebConfig, *, lang: str = "") -> WallView:
    """The wall that a person's address asks for. `lang`: the account's."""
    chosen = preferences(PAGE, query, cookies, lang=lang)
    board = query.get("board", DEFAULT.id)
    door = "/sign-in?next=%2Fwall%2F"
    return WallView(
        Screen(board, chosen.lang, chosen.theme, config.gateway, door), tiles_of(SHIPPED.get(board, DEFAULT))
    )


def view_of(record: ScreenRecord, config: WebConfig) -> WallView:
    """The wall of a paired screen."""
    chosen = preferences_of(record)
    return WallView(
        Screen(record.board, chosen.lang, chosen.theme, f"{config.gateway}?{AS_SCREEN}", DOOR),
        tiles_of(SHIPPED.get(record.board, DEFAULT)),
        is_paired=True,
        is_blank=record.is_blank,
        reload_at_ms=record.reload_at_ms,
    )


def preferences_of(record: ScreenRecord) -> Preferences:
    """A screen's language and theme; what this release does not know becomes the default."""
    lang = record.lang if record.lang in LANGUAGES else DEFAULT_LANGUAGE
    return Preferences(lang, next((theme for theme in THEMES if theme == record.theme), THEMES[0]))


def tiles_of(board: Board) -> tuple[Tile, ...]:
    """The tiles as layouts know them: a metric's widget has the name of the tile."""
    return tuple(Tile(tile.id, tile.id if tile.kind == "metric" else tile.kind) for tile in board.tiles)


class WallApp(PageApp):
    """The page in a paired screen's language and theme from the first byte on."""

    def __init__(self, doors: Doors, services: Services) -> None:
        self._services = services
        super().__init__(PAGE, doors, NEED, without=("floor", "widgets_desk", "tv"))

    def paired(self, query: Mapping[str, str]) -> ScreenRecord | None:
        """The paired screen that asks; None for a person."""
        who, records = actor(), self._services.screens.records
        if who.kind == "screen":
            return records.by_hash(who.session, who.address)
        return records.by_token(_cookie(), who.address) if query.get("as") == "screen" else None

    def preferences(self) -> Preferences:
        """As the paired screen has them; else as the address says."""
        if "wall_preferences" not in g:
            record = self.paired(request.args)
            if record is not None:
                _renew_cookie()
            g.wall_preferences = preferences_of(record) if record is not None else super().preferences()
        found: Preferences = g.wall_preferences
        return found


def register(doors: Doors, services: Services) -> PageApp:
    """Mounts the page: light, without the desk's libraries."""
    config = WebConfig.of(services.settings)
    app = WallApp(doors, services)
    app.layout = shell()
    app.answers(Output(ids.PAGE, "children"), NEED)

    @app.callback(Output(ids.PAGE, "children"), Input(ids.ADDRESS, "search"))
    def show(search: str | None) -> Component:
        query = query_of(search)
        record = app.paired(query)
        seen = view_of(record, config) if record else view(query, request.cookies, config, lang=actor().lang)
        return wall(seen, catalogue(seen.screen.lang))

    return app


def _cookie() -> str:
    return value_of(request.cookies, "screen", is_secure=request.is_secure)


def _renew_cookie() -> None:
    """Browsers forget a cookie after 400 days: each visit begins them anew."""
    is_secure, token = request.is_secure, _cookie()
    name, settings = cookie_name("screen", is_secure=is_secure), attributes("screen", is_secure=is_secure)
    if token:
        after_this_request(lambda response: response.set_cookie(name, token, **settings) or response)
