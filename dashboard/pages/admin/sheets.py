"""`/admin/sheets/`: files in and out."""

from __future__ import annotations

from typing import Final, get_args
from urllib.parse import quote

from flask import Response, request

from dashboard.access.permissions import Permission
from dashboard.directory.exporting import Form, export
from dashboard.directory.importing import LineReport, Report, look, take
from dashboard.directory.tables import KINDS, Kind
from dashboard.directory.uploads import Uploads
from dashboard.pages import forms
from dashboard.pages.admin import section
from dashboard.pages.doors import Doors, needs
from dashboard.pages.services import Services, now_ms
from dashboard.refusal import Refused
from layouts.forms.directory.sheets import SHEETS, Change, CheckView, LineView, check_page, sheets_page
from layouts.texts import Catalogue

SHOWN_LINES: Final = 300
"""Lines of a look that a page shows; wrong ones come first."""


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = SheetPages(services)
    either = needs(Permission.DIRECTORY_EDIT, Permission.DIRECTORY_EXPORT)
    doors.route(SHEETS, "sheets", pages.overview, either)
    doors.route(f"{SHEETS}check", "sheet_upload", pages.upload, section.EDIT, methods=("POST",), takes_files=True)
    doors.route(f"{SHEETS}check/<upload_id>", "sheet_check", pages.check, section.EDIT)
    doors.route(f"{SHEETS}check/<upload_id>", "sheet_confirm", pages.confirm, section.EDIT, methods=("POST",))
    doors.route(f"{SHEETS}export", "sheet_export", pages.export, needs(Permission.DIRECTORY_EXPORT), methods=("POST",))


class SheetPages:
    """A file is looked at, and the same file is done: it waits on the server in between."""

    def __init__(self, services: Services) -> None:
        self._directory = services.directory
        self._audit = services.audit
        self._uploads = Uploads(services.redis, services.site)

    def overview(self) -> Response:
        """Both ways."""
        return _overview("")

    def upload(self) -> Response:
        """Keeps the file and goes to its look. What is no table of ours is refused at once."""
        file = request.files.get("file")
        if file is None or not file.filename:
            return _overview(section.words()("import.no_file"), status=422)
        name = "".join(letter for letter in file.filename if letter.isprintable())[-100:]
        body = file.read()
        try:
            look(self._directory, forms.actor(), body, name, forms.chosen().lang)
        except Refused as refused:
            return _overview(section.words()(refused.word, **refused.values), status=422)
        return forms.see_other(f"{SHEETS}check/{self._uploads.keep(forms.actor(), name, body)}")

    def check(self, upload_id: str) -> Response:
        """What the file would do now."""
        try:
            name, body = self._uploads.find(forms.actor(), upload_id)
            report = look(self._directory, forms.actor(), body, name, forms.chosen().lang)
        except Refused as refused:
            return _overview(section.words()(refused.word, **refused.values), status=422)
        return _check(report, name, upload_id)

    def confirm(self, upload_id: str) -> Response:
        """Does it; if it cannot be done any more, says why."""
        try:
            name, body = self._uploads.find(forms.actor(), upload_id)
            report = take(self._directory, forms.actor(), body, name, forms.chosen().lang)
        except Refused as refused:
            return _overview(section.words()(refused.word, **refused.values), status=422)
        if not report.is_done:
            return _check(report, name, upload_id, status=409)
        self._uploads.forget(forms.actor())
        return forms.said(SHEETS, "said.imported")

    def export(self) -> Response:
        """The file."""
        kind, form = _chosen(request.form.get("kind", ""), request.form.get("form", ""))
        lang = forms.chosen().lang
        out = export(self._directory, self._audit, forms.actor(), kind, form, lang, now_ms())
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(out.name)}",
            "Cache-Control": "no-store",
        }
        return Response(out.body, content_type=out.media_type, headers=headers)


def _chosen(kind: str, form: str) -> tuple[Kind, Form]:
    kinds: dict[str, Kind] = {known: known for known in KINDS}
    forms_: dict[str, Form] = {known: known for known in get_args(Form)}
    return kinds.get(kind, "people"), forms_.get(form, "xlsx")


def _overview(error: str, status: int = 200) -> Response:
    content = sheets_page(
        section.words(),
        error=error,
        may_import=section.may_edit(),
        may_export=forms.actor().may(Permission.DIRECTORY_EXPORT),
    )
    return section.page("people", "sheets", content, status=status)


def _check(report: Report, name: str, upload_id: str, status: int = 200) -> Response:
    words = section.words()
    worth = [line for line in report.lines if line.taken.outcome != "unchanged"]
    worth.sort(key=lambda line: line.taken.outcome != "wrong")
    view = CheckView(
        file=name,
        kind=report.kind,
        counts=report.counts,
        lines=[_line(report.kind, line, words) for line in worth[:SHOWN_LINES]],
        left_out=max(0, len(worth) - SHOWN_LINES),
        confirm_href=f"{SHEETS}check/{quote(upload_id, safe='')}",
    )
    return section.page("people", "sheets", check_page(view, words), status=status)


def _line(kind: Kind, line: LineReport, words: Catalogue) -> LineView:
    taken = line.taken

    def column(name: str) -> str:
        return words(f"column.{kind}.{name}") if name in KINDS[kind].names else name

    return LineView(
        line.line,
        taken.name,
        taken.outcome,
        tuple(Change(column(found.column), found.before, found.after) for found in taken.differences),
        tuple(
            words("import.problem", column=column(one.field), sentence=words(one.word, **one.values))
            if one.field
            else words(one.word, **one.values)
            for one in taken.problems
        ),
    )
