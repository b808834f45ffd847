"""The list of leaderboards; copied, switched on and off, removed. Parses, asks the shelf, answers; what is allowed is decided there."""

from __future__ import annotations

from flask import Response

from dashboard.access.actor import Denied
from dashboard.access.permissions import Permission
from dashboard.boards.document import Title
from dashboard.leaderboards.stored import LeaderboardRefused, StoredLeaderboard
from dashboard.leaderboards.templates import TEMPLATES, WITH_BUSINESS
from dashboard.pages import forms
from dashboard.pages.admin.leaderboards import section
from dashboard.pages.doors import Doors
from dashboard.pages.moments import site_moments
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms.leaderboards.editor import ROOT
from layouts.forms.leaderboards.shelf import ShelfRow, TemplateView, shelf
from layouts.forms.moment import Moments
from layouts.forms.table import BadgeKind
from layouts.texts import Catalogue


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = ShelfPages(services)
    doors.route(ROOT, "leaderboards", pages.listed, section.LOOK)
    for deed, take in (
        ("on", pages.switch_on),
        ("off", pages.switch_off),
        ("copy", pages.copy),
        ("remove", pages.remove),
    ):
        doors.route(f"{ROOT}<leaderboard_id>/{deed}", f"leaderboards.{deed}", take, section.EDIT, methods=("POST",))


class ShelfPages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._shelf = services.leaderboards

    def listed(self) -> Response:
        """Those that one may edit; who may only look, those that they may see. For people: a screen is given its leaderboard."""
        if forms.actor().kind != "person":
            raise Denied(Permission.LEADERBOARDS_VIEW, ROOT)
        return self._list()

    def switch_on(self, leaderboard_id: str) -> Response:
        """From now on it counts and is shown."""
        return self._switched(leaderboard_id, is_on=True)

    def switch_off(self, leaderboard_id: str) -> Response:
        """It is shown no more."""
        return self._switched(leaderboard_id, is_on=False)

    def copy(self, leaderboard_id: str) -> Response:
        """Another one like it, to be changed."""
        words = section.words()
        document = self._shelf.get(forms.actor(), leaderboard_id).readable
        if document is None:
            return self._list(Refused("leaderboards.refused.unreadable", id=leaderboard_id))
        title = document.title
        named = (words("leaderboards.copy_of", name=name)[:60] if name else "" for name in (title.zh, title.en))
        try:
            made = self._shelf.copy(forms.actor(), leaderboard_id, Title(*named))
        except LeaderboardRefused as refused:
            return self._list(refused.every[0])
        return forms.said(f"{ROOT}{made}/", "said.leaderboard_made")

    def remove(self, leaderboard_id: str) -> Response:
        """It goes; what its periods came to stays."""
        try:
            self._shelf.remove(forms.actor(), leaderboard_id, forms.whole(forms.posted()["version"]))
        except LeaderboardRefused as refused:
            return self._list(refused.every[0])
        except Refused as refused:
            return self._list(refused)
        return forms.said(ROOT, "said.leaderboard_removed")

    def _switched(self, leaderboard_id: str, *, is_on: bool) -> Response:
        try:
            self._shelf.switch(forms.actor(), leaderboard_id, forms.whole(forms.posted()["version"]), is_on=is_on)
        except LeaderboardRefused as refused:
            return self._list(refused.every[0])
        except Refused as refused:
            return self._list(refused)
        return forms.said(ROOT, "said.leaderboard_on" if is_on else "said.leaderboard_off")

    def _list(self, refused: Refused | None = None) -> Response:
        words, actor = section.words(), forms.actor()
        may_edit = actor.may(Permission.LEADERBOARDS_EDIT)
        every = self._shelf.listed(actor) if may_edit else self._shelf.shown(actor)
        moments = site_moments(self._services)
        rows = [_row(one, moments, words) for one in every]
        templates = [
            TemplateView(
                name,
                section.title_of(one.title, words.lang),
                section.title_of(one.rules, words.lang),
                words("leaderboards.needs_business") if name in WITH_BUSINESS else "",
            )
            for name, one in TEMPLATES.items()
        ]
        said = words(refused.word, **refused.values) if refused is not None else ""
        status = 422 if refused is not None else 200
        listed = shelf(rows, templates, words, may_edit=may_edit, may_open=section.EITHER.is_met_by(actor))
        return section.page(listed, said=said, is_good=not said, status=status)


def _row(one: StoredLeaderboard, moments: Moments, words: Catalogue) -> ShelfRow:
    document = one.readable
    kind, word = _state(one)
    return ShelfRow(
        one.id,
        section.title_of(document.title, words.lang) if document is not None else one.name,
        words(f"leaderboards.compares.{document.scheme.compares}") if document is not None else "",
        section.period_words(document, words) if document is not None else "",
        [moments(one.changed_at_ms), " ", one.changed_by],
        one.version,
        kind,
        words(f"leaderboards.state.{word}"),
        one.is_on,
        document is not None,
    )


def _state(one: StoredLeaderboard) -> tuple[BadgeKind, str]:
    if one.readable is None:
        return "bad", "broken"
    return ("good", "on") if one.is_on else ("plain", "off")
