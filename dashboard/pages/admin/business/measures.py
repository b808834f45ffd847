"""`/admin/business/measures/`: what this site counts besides. Parses, asks `Measures`, answers."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from flask import Response

from dashboard.access.permissions import Permission
from dashboard.business.measures import SUMS, WORSE, Measure
from dashboard.pages import forms
from dashboard.pages.admin.business import section
from dashboard.pages.doors import Doors
from dashboard.pages.scope_choice import name_in
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms.business.measures import MEASURES, MeasureRow, measures_page
from layouts.forms.directory.state import Filled
from layouts.texts import Catalogue

_TITLE: Final = "title.business_measures"
_EMPTY: Final = Filled({"worse": WORSE[1], "sums": SUMS[0]})


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages, need = MeasurePages(services), section.SOURCES_NEED
    doors.route(MEASURES, "business_measures", pages.listed, need)
    doors.route(MEASURES, "business_measures.put", pages.put, need, methods=("POST",))
    doors.route(f"{MEASURES}<name>/remove", "business_measures.remove", pages.remove, need, methods=("POST",))


class MeasurePages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._measures = services.business.measures

    def listed(self) -> Response:
        """All of them, and an empty form."""
        return self._page(_EMPTY)

    def put(self) -> Response:
        """One more, or another name for one."""
        posted = forms.posted()
        typed = {field.name: posted[field.name] for field in fields(Measure)}
        try:
            self._measures.put(forms.actor(), Measure(**typed))
        except Refused as refused:
            return self._page(Filled(typed, forms.field_errors(refused, section.words())), status=422)
        return forms.said(MEASURES, "said.business_measure_saved")

    def remove(self, name: str) -> Response:
        """It takes no more."""
        self._measures.remove(forms.actor(), name)
        return forms.said(MEASURES, "said.business_measure_removed")

    def _page(self, filled: Filled, *, status: int = 200) -> Response:
        words, actor = section.words(), forms.actor()
        rows = [_row(measure, words) for measure in self._measures.listed(actor)]
        may_change = actor.scope(Permission.BUSINESS_SOURCES).is_everything
        return section.page(_TITLE, measures_page(rows, filled, words, may_change=may_change), status=status)


def _row(measure: Measure, words: Catalogue) -> MeasureRow:
    unit = name_in(words.lang, measure.unit_zh, measure.unit_en, "")
    shown = name_in(words.lang, measure.name_zh, measure.name_en, measure.name)
    return MeasureRow(
        measure.name,
        f"{shown} · {unit}" if unit else shown,
        words(f"business.measures.worse.{measure.worse}"),
        words(f"business.measures.sums.{measure.sums}"),
    )
