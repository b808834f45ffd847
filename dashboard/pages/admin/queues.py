"""`/admin/queues/`: names, targets and limits of the queues."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from flask import Response, request

from dashboard.directory import Directory
from dashboard.directory.entries import FORMULAS
from dashboard.directory.rows import QueueRow
from dashboard.directory.settings_of import OTHERS
from dashboard.directory.tables.cells import share, shown_number
from dashboard.pages import forms
from dashboard.pages.admin import section
from dashboard.pages.doors import Doors
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms.directory.queues import QUEUES, QueueLine, QueueView, queue_form, queue_list
from layouts.forms.directory.state import Filled

_TEXTS: Final = (
    "name_zh",
    "name_en",
    "threshold_s",
    "short_abandon_s",
    "formula",
    "wrap_up_s",
    "wait_amber_s",
    "wait_red_s",
)
_SHARE: Final = "service_level_target"


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = QueuePages(services.directory)
    doors.route(QUEUES, "queues", pages.overview, section.VIEW)
    doors.route(f"{QUEUES}one", "queue", pages.one, section.EDIT, methods=("GET", "POST"))
    doors.route(f"{QUEUES}remove", "queue_remove", pages.remove, section.EDIT, methods=("POST",))


class QueuePages:
    """The list and the form. Queues' ids are the switch's, so they travel as a parameter."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def overview(self) -> Response:
        """Unconfirmed ones first, the line of all others last."""
        actor = forms.actor()
        others, *confirmed = self._directory.queues.listed(actor)
        new = [self._directory.queues.get(actor, queue) for queue in self._directory.queues.unconfirmed(actor)]
        lines = [
            *(self._line(row, is_confirmed=False) for row in new),
            *(self._line(row, is_confirmed=True) for row in confirmed),
            self._line(others, is_confirmed=True),
        ]
        return section.page("queues", "queues", queue_list(lines, section.words(), may_edit=section.may_edit()))

    def one(self) -> Response:
        """The form, or the change."""
        row = self._directory.queues.get(forms.actor(), request.args.get("queue", ""))
        if request.method == "GET":
            return self._form(row, Filled(_typed(row)))
        posted = forms.posted()
        typed = {name: posted[name] for name in (*_TEXTS, _SHARE, "overflow_counts")}
        try:
            values: dict[str, object] = {name: typed[name] for name in _TEXTS}
            values |= {_SHARE: share(typed[_SHARE], _SHARE), "overflow_counts": typed["overflow_counts"] == "yes"}
            if row.id == OTHERS:
                values |= {"name_zh": "", "name_en": ""}
            self._directory.queues.put(forms.actor(), row.id, values)
        except Refused as refused:
            return self._form(row, section.again(refused, typed), status=422)
        return forms.said(QUEUES, "said.saved")

    def remove(self) -> Response:
        """It follows the line of all others again."""
        self._directory.queues.remove(forms.actor(), request.args.get("queue", ""))
        return forms.said(QUEUES, "said.removed")

    def _form(self, row: QueueRow, filled: Filled, status: int = 200) -> Response:
        known = {one.id for one in self._directory.queues.listed(forms.actor())}
        view = QueueView(self._line(row, is_confirmed=row.id in known), filled, FORMULAS, may_edit=True)
        return section.page("queues", "queues", queue_form(view, section.words()), status=status)

    def _line(self, row: QueueRow, *, is_confirmed: bool) -> QueueLine:
        lang, words, entry = forms.chosen().lang, section.words(), row.entry
        name = (
            words("queues.default") if row.id == OTHERS else section.named(lang, entry.name_zh, entry.name_en, row.id)
        )
        other = section.other_name(lang, entry.name_zh, entry.name_en)
        return QueueLine(
            queue_id=row.id,
            href=f"{QUEUES}one?{urlencode({'queue': row.id})}",
            name=name,
            other_name=" · ".join(text for text in (other, row.id) if text and text not in (name, OTHERS)),
            target=f"{shown_number(entry.service_level_target * 100)}%",
            threshold_s=entry.threshold_s,
            formula=words(f"formula.{entry.formula}"),
            short_abandon_s=entry.short_abandon_s,
            overflow_counts=entry.overflow_counts,
            wrap_up_s=entry.wrap_up_s,
            wait_amber_s=entry.wait_amber_s,
            wait_red_s=entry.wait_red_s,
            is_confirmed=is_confirmed,
            is_default=row.id == OTHERS,
        )


def _typed(row: QueueRow) -> dict[str, str]:
    entry = row.entry
    return {
        **{name: str(getattr(entry, name)) for name in _TEXTS},
        _SHARE: shown_number(entry.service_level_target * 100),
        "overflow_counts": "yes" if entry.overflow_counts else "",
    }
