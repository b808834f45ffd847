"""`/admin/business/import/`: a file is looked at, and the same file is taken: it waits on the server in between."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from flask import Response, request

from dashboard.access.permissions import Permission
from dashboard.business.importing import COLUMNS, LineReport, Report
from dashboard.directory.uploads import Uploads
from dashboard.pages import forms
from dashboard.pages.admin.business import section
from dashboard.pages.doors import Doors
from dashboard.pages.moments import site_moments
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms.business.imports import IMPORT, CheckView, ImportRow, LineView, check_page, import_page
from layouts.texts import Catalogue

SHOWN_LINES: Final = 300
_TITLE: Final = "title.business_import"


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages, need = ImportPages(services), section.TELL
    doors.route(IMPORT, "business_import", pages.overview, need)
    doors.route(f"{IMPORT}check", "business_import.upload", pages.upload, need, methods=("POST",), takes_files=True)
    doors.route(f"{IMPORT}check/<upload_id>", "business_import.check", pages.check, need)
    doors.route(f"{IMPORT}check/<upload_id>", "business_import.confirm", pages.confirm, need, methods=("POST",))


class ImportPages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._imports = services.business.imports
        self._uploads = Uploads(services.redis, services.site, Permission.BUSINESS_TELL, room="business")

    def overview(self) -> Response:
        """Choose a file."""
        return self._overview("")

    def upload(self) -> Response:
        """Keeps the file and goes to its look. What is no table of ours is refused at once."""
        file = request.files.get("file")
        if file is None or not file.filename:
            return self._overview(section.words()("business.import.none"), status=422)
        name = "".join(letter for letter in file.filename if letter.isprintable())[-100:]
        body = file.read()
        try:
            self._imports.look(forms.actor(), body, name)
        except Refused as refused:
            return self._refused(refused)
        return forms.see_other(f"{IMPORT}check/{self._uploads.keep(forms.actor(), name, body)}")

    def check(self, upload_id: str) -> Response:
        """What the file would do now."""
        try:
            name, body = self._uploads.find(forms.actor(), upload_id)
            report = self._imports.look(forms.actor(), body, name)
        except Refused as refused:
            return self._refused(refused)
        return section.page(_TITLE, check_page(_view(report, name, upload_id), section.words()))

    def confirm(self, upload_id: str) -> Response:
        """Takes its right lines."""
        try:
            name, body = self._uploads.find(forms.actor(), upload_id)
            self._imports.take(forms.actor(), body, name)
        except Refused as refused:
            return self._refused(refused)
        self._uploads.forget(forms.actor())
        return forms.said(IMPORT, "said.business_imported")

    def _refused(self, refused: Refused) -> Response:
        return self._overview(section.words()(refused.word, **refused.values), status=422)

    def _overview(self, error: str, status: int = 200) -> Response:
        words, moment = section.words(), site_moments(self._services)
        last = [
            ImportRow(one.name, one.made_by, moment(one.made_at_ms), one.taken, one.same)
            for one in self._imports.last(forms.actor())
        ]
        heads = [words(f"business.column.{name}") for name in COLUMNS]
        return section.page(_TITLE, import_page(last, heads, words, error=error), status=status)


def _view(report: Report, name: str, upload_id: str) -> CheckView:
    words = section.words()
    worth = [line for line in report.lines if line.outcome.word not in {"same", "outdated"}]
    worth.sort(key=lambda line: line.outcome.word != "refused")
    return CheckView(
        name,
        report.counts,
        report.changes,
        [_line(line, words) for line in worth[:SHOWN_LINES]],
        max(0, len(worth) - SHOWN_LINES),
        f"{IMPORT}check/{quote(upload_id, safe='')}",
    )


def _line(line: LineReport, words: Catalogue) -> LineView:
    outcome, why = line.outcome, ""
    if outcome.why is not None:
        values = dict(outcome.why.values)
        if values.get("named") in COLUMNS:
            values["named"] = words(f"business.column.{values['named']}")
        why = words(outcome.why.word, **values)
        if outcome.why.field in COLUMNS and "named" not in values:
            column = words(f"business.column.{outcome.why.field}")
            why = words("business.import.problem", column=column, sentence=why)
    return LineView(line.line, outcome.word, outcome.id, why)
