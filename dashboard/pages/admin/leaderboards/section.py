"""What the pages of leaderboards have in common: their words, their tabs, names of metrics and teams, how periods are written."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import htpy as h
from flask import Response

from collectors.events import FloorSettings
from dashboard.access.permissions import Permission
from dashboard.boards.document import Title
from dashboard.floor.directions import CUSTOM
from dashboard.floor.metrics import known
from dashboard.leaderboards.document import Leaderboard
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.pages import forms
from dashboard.pages.doors import needs
from dashboard.pages.scope_choice import name_in
from layouts.forms.frame import Tab
from layouts.forms.leaderboards.editor import ROOT
from layouts.texts import Catalogue

ROOMS: Final = ("leaderboards", "own_place")
STYLES: Final = (
    "css/forms/scope.css",
    "css/forms/picker.css",
    "css/forms/alerts.css",
    "css/forms/leaderboards.css",
)
EDIT: Final = needs(Permission.LEADERBOARDS_EDIT)
WHOLE: Final = needs(Permission.LEADERBOARDS_WHOLE)
EITHER: Final = needs(Permission.LEADERBOARDS_EDIT, Permission.LEADERBOARDS_WHOLE)
LOOK: Final = needs(Permission.LEADERBOARDS_EDIT, Permission.LEADERBOARDS_WHOLE, Permission.LEADERBOARDS_VIEW)
_TABS: Final = (
    ("title.leaderboards", ROOT, EITHER),
    ("own_place.admin.title", f"{ROOT}appearances/", EDIT),
)


def words() -> Catalogue:
    """The words for the request at hand."""
    return forms.texts(*ROOMS)


def tabs(here: str, texts: Catalogue) -> list[Tab]:
    """Leaderboards, and how people appear on them."""
    actor = forms.actor()
    found = [Tab(texts(word), href, is_here=word == here) for word, href, need in _TABS if need.is_met_by(actor)]
    return found if len(found) > 1 else []


def page(*content: h.Node, status: int = 200, name: str = "", said: str = "", is_good: bool = True) -> Response:
    """A page of the section."""
    return forms.page(
        "leaderboards",
        "title.leaderboards",
        *content,
        rooms=ROOMS,
        status=status,
        tabs=tabs("title.leaderboards", words()),
        styles=STYLES,
        scripts=("leaderboard.js",),
        name=name,
        said=said,
        said_kind="good" if is_good else "bad",
    )


def title_of(title: Title, lang: str) -> str:
    """In a language, else in the other."""
    return name_in(lang, title.zh, title.en, "")


def metric_name(metric: str, settings: FloorSettings, lang: str) -> str:
    """As the dictionary calls it; a site's own measure as the site does."""
    if metric.startswith(CUSTOM):
        own = settings.measures.get(metric.removeprefix(CUSTOM))
        if own is not None:
            return name_in(lang, own.names.zh, own.names.en, metric)
    found = known(metric)
    return found.names[lang] if found is not None else metric


def team_name(team: str, settings: FloorSettings, lang: str) -> str:
    """As the directory calls it."""
    own = settings.teams.get(team)
    return team if own is None else name_in(lang, own.names.zh, own.names.en, team)


def queue_name(queue: str, settings: FloorSettings, lang: str) -> str:
    """As the directory calls it."""
    own = settings.queues.get(queue)
    return queue if own is None else name_in(lang, own.names.zh, own.names.en, queue)


def agent_name(agent: str, settings: FloorSettings) -> str:
    """Name and staff number, for who manages."""
    own = settings.agents.get(agent)
    if own is None or not own.name:
        return agent
    return f"{own.name} · {own.staff_number}" if own.staff_number else own.name


def period_words(document: Leaderboard, texts: Catalogue) -> str:
    """Over which period, as it is read."""
    period = document.period
    if period.kind == "shift" and period.hours is not None:
        return f"{texts('leaderboards.period.shift')} {period.hours.from_time}–{period.hours.to_time}"
    if period.kind == "contest":
        begins, ends = ((moment or "").replace("T", " ") for moment in (period.from_time, period.to_time))
        return f"{texts('leaderboards.period.contest')} {begins} – {ends}"
    return texts(f"leaderboards.period.{period.kind}")


def bounds_words(bounds: Bounds, settings: FloorSettings) -> str:
    """From when to when, by the site's clock."""
    zone = ZoneInfo(settings.time_zone)
    begins, ends = (datetime.fromtimestamp(at / 1000, zone) for at in (bounds.from_ms, bounds.to_ms))
    return f"{begins:%Y-%m-%d %H:%M} – {ends:%Y-%m-%d %H:%M}"
