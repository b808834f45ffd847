"""`/admin/boards/<id>/history`: who published what when, what it changed, and the way back."""

from __future__ import annotations

from itertools import zip_longest

from flask import Response, request

from dashboard.boards import changes
from dashboard.boards.document import Board
from dashboard.boards.reading import BoardRefused
from dashboard.pages import forms
from dashboard.pages.admin.boards import section
from dashboard.pages.admin.boards.section import NEED
from dashboard.pages.doors import Doors
from dashboard.pages.moments import site_moments
from dashboard.pages.services import Services
from dashboard.refusal import NotThere, Refused
from dashboard.wallboards.stored import Revision, StoredBoard
from layouts.forms.boards.history import HistoryView, RestoreView, RevisionLine, history_page, restore_page
from layouts.forms.boards.shelf import BOARDS, board_href
from layouts.forms.moment import Moments


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = HistoryPages(services)
    one = f"{BOARDS}<board_id>/"
    doors.route(f"{one}history", "board_history", pages.history, NEED)
    doors.route(f"{one}restore", "board_restore_asked", pages.restore_asked, NEED)
    doors.route(f"{one}restore", "board_restore", pages.restore, NEED, methods=("POST",))


class HistoryPages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._library = services.library

    def history(self, board_id: str) -> Response:
        """Newest first, each beside the one before it."""
        stored = self._library.get(forms.actor(), board_id)
        revisions = self._library.history(forms.actor(), board_id)
        moments = site_moments(self._services)
        lines = tuple(
            _line(one, None if before is None else before.board, moments)
            for one, before in zip_longest(revisions, revisions[1:])
        )
        view = HistoryView(section.Lines(self._services).line(stored), lines, _differences(_shown(revisions), stored))
        return section.page("boards", history_page(view, section.words()), title="boards.history")

    def restore_asked(self, board_id: str) -> Response:
        """What would be other than now."""
        return self._restore_page(board_id, request.args.get("revision", 0, type=int))

    def restore(self, board_id: str) -> Response:
        """It is shown again."""
        posted = forms.posted()
        number, version = (forms.whole(posted[name]) for name in ("revision", "version"))
        try:
            self._library.restore(forms.actor(), board_id, number, version)
        except NotThere:
            raise
        except Refused as refused:
            error = section.words()(refused.word, **refused.values)
            return self._restore_page(board_id, number, error, status=422)
        except BoardRefused as refused:
            return self._restore_page(board_id, number, mistakes=section.sentences(refused), status=422)
        return forms.said(board_href(board_id, "history"), "said.board_restored")

    def _restore_page(
        self, board_id: str, number: int, error: str = "", mistakes: tuple[str, ...] = (), status: int = 200
    ) -> Response:
        stored = self._library.get(forms.actor(), board_id)
        old = self._library.revision(forms.actor(), board_id, number)
        now = _shown(self._library.history(forms.actor(), board_id))
        view = RestoreView(
            section.Lines(self._services).line(stored),
            _line(old, None, site_moments(self._services)),
            stored.draft_version,
            _sentences(now, old.board),
            error,
            mistakes,
        )
        content = restore_page(view, section.words())
        return section.page("boards", content, status=status, title="boards.history")


def _shown(revisions: list[Revision]) -> Board | None:
    return next((one.board for one in revisions if one.is_shown), None)


def _differences(shown: Board | None, stored: StoredBoard) -> tuple[str, ...]:
    return _sentences(shown, stored.readable_draft) if stored.is_changed else ()


def _line(one: Revision, before: Board | None, moments: Moments) -> RevisionLine:
    return RevisionLine(
        number=one.number,
        by=one.published_by,
        at=moments(one.published_at_ms),
        note=one.note,
        restored_from=one.restored_from,
        changes=_sentences(before, one.board),
        is_shown=one.is_shown,
        is_readable=one.board is not None,
    )


def _sentences(before: Board | None, after: Board | None) -> tuple[str, ...]:
    """What differs, in words; nothing where there is nothing to compare with."""
    if before is None or after is None:
        return ()
    texts = forms.texts(*changes.ROOMS)
    return tuple(changes.sentence(one, texts) for one in changes.changes(before, after))
