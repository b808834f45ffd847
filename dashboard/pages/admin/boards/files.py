"""`/admin/boards/import` and the files of boards: in with all mistakes told, out as JSON."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, request

from dashboard.boards.reading import BoardRefused
from dashboard.pages import forms
from dashboard.pages.admin.boards import section
from dashboard.pages.admin.boards.section import NEED
from dashboard.pages.doors import Doors
from dashboard.pages.scope_choice import posted_scope
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms.boards.files import ImportView, import_page
from layouts.forms.boards.shelf import BOARDS, IMPORT, board_href


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = FilePages(services)
    doors.route(IMPORT, "board_import", pages.fields, NEED)
    doors.route(IMPORT, "board_import_file", pages.take, NEED, methods=("POST",), takes_files=True)
    doors.route(f"{BOARDS}<board_id>/export", "board_export", pages.export, NEED)


class FilePages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._library = services.library

    def fields(self) -> Response:
        """Which file, and where to."""
        within = self._library.scope_of(forms.actor())
        view = ImportView(section.scope_choice(self._services, within))
        return section.page("import", import_page(view, section.words()))

    def take(self) -> Response:
        """A draft, or everything that is wrong with the file."""
        posted = forms.posted()
        scope, board_id, replaces = posted_scope(posted), posted["id"], bool(posted["replaces"])
        mistakes: tuple[str, ...] = ()
        refused: Refused | None = None
        try:
            body = section.sent_file().read()
            made = self._library.imported(forms.actor(), body, scope=scope, board_id=board_id, replaces=replaces)
            return forms.said(board_href(made.id), "said.board_imported")
        except Refused as found:
            refused = found
        except BoardRefused as found:
            mistakes = section.sentences(found)
        texts = section.words()
        errors = forms.field_errors(refused, texts) if refused else {}
        view = ImportView(section.scope_choice(self._services, scope), board_id, replaces, errors, mistakes)
        return section.page("import", import_page(view, texts), status=422)

    def export(self, board_id: str) -> Response:
        """What is published, else the draft; or a revision."""
        body = self._library.exported(forms.actor(), board_id, request.args.get("revision", type=int))
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(board_id)}.json",
            "Cache-Control": "no-store",
        }
        return Response(body, mimetype="application/json", headers=headers)
