"""What the pages of business events have in common: their words, their tabs, their place in the navigation."""

from __future__ import annotations

from typing import Final

import htpy as h
from flask import Response

from dashboard.access.permissions import Permission
from dashboard.pages import forms
from dashboard.pages.doors import needs
from layouts.forms.business.imports import IMPORT
from layouts.forms.business.measures import MEASURES
from layouts.forms.business.sources import SOURCES
from layouts.forms.business.told import TOLD
from layouts.forms.frame import Tab
from layouts.texts import Catalogue

ROOMS: Final = ("business", "directory_pages")
STYLES: Final = ("css/forms/scope.css", "css/forms/directory.css", "css/forms/alerts.css")
TELL: Final = needs(Permission.BUSINESS_TELL)
SOURCES_NEED: Final = needs(Permission.BUSINESS_SOURCES)
EITHER: Final = needs(Permission.BUSINESS_TELL, Permission.BUSINESS_SOURCES)

_TABS: Final = (
    ("title.business_told", TOLD, EITHER),
    ("title.business_import", IMPORT, TELL),
    ("title.business_sources", SOURCES, SOURCES_NEED),
    ("title.business_measures", MEASURES, SOURCES_NEED),
)


def words() -> Catalogue:
    """The words for the request at hand."""
    return forms.texts(*ROOMS)


def page(title: str, *content: h.Node, status: int = 200) -> Response:
    """A page of the section; `title` is its tab too."""
    texts, actor = words(), forms.actor()
    tabs = [Tab(texts(word), href, is_here=word == title) for word, href, need in _TABS if need.is_met_by(actor)]
    return forms.page("business", title, *content, rooms=ROOMS, status=status, tabs=tabs, styles=STYLES)
