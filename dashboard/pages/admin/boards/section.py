"""What the pages of boards have in common: their words, their tabs, and a board as a line of text."""

from __future__ import annotations

from typing import Final

import htpy as h
from flask import Response, request
from werkzeug.datastructures import FileStorage

from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.boards.document import Board, Title
from dashboard.boards.mistakes import sentence
from dashboard.boards.reading import BoardRefused
from dashboard.pages import forms
from dashboard.pages.doors import needs
from dashboard.pages.moments import site_moments
from dashboard.pages.role_words import ScopeWords
from dashboard.pages.scope_choice import name_in, offered
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from dashboard.wallboards.stored import StoredBoard
from layouts.forms import Tab
from layouts.forms.boards.pictures import PICTURES
from layouts.forms.boards.shelf import BOARDS, IMPORT, BoardLine
from layouts.forms.boards.sketch import Box
from layouts.forms.scope_fields import ScopeChoice
from layouts.texts import Catalogue

ROOMS: Final = ("boards",)
NEED: Final = needs(Permission.BOARDS_EDIT)
_STYLES: Final = ("css/forms/scope.css", "css/forms/directory.css", "css/forms/boards.css")
_TABS: Final = (("boards", BOARDS), ("pictures", PICTURES), ("import", IMPORT))


def words() -> Catalogue:
    """The words for the request at hand."""
    return forms.texts(*ROOMS)


def page(here: str, *content: h.Node, status: int = 200, title: str = "") -> Response:
    """A page of the section; `here`: its tab."""
    texts = words()
    tabs = [Tab(texts(f"boards.tab.{name}"), href, is_here=name == here) for name, href in _TABS]
    return forms.page(
        "boards", title or f"boards.tab.{here}", *content, rooms=ROOMS, status=status, tabs=tabs, styles=_STYLES
    )


def titled(title: Title, fallback: str) -> str:
    """In the reader's language, else in the other, else the fallback."""
    return name_in(forms.chosen().lang, title.zh, title.en, fallback)


def sentences(refused: BoardRefused) -> tuple[str, ...]:
    """All that is wrong with a document."""
    texts = words()
    return tuple(sentence(one, texts) for one in refused.mistakes)


def boxes(board: Board | None) -> tuple[Box, ...]:
    """The first page's tiles where they stand."""
    if board is None:
        return ()
    return tuple(
        Box(tile.at.x, tile.at.y, tile.at.w, tile.at.h, str(tile.__struct_config__.tag))
        for tile in board.pages[0].tiles
        if tile.at is not None
    )


def scope_choice(services: Services, chosen: Scope) -> ScopeChoice:
    """The fields of a scope, with what the actor may choose."""
    within = services.library.scope_of(forms.actor())
    return offered(services.directory, forms.actor(), within, chosen, forms.chosen().lang)


def sent_file() -> FileStorage:
    """The file of the request at hand. Raises `Refused`."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Refused("boards.refused.no_file", "file")
    return file


class Lines:
    """Boards as lines of text, for one request: names are asked for once."""

    def __init__(self, services: Services) -> None:
        self._texts = words()
        self._moments = site_moments(services)
        self._scopes = ScopeWords(services.directory, forms.actor(), self._texts)

    def line(self, one: StoredBoard) -> BoardLine:
        """A board in words."""
        return BoardLine(
            id=one.id,
            title=titled(one.title, one.id),
            scope=self.scope(one.scope),
            boxes=boxes(one.readable_draft),
            draft_by=one.draft_by,
            draft_at=self._moments(one.draft_at_ms),
            revision=one.revision,
            published_by=one.published_by,
            published_at=self._moments(one.published_at_ms),
            is_changed=one.is_changed,
            screens=self._texts.listing(one.shown_on.names),
            other_screens=one.shown_on.others,
        )

    def scope(self, scope: Scope) -> str:
        """Whose board it is."""
        return self._scopes.of(scope)
