"""`/screens/announce`: people say something on screens. Parses, asks `Announcements`, answers; what is allowed is decided there."""

from __future__ import annotations

from typing import Final

from flask import Response

from dashboard.access.permissions import Permission
from dashboard.boards import SHIPPED
from dashboard.pages import forms
from dashboard.pages.asking import actor
from dashboard.pages.doors import Doors, needs
from dashboard.pages.moments import site_moments
from dashboard.pages.scope_choice import name_in
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from dashboard.wallboards.announcement import LONGEST, AnnouncementWishes
from dashboard.wallboards.announcements import AnnouncementLine, Receiver
from layouts.forms.announcements import ROOT, Line, Message, announce_page
from layouts.forms.fields import Option

SECTION: Final = "screens"
NEED: Final = needs(Permission.SCREENS_ANNOUNCE)
_ROOMS: Final = ("announcements",)
_STYLES: Final = ("css/forms/announcements.css",)
_SCRIPTS: Final = ("announcements.js",)
_LONGEST: Final[dict[str, int]] = {str(form): most for form, most in LONGEST.items()}


class AnnouncementPages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._announcements = services.announcements

    def shown(self) -> Response:
        """An empty message, and what stands on the screens."""
        return self._page(Message(self._screens(), _LONGEST))

    def send(self) -> Response:
        """A message was written."""
        posted = forms.posted()
        try:
            self._announcements.send(actor(), self._posted())
        except Refused as refused:
            kept = Message(
                self._screens(),
                _LONGEST,
                text=posted["text"],
                form=posted["form"],
                is_high=posted["priority"] == "high",
                seconds=posted["seconds"],
                minutes=posted["minutes"],
                chosen=posted.all("screens"),
                is_for_all="all" in posted,
            )
            return self._page(kept, refused)
        return forms.said(ROOT, "said.announcement_sent")

    def withdraw(self, announcement_id: str) -> Response:
        """One goes."""
        self._announcements.withdraw(actor(), announcement_id)
        return forms.said(ROOT, "said.announcement_withdrawn")

    def _posted(self) -> AnnouncementWishes:
        posted = forms.posted()
        mine = tuple(one.id for one in self._announcements.receivers(actor()))
        return AnnouncementWishes(
            text=posted["text"],
            form=posted["form"],
            priority=posted["priority"] or "normal",
            seconds=forms.whole(posted["seconds"]),
            minutes=forms.whole(posted["minutes"]),
            screens=mine if "all" in posted else posted.all("screens"),
        )

    def _page(self, message: Message, refused: Refused | None = None) -> Response:
        texts = forms.texts(*_ROOMS)
        active = [self._line(line) for line in self._announcements.active(actor())]
        past = [self._line(line) for line in self._announcements.history(actor())]
        errors = forms.field_errors(refused, texts) if refused else {}
        return forms.page(
            SECTION,
            "announce.title",
            announce_page(message, active, past, errors, texts),
            rooms=_ROOMS,
            status=422 if refused else 200,
            styles=_STYLES,
            scripts=_SCRIPTS,
        )

    def _screens(self) -> tuple[Option, ...]:
        lang = forms.chosen().lang
        published = {id_: one.board for id_, one in self._services.published.all().items()}

        def board_of(receiver: Receiver) -> str:
            board = published.get(receiver.board) or SHIPPED.get(receiver.board)
            return name_in(lang, board.title.zh, board.title.en, receiver.board) if board else receiver.board

        return tuple(Option(one.id, one.name, board_of(one)) for one in self._announcements.receivers(actor()))

    def _line(self, line: AnnouncementLine) -> Line:
        moment, said = site_moments(self._services), line.announcement
        return Line(
            id=said.id,
            text=said.text,
            form=said.form,
            is_high=said.priority == "high",
            screens=line.screens,
            others=line.others,
            made_by=line.made_by,
            made_at=moment(line.made_at_ms),
            until=moment(said.until_ms),
            may_withdraw=line.may_withdraw,
            withdrawn_by=line.withdrawn_by,
            withdrawn_at=moment(line.withdrawn_at_ms) if line.withdrawn_at_ms else None,
        )


def register(doors: Doors, services: Services) -> None:
    """Mounts them."""
    pages = AnnouncementPages(services)
    doors.route(ROOT, "announce", pages.shown, NEED)
    doors.route(ROOT, "announce.send", pages.send, NEED, methods=("POST",))
    one = f"{ROOT}/<announcement_id>/withdraw"
    doors.route(one, "announce.withdraw", pages.withdraw, NEED, methods=("POST",))
