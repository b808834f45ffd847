"""`/floor?lang=…&theme=…`: the supervisor's desk with every agent."""

from __future__ import annotations

from collections.abc import Mapping

from dash import Input, Output
from dash.development.base_component import Component
from flask import Flask, request

from dashboard.pages.page_app import PageApp
from dashboard.pages.preferences import preferences, query_of
from dashboard.pages.web_config import WebConfig
from layouts import ids
from layouts.floor import FloorView, floor
from layouts.screen import Screen
from layouts.shell import shell
from layouts.texts import catalogue

PAGE = "floor"


def view(query: Mapping[str, str], cookies: Mapping[str, str], config: WebConfig) -> FloorView:
    """The desk that the address asks for."""
    chosen = preferences(PAGE, query, cookies)
    return FloorView(Screen(query.get("board", "floor"), chosen.lang, chosen.theme, config.gateway))


def register(server: Flask, config: WebConfig) -> PageApp:
    """Mounts the page, with the grid's library."""
    app = PageApp(PAGE, server, libraries=("dash_ag_grid",), without=("wall",), remembers=True)
    app.layout = shell()

    @app.callback(Output(ids.PAGE, "children"), Input(ids.ADDRESS, "search"))
    def show(search: str | None) -> Component:
        seen = view(query_of(search), request.cookies, config)
        return floor(seen, catalogue(seen.screen.lang))

    return app
