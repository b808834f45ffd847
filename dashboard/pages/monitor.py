"""`/monitor/?lang=…&theme=…`: who is in whose call, one's own session, and what one did before."""

from __future__ import annotations

from collections.abc import Mapping

from dash import Input, Output
from dash.development.base_component import Component
from flask import request

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.pages import forms
from dashboard.pages.doors import Doors, needs
from dashboard.pages.page_app import PageApp
from dashboard.pages.preferences import preferences, query_of
from dashboard.pages.services import Services
from dashboard.pages.web_config import WebConfig
from layouts import ids
from layouts.monitor import MonitorView, monitor
from layouts.navigation import NOWHERE, Navigation
from layouts.screen import Screen
from layouts.shell import drawn_shell
from layouts.texts import catalogue

PAGE = "monitor"
ROOM = "monitor"
DOOR = "/sign-in?next=%2Fmonitor%2F"
NEED = needs(Permission.MONITOR_VIEW)


def view(
    query: Mapping[str, str],
    cookies: Mapping[str, str],
    config: WebConfig,
    who: Actor,
    navigation: Navigation = NOWHERE,
) -> MonitorView:
    """The console in the language and theme of the desk. What `who` may do there is the gateway's to say, agent by agent."""
    chosen = preferences(forms.PAGE, query, cookies, lang=who.lang)
    screen = Screen(PAGE, chosen.lang, chosen.theme, config.gateway, door=DOOR, may=("controls",), audio=config.audio)
    return MonitorView(screen, navigation)


def register(doors: Doors, services: Services) -> PageApp:
    """Mounts the page: as one drawing, without the desk's libraries."""
    config = WebConfig.of(services.settings)
    app = PageApp(
        PAGE, doors, NEED, is_drawn_as_one=True, without=("widgets_desk",), has_controls=True, remembers=True, theme_of=forms.PAGE
    )
    app.layout = drawn_shell()
    app.answers(Output(ids.PAGE, "tree"), NEED)

    @app.callback(Output(ids.PAGE, "tree"), Input(ids.ADDRESS, "search"))
    def show(search: str | None) -> Component:
        who = forms.actor()
        seen = view(query_of(search), request.cookies, config, who, forms.navigation(who, PAGE))
        return monitor(seen, catalogue(seen.screen.lang, ROOM), catalogue(seen.screen.lang, "forms"))

    return app
