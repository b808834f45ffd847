"""What the live pages of a desk have in common: drawn once for each address, in the reader's language, for who asks; all that moves
comes over the websocket.

A page names its screen by `Asked.screen`, so that language, theme, gateway and the way back to sign-in are found alike everywhere, and
is mounted by `live_page`. A wall is none of these: it has a board's language, a paired screen's, and no navigation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote

from dash import Input, Output, State
from dash.development.base_component import Component
from flask import request

from dashboard.access.actor import Actor
from dashboard.pages import forms
from dashboard.pages.doors import Doors, Need
from dashboard.pages.page_app import PageApp
from dashboard.pages.preferences import preferences, query_of
from dashboard.pages.services import Services
from dashboard.pages.web_config import WebConfig
from layouts import ids
from layouts.navigation import NOWHERE, Navigation
from layouts.screen import Screen
from layouts.shell import drawn_shell, shell

LONGEST_PATH: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for a page: by which address, with which cookies, of whom."""

    query: Mapping[str, str]
    cookies: Mapping[str, str]
    config: WebConfig
    who: Actor
    navigation: Navigation = NOWHERE
    path: str = ""
    """What follows the page's own address, of a page that is several: as the browser says, so hostile."""

    def screen(self, page: str, board: str, *, may: tuple[str, ...] = ()) -> Screen:
        """`page` showing `board`; its sound is only for who has the controls."""
        chosen = preferences(forms.PAGE, self.query, self.cookies, lang=self.who.lang)
        audio = self.config.audio if "controls" in may else ""
        # where it goes when the gateway does not know its reader any more
        door = f"/sign-in?next={quote(f'/{page}/{quote(self.path)}', safe='')}"
        return Screen(board, chosen.lang, chosen.theme, self.config.gateway, door=door, may=may, audio=audio)


def live_page(
    page: str,
    doors: Doors,
    services: Services,
    need: Need,
    drawn: Callable[[Asked], Component],
    *,
    is_drawn_as_one: bool = True,
    has_paths: bool = False,
    here: str = "",
    has_alarms: bool = True,
    **options: Any,
) -> PageApp:
    """Mounts `page`, which shows what `drawn` makes of each request. `has_paths`: each address below it is a page of its own.
    `here`: its place in the navigation, where that has another name. `options`: as `PageApp` takes them."""
    config = WebConfig.of(services.settings)
    app = PageApp(
        page,
        doors,
        need,
        is_drawn_as_one=is_drawn_as_one,
        has_alarms=has_alarms,
        remembers=True,
        theme_of=forms.PAGE,
        **options,
    )
    app.layout = drawn_shell() if is_drawn_as_one else shell()
    place = Output(ids.PAGE, "tree" if is_drawn_as_one else "children")
    app.answers(place, need)

    def show(search: str | None, path: str | None = None) -> Component:
        who = forms.actor()
        navigation = forms.navigation(who, here or page)
        return drawn(Asked(query_of(search), request.cookies, config, who, navigation, _below(page, path or "")))

    further = (State(ids.ADDRESS, "path"),) if has_paths else ()
    app.callback(place, Input(ids.ADDRESS, "search"), *further)(show)
    return app


def _below(page: str, path: str) -> str:
    """What follows `/page/`, as it was meant: an id of the switch may hold anything."""
    return unquote(path.removeprefix(f"/{page}/"))[:LONGEST_PATH]
