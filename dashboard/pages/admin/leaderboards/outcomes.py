"""How a leaderboard stands and how its periods ended, for who may see everybody's place: opened, exported, published, corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Response, request

from collectors.events import FloorSettings
from dashboard.access.permissions import Permission
from dashboard.floor.scoring.ranks import ranks_of
from dashboard.floor.scoring.scheme import Scheme
from dashboard.floor.scoring.standing import Did, Standing
from dashboard.leaderboards.results.book import Changed, ResultLine
from dashboard.leaderboards.results.frozen import Frozen
from dashboard.leaderboards.stored import StoredLeaderboard, UnknownLeaderboard
from dashboard.pages import forms
from dashboard.pages.admin.leaderboards import fields, section
from dashboard.pages.admin.leaderboards.editor import pages, tried_view
from dashboard.pages.admin.leaderboards.places import Places
from dashboard.pages.doors import Doors
from dashboard.pages.moments import site_moments
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from dashboard.reports.files import File, Format
from layouts.forms import Option
from layouts.forms.directory.state import Filled
from layouts.forms.leaderboards.editor import ROOT
from layouts.forms.leaderboards.results import RESULTS, CorrectionRow, ResultRow, ResultView, result_page, standing_page
from layouts.forms.leaderboards.tried import TriedView

_TYPED: Final = ("agent", "metric", "value", "without", "reason")


@dataclass(frozen=True, slots=True)
class _Whole:
    """What a page and a file are made from. `teams`: their standings, where teams are compared."""

    scheme: Scheme
    standings: tuple[Standing, ...]
    dids: Mapping[str, Did]
    settings: FloorSettings
    teams: tuple[Standing, ...] = ()


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = ResultPages(services)
    whole, edit = section.WHOLE, section.EDIT
    doors.route(f"{ROOT}<leaderboard_id>/standings", "leaderboards.standings", pages.standing, whole)
    doors.route(f"{ROOT}<leaderboard_id>/export", "leaderboards.export", pages.export_running, whole, methods=("POST",))
    doors.route(f"{RESULTS}<result_id>/", "leaderboards.result", pages.one, whole)
    doors.route(f"{RESULTS}<result_id>/export", "leaderboards.result_export", pages.export, whole, methods=("POST",))
    doors.route(f"{RESULTS}<result_id>/publish", "leaderboards.publish", pages.publish, edit, methods=("POST",))
    doors.route(f"{RESULTS}<result_id>/correct", "leaderboards.correct", pages.correct, edit, methods=("POST",))


class ResultPages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._results = services.leaderboard_results
        self._trying = services.leaderboards_tried

    def standing(self, leaderboard_id: str) -> Response:
        """How it stands now, and the list of what was."""
        words, stored = section.words(), self._stored(leaderboard_id)
        results = [self._row(line) for line in self._results.listed(forms.actor(), leaderboard_id)]
        found = self._trying.standing(forms.actor(), stored) if stored.readable is not None else None
        view = tried_view(words("leaderboards.standings"), found, words, _first()) if found is not None else None
        return section.page(standing_page(leaderboard_id, view, results, words), name=stored.name)

    def export_running(self, leaderboard_id: str) -> Response:
        """The same as a file, on record."""
        stored = self._stored(leaderboard_id)
        file = self._trying.exported(forms.actor(), stored, _format(), section.words())
        if file is None:
            return forms.see_other(f"{ROOT}{leaderboard_id}/standings")
        return _handed_out(file)

    def one(self, result_id: str) -> Response:
        """A period that is over."""
        return self._one(result_id, Filled({}))

    def export(self, result_id: str) -> Response:
        """The same as a file, on record."""
        return _handed_out(self._results.exported(forms.actor(), result_id, _format(), section.words()))

    def publish(self, result_id: str) -> Response:
        """For all who may see the leaderboard."""
        try:
            self._results.publish(forms.actor(), result_id)
        except Refused as refused:
            return self._one(result_id, Filled({}, forms.field_errors(refused, section.words())))
        return forms.said(f"{RESULTS}{result_id}/", "said.leaderboard_published")

    def correct(self, result_id: str) -> Response:
        """Another value, somebody taken out, or what history says now; with a reason."""
        posted, actor = forms.posted(), forms.actor()
        typed = {name: posted[name] for name in _TYPED}
        seen, reason = forms.whole(posted["seen"]), typed["reason"]
        try:
            if posted["deed"] == "recount":
                self._results.recount(actor, result_id, reason, seen)
            else:
                self._results.correct(actor, result_id, _changed(typed), reason, seen)
        except Refused as refused:
            return self._one(result_id, Filled(typed, forms.field_errors(refused, section.words())))
        return forms.said(f"{RESULTS}{result_id}/", "said.leaderboard_corrected")

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _stored(self, leaderboard_id: str) -> StoredLeaderboard:
        actor = forms.actor()
        if actor.may(Permission.LEADERBOARDS_EDIT):
            return self._services.leaderboards.get(actor, leaderboard_id)
        for one in self._services.leaderboards.shown(actor):
            if one.id == leaderboard_id:
                return one
        raise UnknownLeaderboard(leaderboard_id)

    def _stored_name(self, found: Frozen) -> str:
        lang = section.words().lang
        return section.title_of(found.document.title, lang) if found.document is not None else found.leaderboard_id

    def _row(self, line: ResultLine) -> ResultRow:
        moments = site_moments(self._services)
        settings = self._trying.names(forms.actor(), Permission.LEADERBOARDS_WHOLE)
        return ResultRow(
            line.id,
            section.bounds_words(line.bounds, settings),
            moments(line.frozen_at_ms),
            moments(line.published_at_ms),
            line.published_at_ms is not None,
            line.corrected,
        )

    def _whole(self, found: Frozen) -> _Whole:
        settings = self._trying.names(forms.actor(), Permission.LEADERBOARDS_WHOLE)
        dids = {did.id: did for did in found.counted.evidence}
        standings = tuple(one for one in found.counted.standings if one.id in dids)
        if found.document is None:
            raise Refused("leaderboards.refused.unreadable", id=found.leaderboard_id)
        scheme = found.document.scheme
        if scheme.compares == "teams":
            agents = ranks_of(scheme, dids.values(), settings.measures).all()
            return _Whole(scheme, agents, dids, settings, found.counted.standings)
        return _Whole(scheme, standings, dids, settings)

    def _one(self, result_id: str, filled: Filled) -> Response:
        words, actor = section.words(), forms.actor()
        found = self._results.whole(actor, result_id)
        whole, moments = self._whole(found), site_moments(self._services)
        places = Places(whole.scheme, whole.settings, words)
        stands = TriedView(
            words("leaderboards.standings"),
            section.bounds_words(found.bounds, whole.settings),
            places.groups(whole.standings, whole.dids, _first()),
            places.part_names(),
            teams=places.teams(whole.teams),
            pages=pages(_first(), len(whole.standings), words),
        )
        view = ResultView(
            result_id,
            found.leaderboard_id,
            stands,
            moments(found.frozen_at_ms),
            moments(found.published_at_ms),
            found.is_published,
            [CorrectionRow(moments(one.made_at_ms), one.made_by, one.reason) for one in found.corrections],
            [Option(one, section.agent_name(one, whole.settings)) for one in whole.dids],
            [Option(part.metric, places.metric(part.metric)) for part in whole.scheme.parts],
            filled,
            actor.may(Permission.LEADERBOARDS_EDIT),
        )
        status = 422 if filled.errors else 200
        return section.page(result_page(view, words), name=self._stored_name(found), status=status)


def _first() -> int:
    return forms.whole(request.args.get("from", ""))


def _format() -> Format:
    return "xlsx" if forms.posted()["format"] == "xlsx" else "csv"


def _handed_out(file: File) -> Response:
    named = f'attachment; filename="{file.name}"'
    return Response(file.body, content_type=file.media_type, headers={"Content-Disposition": named})


def _changed(typed: dict[str, str]) -> Changed:
    agent = typed["agent"]
    if typed["without"]:
        return Changed(without=frozenset({agent}))
    read = fields.number_of(typed["value"], typed["metric"])
    return Changed({agent: {typed["metric"]: read}})
