"""`/admin/reasons/`: the catalogue of pause reasons."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from flask import Response, request

from dashboard.directory import Directory, Unknown
from dashboard.directory.entries import CATEGORIES
from dashboard.directory.rows import ReasonRow
from dashboard.directory.tables.cells import shown_number
from dashboard.pages import forms
from dashboard.pages.admin import section
from dashboard.pages.doors import Doors
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms import Option
from layouts.forms.directory.reasons import REASONS, ReasonLine, ReasonsView, ReasonView, reason_form, reason_list
from layouts.forms.directory.state import Filled
from layouts.texts import Catalogue

FIELDS: Final = ("name_zh", "name_en", "category", "limit_min", "quota")


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = ReasonPages(services.directory)
    doors.route(REASONS, "reasons", pages.overview, section.VIEW)
    doors.route(f"{REASONS}one", "reason", pages.one, section.EDIT, methods=("GET", "POST"))
    doors.route(f"{REASONS}remove", "reason_remove", pages.remove, section.EDIT, methods=("POST",))
    doors.route(f"{REASONS}defaults", "reason_defaults", pages.defaults, section.EDIT, methods=("POST",))


class ReasonPages:
    """The catalogue and the form."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def overview(self) -> Response:
        """The catalogue, and what the floor reports without it."""
        actor, lang, words = forms.actor(), forms.chosen().lang, section.words()
        view = ReasonsView(
            tuple(_line(row, lang, words) for row in self._directory.reasons.listed(actor)),
            [(reason, _href(reason)) for reason in self._directory.reasons.unknown(actor)],
            section.may_edit(),
        )
        return section.page("queues", "reasons", reason_list(view, words))

    def one(self) -> Response:
        """The form, or the change; without `reason` in the address a new one."""
        reason = request.args.get("reason", "")[:200]
        known = self._known(reason)
        if request.method == "GET":
            return self._form(reason, known, Filled(_typed(known) if known else _proposed(reason)))
        posted = forms.posted()
        typed = {name: posted[name] for name in (*FIELDS, "reason")}
        values = {name: typed[name] or "0" if name in {"limit_min", "quota"} else typed[name] for name in FIELDS}
        try:
            self._directory.reasons.put(forms.actor(), reason or typed["reason"], values)
        except Refused as refused:
            told = Refused(refused.word, {"id": "reason"}.get(refused.field, refused.field), **refused.values)
            return self._form(reason, known, section.again(told, typed), status=422)
        return forms.said(REASONS, "said.saved")

    def remove(self) -> Response:
        """Takes a line away."""
        self._directory.reasons.remove(forms.actor(), request.args.get("reason", ""))
        return forms.said(REASONS, "said.removed")

    def defaults(self) -> Response:
        """Those that most floors have."""
        self._directory.reasons.add_defaults(forms.actor())
        return forms.said(REASONS, "said.added")

    def _known(self, reason: str) -> ReasonRow | None:
        try:
            return self._directory.reasons.get(forms.actor(), reason) if reason else None
        except Unknown:
            return None

    def _form(self, reason: str, known: ReasonRow | None, filled: Filled, status: int = 200) -> Response:
        words = section.words()
        categories = tuple(Option(category, words(f"category.{category}")) for category in CATEGORIES)
        href = _href(reason) if reason else f"{REASONS}one"
        view = ReasonView(reason, filled, categories, known is None, href)
        return section.page("queues", "reasons", reason_form(view, words), status=status)


def _proposed(reason: str) -> dict[str, str]:
    return {"category": "rest", "name_en" if reason.isascii() else "name_zh": reason[:100]}


def _href(reason: str) -> str:
    return f"{REASONS}one?{urlencode({'reason': reason})}"


def _line(row: ReasonRow, lang: str, words: Catalogue) -> ReasonLine:
    entry = row.entry
    return ReasonLine(
        href=_href(row.reason),
        reason=row.reason,
        name=section.named(lang, entry.name_zh, entry.name_en, row.reason),
        category=words(f"category.{entry.category}"),
        limit=shown_number(entry.limit_min) if entry.limit_min else "",
        quota=str(entry.quota) if entry.quota else "",
    )


def _typed(row: ReasonRow) -> dict[str, str]:
    entry = row.entry
    return {
        "name_zh": entry.name_zh,
        "name_en": entry.name_en,
        "category": entry.category,
        "limit_min": shown_number(entry.limit_min) if entry.limit_min else "",
        "quota": str(entry.quota) if entry.quota else "",
    }
