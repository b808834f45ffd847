"""`/admin/business/sources/`: systems that sign what they tell, or write it into Redis. Parses, asks `Sources`, answers."""

from __future__ import annotations

from typing import Final

from flask import Response

from collectors.stream.keys import site_key
from dashboard.access.permissions import Permission
from dashboard.access.scope import EVERYTHING, NOTHING, Scope
from dashboard.business.sources import WAYS, SourceLine
from dashboard.pages import forms
from dashboard.pages.admin.business import section
from dashboard.pages.doors import Doors
from dashboard.pages.moments import site_moments
from dashboard.pages.role_words import ScopeWords
from dashboard.pages.scope_choice import offered, posted_scope, reader_of
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms.business.sources import SOURCES, SourceRow, made_page, source_page, sources_page
from layouts.forms.directory.state import Filled
from layouts.forms.fields import Option
from layouts.forms.moment import Moments
from layouts.texts import Catalogue

_TITLE: Final = "title.business_sources"


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages, need = SourcePages(services), section.SOURCES_NEED
    doors.route(SOURCES, "business_sources", pages.listed, need)
    doors.route(f"{SOURCES}new", "business_sources.new", pages.new, need)
    doors.route(f"{SOURCES}new", "business_sources.make", pages.make, need, methods=("POST",))
    doors.route(f"{SOURCES}<source_id>/remove", "business_sources.remove", pages.remove, need, methods=("POST",))


class SourcePages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._sources = services.business.sources

    def listed(self) -> Response:
        """All of theirs."""
        words, moment, actor = section.words(), site_moments(self._services), forms.actor()
        reader = reader_of(actor, actor.scope(Permission.BUSINESS_SOURCES))
        scopes = ScopeWords(self._services.directory, reader, words)
        rows = [_row(line, moment, words, scopes) for line in self._sources.listed(actor)]
        return section.page(_TITLE, sources_page(rows, words))

    def new(self) -> Response:
        """An empty form."""
        within = forms.actor().scope(Permission.BUSINESS_SOURCES)
        return self._form(Filled({"way": WAYS[0]}), EVERYTHING if within.is_everything else NOTHING)

    def make(self) -> Response:
        """A new one, with what it needs, this once: answered at once, because nothing keeps the secret."""
        posted = forms.posted()
        name, scope, words = posted["name"], posted_scope(posted), section.words()
        try:
            source_id, secret = self._sources.make(forms.actor(), name, posted["way"], scope)
        except Refused as refused:
            typed = {"name": name, "way": posted["way"]}
            return self._form(Filled(typed, forms.field_errors(refused, words)), scope, status=422)
        stream = site_key(self._services.site, "business")
        return section.page(_TITLE, made_page(source_id, name, secret, stream, words))

    def remove(self, source_id: str) -> Response:
        """It tells nothing any more."""
        self._sources.remove(forms.actor(), source_id)
        return forms.said(SOURCES, "said.business_source_removed")

    def _form(self, filled: Filled, chosen: Scope, *, status: int = 200) -> Response:
        words, actor = section.words(), forms.actor()
        within = actor.scope(Permission.BUSINESS_SOURCES)
        choice = offered(self._services.directory, reader_of(actor, within), within, chosen, words.lang)
        ways = [Option(way, words(f"business.sources.way.{way}")) for way in WAYS]
        return section.page(_TITLE, source_page(filled, ways, choice, words), status=status)


def _row(line: SourceLine, moment: Moments, words: Catalogue, scopes: ScopeWords) -> SourceRow:
    return SourceRow(
        line.id,
        line.name,
        words(f"business.sources.way.{line.way}"),
        scopes.of(line.scope),
        f"{line.told:,}",
        moment(line.last_ms),
        line.made_by,
    )
