"""How a leaderboard stands and how its periods ended, for who may see everybody's place: opened, exported, published, corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Response

from collectors.events import FloorSettings
from dashboard.access.audit import Target
from dashboard.access.permissions import Permission
from dashboard.floor.scoring.ranks import Ranks
from dashboard.floor.scoring.scheme import Scheme
from dashboard.floor.scoring.standing import Did, Standing
from dashboard.leaderboards.frozen import Frozen
from dashboard.leaderboards.results import Changed, ResultLine
from dashboard.leaderboards.sheet import sheet
from dashboard.leaderboards.stored import StoredLeaderboard, UnknownLeaderboard
from dashboard.pages import forms
from dashboard.pages.admin.leaderboards import fields, section
from dashboard.pages.admin.leaderboards.editor import tried_view
from dashboard.pages.admin.leaderboards.places import Places, by_group
from dashboard.pages.doors import Doors
from dashboard.pages.moments import site_moments
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from dashboard.sheets import csv_chunks, write_workbook
from layouts.forms import Option
from layouts.forms.directory.state import Filled
from layouts.forms.leaderboards.editor import ROOT
from layouts.forms.leaderboards.results import RESULTS, CorrectionRow, ResultRow, ResultView, result_page, standing_page
from layouts.forms.leaderboards.tried import TriedView
from layouts.texts import Catalogue

_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LABELS: Final = ("rank", "agent", "number", "team", "group", "score", "points", "calls", "signed_in", "why_not")
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
        view = tried_view(words("leaderboards.standings"), found, words) if found is not None else None
        return section.page(standing_page(leaderboard_id, view, results, words), name=stored.name)

    def export_running(self, leaderboard_id: str) -> Response:
        """The same as a file, on record."""
        stored = self._stored(leaderboard_id)
        found = self._trying.standing(forms.actor(), stored)
        if found is None:
            raise Refused("leaderboards.not_running")
        standings = tuple(one for one in found.ranks.all() if one.id in found.seen)
        return self._file(stored.id, stored.name, _Whole(found.document.scheme, standings, found.dids, found.settings))

    def one(self, result_id: str) -> Response:
        """A period that is over."""
        return self._one(result_id, Filled({}))

    def export(self, result_id: str) -> Response:
        """The same as a file, on record."""
        found = self._results.whole(forms.actor(), result_id)
        whole = self._whole(found)
        name = self._stored_name(found)
        return self._file(found.leaderboard_id, name, whole)

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
            ranks = Ranks(scheme, settings.measures)
            for did in dids.values():
                ranks.put(did)
            return _Whole(scheme, ranks.all(), dids, settings, found.counted.standings)
        return _Whole(scheme, standings, dids, settings)

    def _one(self, result_id: str, filled: Filled) -> Response:
        words, actor = section.words(), forms.actor()
        found = self._results.whole(actor, result_id)
        whole, moments = self._whole(found), site_moments(self._services)
        places = Places(whole.scheme, whole.settings, words)
        stands = TriedView(
            words("leaderboards.standings"),
            section.bounds_words(found.bounds, whole.settings),
            places.groups(by_group(whole.standings), whole.dids),
            places.part_names(),
            teams=places.teams(whole.teams),
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

    def _file(self, leaderboard_id: str, name: str, whole: _Whole) -> Response:
        words, actor = section.words(), forms.actor()
        kind = "xlsx" if forms.posted()["format"] == "xlsx" else "csv"
        page = sheet(
            name[:31],
            whole.scheme,
            whole.standings,
            whole.dids,
            {label: words(f"leaderboards.head.{label}") for label in _LABELS},
            Places(whole.scheme, whole.settings, words).metric,
            lambda agent: _person(agent, whole, words),
            lambda why: words(f"leaderboards.why_not.{why}"),
        )
        details = {"format": kind, "agents": len(whole.standings)}
        self._services.audit.record(
            actor, "leaderboard.exported", Target("leaderboard", leaderboard_id, name), details=details
        )
        body = write_workbook([page]) if kind == "xlsx" else b"".join(csv_chunks(page.heads, page.rows))
        named = f'attachment; filename="floorwatch-leaderboard-{leaderboard_id}.{kind}"'
        return Response(body, content_type=_TYPES[kind], headers={"Content-Disposition": named})


def _person(agent: str, whole: _Whole, words: Catalogue) -> tuple[str, str, str]:
    own = whole.settings.agents.get(agent)
    team = section.team_name(whole.dids[agent].team, whole.settings, words.lang)
    return (own.name or agent, own.staff_number, team) if own is not None else (agent, "", team)


def _changed(typed: dict[str, str]) -> Changed:
    agent = typed["agent"]
    if typed["without"]:
        return Changed(without=frozenset({agent}))
    read = fields.number_of(typed["value"], typed["metric"])
    return Changed({agent: {typed["metric"]: read}})
