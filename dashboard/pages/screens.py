"""`/screens/`: the desk's side of paired TVs. Parses, asks `Screens`, answers; what is allowed is decided there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask import Response, g, request

from dashboard.access.permissions import Permission
from dashboard.access.screen_wishes import ScreenWishes
from dashboard.access.screens import ScreenLine
from dashboard.access.unavailable import AccessUnavailable
from dashboard.boards import TEMPLATES, WALLS
from dashboard.boards.document import Title
from dashboard.pages import forms
from dashboard.pages.asking import actor
from dashboard.pages.doors import Doors, needs
from dashboard.pages.role_words import ScopeWords
from dashboard.pages.scope_choice import name_in, offered, posted_scope
from dashboard.pages.services import Services, now_ms
from dashboard.refusal import Refused
from dashboard.store.engine import StoreError
from layouts.forms.fields import Option
from layouts.forms.screens import ROOT, Row, Wishes, change_page, revoke_page, screens_page
from layouts.texts import Catalogue

SECTION: Final = "screens"
NEED: Final = needs(Permission.SCREENS_MANAGE)
_ROOMS: Final = ("screens",)
_STYLES: Final = ("css/forms/scope.css", "css/forms/screens.css")
_SCRIPTS: Final = ("pair_code.js", "screens.js")


class ScreenPages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._screens = services.screens

    def listed(self) -> Response:
        """Pairing and list."""
        within = self._screens.scope_of(actor())
        seen = forms.chosen()
        return self._list_page(ScreenWishes("", WALLS[0], within, seen.lang, "dark"))

    def pair(self) -> Response:
        """A TV is let in."""
        posted = forms.posted()
        try:
            self._screens.pair(actor(), posted["code"], self._posted())
        except Refused as refused:
            return self._list_page(self._posted(), refused, code=posted["code"][:20])
        return forms.said(ROOT, "said.screen_paired")

    def shown(self, screen_id: str) -> Response:
        """One screen's fields."""
        line = self._screens.get(actor(), screen_id)
        now = line.record
        return self._change_page(
            line, ScreenWishes(now.name, now.board, line.scope, now.lang, now.theme, now.address_range)
        )

    def change(self, screen_id: str) -> Response:
        """Its fields were sent."""
        line = self._screens.get(actor(), screen_id)
        try:
            self._screens.change(actor(), screen_id, self._posted())
        except Refused as refused:
            return self._change_page(line, self._posted(), refused)
        return forms.said(ROOT, "said.screen_changed")

    def order(self, screen_id: str, order: str) -> Response:
        """Blank, show again, load anew."""
        if order == "reload":
            self._screens.reload(actor(), screen_id)
        else:
            self._screens.blank(actor(), screen_id, is_blank=order == "blank")
        return forms.said(ROOT, f"said.screen_{order}")

    def revoke_asked(self, screen_id: str) -> Response:
        """Once more."""
        row = self._row(self._screens.get(actor(), screen_id), self._scopes())
        return self._page("screens.revoke.title", lambda texts: revoke_page(row, texts))

    def revoke(self, screen_id: str) -> Response:
        """It goes."""
        self._screens.revoke(actor(), screen_id)
        return forms.said(ROOT, "said.screen_revoked")

    def _list_page(self, wishes: ScreenWishes, refused: Refused | None = None, code: str = "") -> Response:
        scopes = self._scopes()
        rows = [self._row(line, scopes) for line in self._screens.listed(actor())]
        fields = replace(self._fields(wishes), code=code)
        return self._page(
            "screens.title",
            lambda texts: screens_page(rows, fields, self._tv_address(), _errors(refused, texts), texts),
            refused,
        )

    def _change_page(self, line: ScreenLine, wishes: ScreenWishes, refused: Refused | None = None) -> Response:
        row, fields, when = self._row(line, self._scopes()), self._fields(wishes), self._time(line.paired_at_ms)
        return self._page(
            "screens.change.title",
            lambda texts: change_page(
                row,
                fields,
                texts("screens.change.facts", who=line.paired_by, time=when),
                _errors(refused, texts),
                texts,
            ),
            refused,
        )

    def _page(self, title: str, content: Callable[[Catalogue], object], refused: Refused | None = None) -> Response:
        texts = forms.texts(*_ROOMS)
        return forms.page(
            SECTION,
            title,
            content(texts),  # type: ignore[arg-type]
            rooms=_ROOMS,
            status=422 if refused else 200,
            styles=_STYLES,
            scripts=_SCRIPTS,
        )

    def _posted(self) -> ScreenWishes:
        posted = forms.posted()
        return ScreenWishes(
            posted["name"],
            posted["board"],
            posted_scope(posted),
            posted["lang"],
            posted["theme"],
            posted["address_range"],
        )

    def _fields(self, wishes: ScreenWishes) -> Wishes:
        lang = forms.chosen().lang
        within = self._screens.scope_of(actor())
        walls = self._services.walls(actor())
        if wishes.board not in walls and wishes.board in self._titles():  # what it shows already, it may go on showing
            walls[wishes.board] = self._titles()[wishes.board]
        return Wishes(
            boards=tuple(Option(board, name_in(lang, title.zh, title.en, board)) for board, title in walls.items()),
            scope=offered(self._services.directory, actor(), within, wishes.scope, lang),
            name=wishes.name,
            board=wishes.board,
            lang=wishes.lang,
            theme=wishes.theme,
            address_range=wishes.address_range,
        )

    def _scopes(self) -> ScopeWords:
        return ScopeWords(self._services.directory, actor(), forms.texts())

    def _row(self, line: ScreenLine, scopes: ScopeWords) -> Row:
        lang, seen = forms.chosen().lang, line.seen
        return Row(
            id=line.record.id,
            name=line.record.name,
            board=self._board(line.record.board, lang),
            scope=scopes.of(line.scope),
            link=line.link(now_ms()) if line.has_arrived else "expected",
            since=self._time(seen.at_ms) if seen else "",
            release=seen.release if seen else "",
            address=seen.address if seen else "",
            is_blank=line.record.is_blank,
            restarts=seen.restarts if seen else 0,
        )

    def _board(self, board: str, lang: str) -> str:
        title = self._titles().get(board)
        return name_in(lang, title.zh, title.en, board) if title else board

    def _titles(self) -> Mapping[str, Title]:
        """Of everything that a screen may be showing; asked for once a request."""
        if "board_titles" not in g:
            shown = {board: one.title for board, one in TEMPLATES.items()}
            with suppress(AccessUnavailable):
                shown |= {board: one.board.title for board, one in self._services.published.all().items()}
            with suppress(AccessUnavailable, StoreError):
                shown |= self._services.leaderboard_boards.titles(actor())
            g.board_titles = shown
        found: Mapping[str, Title] = g.board_titles
        return found

    def _time(self, at_ms: int) -> str:
        """On the site's clock; without what is the same as now."""
        zone = ZoneInfo(self._services.directory.rules.get(actor()).time_zone)
        at, now = (datetime.fromtimestamp(ms / 1000, zone) for ms in (at_ms, now_ms()))
        return at.strftime("%H:%M" if at.date() == now.date() else "%m-%d %H:%M" if at.year == now.year else "%Y-%m-%d")

    def _tv_address(self) -> str:
        address = self._services.settings.web.public_url or request.host_url
        return address.split("://", 1)[-1].rstrip("/") + "/tv"


def register(doors: Doors, services: Services) -> None:
    """Mounts them."""
    pages = ScreenPages(services)
    one = f"{ROOT}<screen_id>/"
    doors.route(ROOT, "screens", pages.listed, NEED)
    doors.route(f"{ROOT}pair", "screens.pair", pages.pair, NEED, methods=("POST",))
    doors.route(one, "screens.one", pages.shown, NEED)
    doors.route(one, "screens.change", pages.change, NEED, methods=("POST",))
    doors.route(f"{one}<any(blank, unblank, reload):order>", "screens.order", pages.order, NEED, methods=("POST",))
    doors.route(f"{one}revoke", "screens.revoke_asked", pages.revoke_asked, NEED)
    doors.route(f"{one}revoke", "screens.revoke", pages.revoke, NEED, methods=("POST",))


def _errors(refused: Refused | None, texts: Catalogue) -> Mapping[str, str]:
    return forms.field_errors(refused, texts) if refused else {}
