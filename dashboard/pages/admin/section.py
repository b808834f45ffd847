"""What the pages of the directory have in common: their words, their tabs, and how a form that was refused is shown again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import htpy as h
from flask import Response, request

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.directory import Directory
from dashboard.directory.rows import Team
from dashboard.pages import forms
from dashboard.pages.doors import needs
from dashboard.refusal import Refused
from layouts.forms import Option, Tab
from layouts.forms.directory.state import Filled
from layouts.texts import Catalogue

Section = Literal["people", "queues"]

ROOMS: Final = ("directory", "directory_pages")
STYLES: Final = ("css/forms/directory.css",)

VIEW: Final = needs(Permission.DIRECTORY_VIEW)
EDIT: Final = needs(Permission.DIRECTORY_EDIT)

_TABS: Final[dict[Section, tuple[tuple[str, str], ...]]] = {
    "people": (
        ("people", "/admin/people/"),
        ("teams", "/admin/teams/"),
        ("agents", "/admin/agents/"),
        ("first_run", "/admin/first-run/"),
        ("sheets", "/admin/sheets/"),
    ),
    "queues": (
        ("queues", "/admin/queues/"),
        ("reasons", "/admin/reasons/"),
        ("business_day", "/admin/business-day/"),
        ("monitoring", "/admin/monitoring/"),
        ("first_run", "/admin/first-run/?of=queues"),
        ("sheets", "/admin/sheets/?of=queues"),
    ),
}
_NEED: Final[Mapping[str, tuple[Permission, ...]]] = {
    "first_run": (Permission.DIRECTORY_EDIT,),
    "monitoring": (Permission.MONITOR_RULES,),
    "sheets": (Permission.DIRECTORY_EDIT, Permission.DIRECTORY_EXPORT),
}


def words() -> Catalogue:
    """The words for the request at hand."""
    return forms.texts(*ROOMS)


def may_edit() -> bool:
    """Whether whoever asks may change anything here."""
    return forms.actor().may(Permission.DIRECTORY_EDIT)


def page(
    section: Section, here: str, *content: h.Node, status: int = 200, title: str = "", styles: Sequence[str] = ()
) -> Response:
    """A page of the section; `here`: its tab. `styles`: further files under assets. What both sections have stays in the one
    that it was opened from (`of`)."""
    if (here, f"{request.path}?of=queues") in _TABS["queues"] and request.args.get("of") == "queues":
        section = "queues"
    return forms.page(
        section,
        title or f"title.{here}",
        *content,
        rooms=ROOMS,
        status=status,
        tabs=_tabs(section, here, forms.actor(), words()),
        styles=(*STYLES, *styles),
    )


def again(refused: Refused, typed: Mapping[str, str]) -> Filled:
    """What was typed stays; what is wrong with it stands beside it."""
    return Filled(typed, forms.field_errors(refused, words()))


def named(lang: str, name_zh: str, name_en: str, fallback: str) -> str:
    """A name in the reader's language, else in the other, else the id."""
    return (name_zh or name_en if lang == "zh-CN" else name_en or name_zh) or fallback


def other_name(lang: str, name_zh: str, name_en: str) -> str:
    """The name in the language that is not the reader's; "" where there are not two."""
    return (name_en if lang == "zh-CN" else name_zh) if name_zh and name_en else ""


def team_options(teams: list[Team], lang: str) -> tuple[Option, ...]:
    """For a choice: those below others stand in."""
    return tuple(
        Option(team.id, "\u3000" * team.depth + named(lang, team.name_zh, team.name_en, team.id)) for team in teams
    )


def queue_names(directory: Directory, actor: Actor, lang: str) -> dict[str, str]:
    """Queue → its name."""
    rows = directory.queues.listed(actor)
    return {row.id: named(lang, row.entry.name_zh, row.entry.name_en, row.id) for row in rows}


def _tabs(section: Section, here: str, actor: Actor, texts: Catalogue) -> list[Tab]:
    return [
        Tab(texts(f"title.{name}"), href, is_here=name == here)
        for name, href in _TABS[section]
        if name not in _NEED or any(actor.may(permission) for permission in _NEED[name])
    ]
