"""`/me/`: an agent's own state and the numbers of their day. What comes over the socket is cut to them by the gateway."""

from __future__ import annotations

from collections.abc import Mapping

from dash import Input, Output
from dash.development.base_component import Component
from flask import request

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.boards import ME
from dashboard.boards.document import NumberTile
from dashboard.pages import forms
from dashboard.pages.definitions import definitions_of
from dashboard.pages.doors import Doors, needs
from dashboard.pages.page_app import PageApp
from dashboard.pages.preferences import preferences, query_of
from dashboard.pages.services import Services
from dashboard.pages.web_config import WebConfig
from layouts import ids
from layouts.me import MeView, me
from layouts.navigation import NOWHERE, Navigation
from layouts.screen import Screen
from layouts.shell import drawn_shell
from layouts.texts import catalogue

PAGE = "me"
DOOR = "/sign-in?next=%2Fme%2F"
NEED = needs(Permission.OWN_VIEW)
METRICS = {tile.id: (tile.metric, *tile.also) for tile in ME.tiles if isinstance(tile, NumberTile)}


def view(
    query: Mapping[str, str],
    cookies: Mapping[str, str],
    config: WebConfig,
    who: Actor,
    navigation: Navigation = NOWHERE,
) -> MeView:
    """The page in the language and theme of the desk."""
    chosen = preferences(forms.PAGE, query, cookies, lang=who.lang)
    screen = Screen(ME.id, chosen.lang, chosen.theme, config.gateway, door=DOOR)
    return MeView(screen, navigation, definitions_of(METRICS, chosen.lang))


def register(doors: Doors, services: Services) -> PageApp:
    """Mounts the page: light, without the desk's libraries."""
    config = WebConfig.of(services.settings)
    app = PageApp(
        PAGE, doors, NEED, is_drawn_as_one=True, without=("widgets_desk",), remembers=True, theme_of=forms.PAGE
    )
    app.layout = drawn_shell()
    app.answers(Output(ids.PAGE, "tree"), NEED)

    @app.callback(Output(ids.PAGE, "tree"), Input(ids.ADDRESS, "search"))
    def show(search: str | None) -> Component:
        who = forms.actor()
        seen = view(query_of(search), request.cookies, config, who, forms.navigation(who, PAGE))
        return me(seen, catalogue(seen.screen.lang), catalogue(seen.screen.lang, "forms"))

    return app
