"""What the pages of rules and channels have in common: their words, their tabs, their place in the navigation."""

from __future__ import annotations

from typing import Final

import htpy as h
from flask import Response

from dashboard.access.permissions import Permission
from dashboard.pages import forms
from dashboard.pages.alerts import alert_tabs
from dashboard.pages.doors import needs
from layouts.texts import Catalogue

ROOMS: Final = ("alerts", "mail")
STYLES: Final = ("css/forms/scope.css", "css/forms/alerts.css")
EDIT: Final = needs(Permission.ALERTS_EDIT)
CHANNELS_NEED: Final = needs(Permission.ALERTS_CHANNELS)
EITHER: Final = needs(Permission.ALERTS_EDIT, Permission.ALERTS_CHANNELS)


def words() -> Catalogue:
    """The words for the request at hand."""
    return forms.texts(*ROOMS)


def page(title: str, *content: h.Node, status: int = 200, said: str = "", is_good: bool = True) -> Response:
    """A page of the section; `title` is its tab too."""
    return forms.page(
        "alerts",
        title,
        *content,
        rooms=ROOMS,
        status=status,
        tabs=alert_tabs(title, words()),
        styles=STYLES,
        said=said,
        said_kind="good" if is_good else "bad",
    )
