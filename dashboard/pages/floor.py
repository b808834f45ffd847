"""`/floor?lang=…&theme=…`: the supervisor's desk with every agent."""

from __future__ import annotations

from collections.abc import Mapping

from dash import Input, Output
from dash.development.base_component import Component
from flask import request

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.pages import forms
from dashboard.pages.definitions import definitions_of
from dashboard.pages.doors import Doors, needs
from dashboard.pages.page_app import PageApp
from dashboard.pages.preferences import preferences, query_of
from dashboard.pages.services import Services
from dashboard.pages.web_config import WebConfig
from layouts import ids
from layouts.floor import METRICS, FloorView, floor
from layouts.navigation import NOWHERE, Navigation
from layouts.screen import Screen
from layouts.shell import shell
from layouts.texts import catalogue

PAGE = "floor"
DOOR = "/sign-in?next=%2Ffloor%2F"
"""Where a desk goes that the gateway does not know any more."""
NEED = needs(Permission.FLOOR_VIEW)
ROOM = "monitor"
"""Words of the controls, for who has them."""


def view(
    query: Mapping[str, str],
    cookies: Mapping[str, str],
    config: WebConfig,
    who: Actor,
    navigation: Navigation = NOWHERE,
) -> FloorView:
    """The desk that the address asks for, as `who` may use it."""
    chosen = preferences(PAGE, query, cookies, lang=who.lang)
    allowed = (("reveal", Permission.NUMBERS_REVEAL), ("controls", Permission.MONITOR_VIEW))
    may = tuple(word for word, permission in allowed if who.may(permission))
    audio = config.audio if "controls" in may else ""
    screen = Screen(
        query.get("board", "floor"), chosen.lang, chosen.theme, config.gateway, door=DOOR, may=may, audio=audio
    )
    return FloorView(screen, navigation, definitions_of(METRICS, chosen.lang))


def register(doors: Doors, services: Services) -> PageApp:
    """Mounts the page, with the grid's library."""
    config = WebConfig.of(services.settings)
    app = PageApp(
        PAGE, doors, NEED, libraries=("dash_ag_grid",), without=("wall", "tv"), has_controls=True, remembers=True
    )
    app.layout = shell()
    app.answers(Output(ids.PAGE, "children"), NEED)

    @app.callback(Output(ids.PAGE, "children"), Input(ids.ADDRESS, "search"))
    def show(search: str | None) -> Component:
        who = forms.actor()
        seen = view(query_of(search), request.cookies, config, who, forms.navigation(who, PAGE))
        rooms = (ROOM,) if "controls" in seen.screen.may else ()
        return floor(seen, catalogue(seen.screen.lang, *rooms), catalogue(seen.screen.lang, "forms"))

    return app
