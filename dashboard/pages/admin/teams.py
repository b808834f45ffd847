"""`/admin/teams/`: the tree of teams."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from flask import Response, request

from dashboard.access.scope import subtree
from dashboard.directory import Directory
from dashboard.directory.rows import Team
from dashboard.pages import forms
from dashboard.pages.admin import section
from dashboard.pages.doors import Doors
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms.directory.people import PEOPLE
from layouts.forms.directory.state import Filled
from layouts.forms.directory.teams import TEAMS, TeamLine, TeamView, team_form, team_tree

FIELDS: Final = ("name_zh", "name_en", "parent_id")


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = TeamPages(services.directory)
    doors.route(TEAMS, "teams", pages.overview, section.VIEW)
    doors.route(f"{TEAMS}new", "team_new", pages.new, section.EDIT, methods=("GET", "POST"))
    doors.route(f"{TEAMS}one", "team", pages.one, section.EDIT, methods=("GET", "POST"))
    doors.route(f"{TEAMS}remove", "team_remove", pages.remove, section.EDIT, methods=("POST",))


class TeamPages:
    """The tree and the form. Teams' ids are people's own words, so they travel as a parameter, not as a path."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def overview(self) -> Response:
        """All teams of the scope."""
        lang = forms.chosen().lang
        teams = self._directory.teams.listed(forms.actor())
        names = {team.id: section.named(lang, team.name_zh, team.name_en, team.id) for team in teams}
        parents = {team.id: team.parent_id for team in teams}
        lines = tuple(_line(team, names, _path(team, parents, names), lang) for team in teams)
        return section.page("people", "teams", team_tree(lines, section.words(), may_edit=section.may_edit()))

    def new(self) -> Response:
        """The empty form, or a new team."""
        if request.method == "GET":
            return self._form("", Filled({"parent_id": request.args.get("parent", "")}))
        posted = forms.posted()
        typed = {name: posted[name] for name in ("id", *FIELDS)}
        try:
            self._directory.teams.add(forms.actor(), typed)
        except Refused as refused:
            return self._form("", section.again(refused, typed), status=422)
        return forms.said(TEAMS, "said.added")

    def one(self) -> Response:
        """The form, or the change."""
        team = self._directory.teams.get(forms.actor(), request.args.get("team", ""))
        if request.method == "GET":
            return self._form(team.id, Filled({name: getattr(team, name) for name in FIELDS}))
        posted = forms.posted()
        typed = {name: posted[name] for name in FIELDS}
        try:
            self._directory.teams.change(forms.actor(), team.id, typed)
        except Refused as refused:
            return self._form(team.id, section.again(refused, typed), status=422)
        return forms.said(TEAMS, "said.saved")

    def remove(self) -> Response:
        """Takes an unused team away; else says who still uses it."""
        team = self._directory.teams.get(forms.actor(), request.args.get("team", ""))
        try:
            self._directory.teams.remove(forms.actor(), team.id)
        except Refused as refused:
            typed = {name: getattr(team, name) for name in FIELDS}
            return self._form(team.id, section.again(refused, typed), status=422)
        return forms.said(TEAMS, "said.removed")

    def _form(self, team_id: str, filled: Filled, status: int = 200) -> Response:
        teams = self._directory.teams.listed(forms.actor())
        own = subtree([team_id], {team.id: team.parent_id for team in teams}) if team_id else frozenset()
        parents = section.team_options([team for team in teams if team.id not in own], forms.chosen().lang)
        view = TeamView(team_id, filled, parents)
        return section.page("people", "teams", team_form(view, section.words()), status=status)


def _line(team: Team, names: dict[str, str], path: str, lang: str) -> TeamLine:
    return TeamLine(
        href=f"{TEAMS}one?{urlencode({'team': team.id})}",
        people_href=f"{PEOPLE}?{urlencode({'team': team.id})}",
        team_id=team.id,
        name=names[team.id],
        other_name=section.other_name(lang, team.name_zh, team.name_en),
        path=path,
        depth=team.depth,
        people=team.people,
    )


def _path(team: Team, parents: dict[str, str], names: dict[str, str]) -> str:
    above: list[str] = []
    parent = team.parent_id
    while parent in names and len(above) < len(names):
        above.append(names[parent])
        parent = parents[parent]
    return " / ".join(reversed(above))
