"""`/wall?board=…&lang=…&theme=…`: a board for a TV."""

from __future__ import annotations

from collections.abc import Mapping

from dash import Input, Output
from dash.development.base_component import Component
from flask import Flask, request

from dashboard.pages.page_app import PageApp
from dashboard.pages.preferences import preferences, query_of
from dashboard.pages.web_config import WebConfig
from layouts import ids
from layouts.screen import Screen
from layouts.shell import shell
from layouts.texts import catalogue
from layouts.wall import WallView, wall

PAGE = "wall"


def view(query: Mapping[str, str], cookies: Mapping[str, str], config: WebConfig) -> WallView:
    """The wall that the address asks for."""
    chosen = preferences(PAGE, query, cookies)
    return WallView(Screen(query.get("board", "default"), chosen.lang, chosen.theme, config.gateway))


def register(server: Flask, config: WebConfig) -> PageApp:
    """Mounts the page: light, without the desk's libraries."""
    app = PageApp(PAGE, server, without=("floor", "widgets_desk"))
    app.layout = shell()

    @app.callback(Output(ids.PAGE, "children"), Input(ids.ADDRESS, "search"))
    def show(search: str | None) -> Component:
        seen = view(query_of(search), request.cookies, config)
        return wall(seen, catalogue(seen.screen.lang))

    return app
