"""`/admin/boards/`: the list, a new board, and taking one away."""

from __future__ import annotations

from typing import Final

from flask import Response, request

from dashboard.access.scope import Scope
from dashboard.boards import TEMPLATES
from dashboard.boards.document import Title
from dashboard.boards.reading import BoardRefused
from dashboard.pages import forms
from dashboard.pages.admin.boards import section
from dashboard.pages.admin.boards.section import NEED
from dashboard.pages.doors import Doors
from dashboard.pages.scope_choice import posted_scope
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms.boards.shelf import (
    BOARDS,
    NEW,
    MakeView,
    TemplateLine,
    board_href,
    boards_page,
    make_page,
    remove_page,
)
from layouts.forms.fields import Option
from layouts.forms.scope_fields import ScopeChoice

FIRST: Final = next(iter(TEMPLATES))


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = ShelfPages(services)
    doors.route(BOARDS, "boards", pages.overview, NEED)
    doors.route(NEW, "board_new", pages.new, NEED)
    doors.route(NEW, "board_make", pages.make, NEED, methods=("POST",))
    doors.route(f"{BOARDS}<board_id>/remove", "board_remove_asked", pages.remove_asked, NEED)
    doors.route(f"{BOARDS}<board_id>/remove", "board_remove", pages.remove, NEED, methods=("POST",))


class ShelfPages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._library = services.library

    def overview(self) -> Response:
        """Ours and the templates."""
        lines = section.Lines(self._services)
        stored = [lines.line(one) for one in self._library.listed(forms.actor())]
        texts = section.words()
        templates = [
            TemplateLine(
                board.id,
                section.titled(board.title, board.id),
                texts(f"boards.template.{board.id}"),
                section.boxes(board),
            )
            for board in TEMPLATES.values()
        ]
        return section.page("boards", boards_page(stored, templates, texts))

    def new(self) -> Response:
        """The fields, filled from what was chosen in the list."""
        source = request.args.get("source", FIRST)
        known = dict(self._sources())
        source = source if source in known else FIRST
        title = known[source]
        if source not in TEMPLATES:
            texts = section.words()
            title = Title(*(texts("boards.copy_of", name=name) if name else "" for name in (title.zh, title.en)))
        proposed = self._library.proposed_id(forms.actor(), title)
        within = self._library.scope_of(forms.actor())
        return self._make_page(MakeView((), self._choice(within), source, proposed, title.zh, title.en))

    def make(self) -> Response:
        """It is made; then it is drawn."""
        posted = forms.posted()
        typed = MakeView(
            (), self._choice(posted_scope(posted)), posted["source"], posted["id"], posted["title"], posted["title_en"]
        )
        title = Title(typed.zh[:200], typed.en[:200])
        try:
            board_id = typed.id or self._library.proposed_id(forms.actor(), title)
            made = self._library.make(forms.actor(), typed.source, board_id, title, posted_scope(posted))
        except Refused as refused:
            return self._make_page(typed, refused)
        except BoardRefused as refused:
            return self._make_page(typed, mistakes=section.sentences(refused))
        return forms.said(board_href(made.id), "said.board_made")

    def remove_asked(self, board_id: str) -> Response:
        """Once more."""
        return self._remove_page(board_id)

    def remove(self, board_id: str) -> Response:
        """It goes, unless a screen shows it."""
        try:
            self._library.remove(forms.actor(), board_id)
        except Refused as refused:
            if not refused.word.startswith("boards.refused.on_screens"):
                raise
            return self._remove_page(board_id, section.words()(refused.word, **refused.values), 422)
        return forms.said(BOARDS, "said.board_removed")

    def _remove_page(self, board_id: str, error: str = "", status: int = 200) -> Response:
        line = section.Lines(self._services).line(self._library.get(forms.actor(), board_id))
        content = remove_page(line, error, section.words())
        return section.page("boards", content, status=status, title="boards.remove.title")

    def _make_page(self, view: MakeView, refused: Refused | None = None, mistakes: tuple[str, ...] = ()) -> Response:
        options = tuple(Option(board_id, section.titled(title, board_id)) for board_id, title in self._sources())
        errors = forms.field_errors(refused, section.words()) if refused else {}
        shown = MakeView(options, view.scope, view.source, view.id, view.zh, view.en, errors, mistakes)
        status = 422 if refused or mistakes else 200
        return section.page("boards", make_page(shown, section.words()), status=status, title="boards.make")

    def _sources(self) -> list[tuple[str, Title]]:
        """What a new board may be like."""
        mine = [(one.id, one.title) for one in self._library.listed(forms.actor()) if one.readable_draft is not None]
        return [*((board.id, board.title) for board in TEMPLATES.values()), *mine]

    def _choice(self, chosen: Scope) -> ScopeChoice:
        return section.scope_choice(self._services, chosen)
