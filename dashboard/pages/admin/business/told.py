"""`/admin/business/`: what arrived lately. Parses, asks `Told`, answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Response

from collectors.events import BusinessFact
from dashboard.business.told import ToldLine
from dashboard.pages import forms
from dashboard.pages.admin.business import section
from dashboard.pages.doors import Doors
from dashboard.pages.moments import site_moments
from dashboard.pages.scope_choice import name_in
from dashboard.pages.services import Services
from layouts.forms.business.told import TOLD, ToldRow, told_page
from layouts.forms.moment import Moments
from layouts.forms.table import BadgeKind
from layouts.texts import Catalogue

MANY: Final = 200
"""Fewer lines than this wait for a moment whenever something is told."""

_GOOD: Final = {
    "satisfaction": ("satisfied", "dissatisfied"),
    "resolution": ("resolved", "unresolved"),
    "ticket": ("in_time", "late"),
}


def register(doors: Doors, services: Services) -> None:
    """Enters the route."""
    doors.route(TOLD, "business_told", ToldPages(services).shown, section.EITHER)


class ToldPages:
    """The page of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def shown(self) -> Response:
        """The newest first."""
        actor, words = forms.actor(), section.words()
        told, moment = self._services.business.told, site_moments(self._services)
        waiting = told.waiting(actor)
        measures = self._services.business.measures.listed(actor)
        names = {one.name: name_in(words.lang, one.name_zh, one.name_en, one.name) for one in measures}
        rows = [_row(line, moment, names, words) for line in told.lately(actor)]
        return section.page("title.business_told", told_page(rows, waiting if waiting > MANY else 0, words))


def _row(line: ToldLine, moment: Moments, measures: Mapping[str, str], words: Catalogue) -> ToldRow:
    """`measures`: what those that are declared are called."""
    kind, what = _what(line, moment, measures, words)
    return ToldRow(
        told=moment.dated(line.told_at_ms),
        occurred=moment(line.occurred_ms),
        source=_source(line, words),
        id=line.id,
        kind=words(f"business.kind.{line.kind}"),
        whose=line.person or line.agent or "–",
        queue=line.queue,
        what=what,
        badge=kind,
    )


def _source(line: ToldLine, words: Catalogue) -> str:
    if line.source == "file":
        return words("business.told.file")
    if not line.source_name:
        return words("business.told.gone")
    return words("business.told.account", name=line.source_name) if line.source == "account" else line.source_name


def _what(line: ToldLine, moment: Moments, measures: Mapping[str, str], words: Catalogue) -> tuple[BadgeKind, str]:
    if line.is_withdrawn:
        return "plain", words("business.what.withdrawn")
    if line.fact is None:
        return "plain", words("business.what.waits", due=moment.text(line.due_ms))
    if line.kind in _GOOD:
        good, bad = _GOOD[line.kind]
        return ("good", words(f"business.what.{good}")) if line.fact.good else ("warn", words(f"business.what.{bad}"))
    return "plain", _amount(line.fact, measures, words)


def _amount(fact: BusinessFact, measures: Mapping[str, str], words: Catalogue) -> str:
    amount = f"{fact.value / 100:,.2f}".removesuffix(".00")
    if fact.kind == "custom":
        return words("business.what.custom", name=measures.get(fact.name, fact.name), amount=amount)
    return words("business.what.one") if fact.kind == "complaint" else amount
