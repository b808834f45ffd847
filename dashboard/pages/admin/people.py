"""`/admin/people/`: who works here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

from flask import Response, request

from dashboard.access.scope import subtree
from dashboard.directory import Directory, Together
from dashboard.directory.rows import Person, Team
from dashboard.directory.tables.cells import plain
from dashboard.pages import forms
from dashboard.pages.admin import section
from dashboard.pages.doors import Doors
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms import Option
from layouts.forms.directory.people import (
    PEOPLE,
    PeopleView,
    PersonLine,
    PersonView,
    people_list,
    person_facts,
    person_form,
)
from layouts.forms.directory.state import Filled

PAGE_LINES: Final = 100
OFFERED_AGENTS: Final = 40
FIELDS: Final = ("display_name", "nickname", "staff_number", "joined_on", "team_id")


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = PeoplePages(services.directory)
    doors.route(PEOPLE, "people", pages.overview, section.VIEW)
    doors.route(f"{PEOPLE}new", "person_new", pages.new, section.EDIT, methods=("GET", "POST"))
    doors.route(f"{PEOPLE}<person_id>", "person", pages.one, section.VIEW)
    doors.route(f"{PEOPLE}<person_id>", "person_change", pages.change, section.EDIT, methods=("POST",))
    doors.route(f"{PEOPLE}<person_id>/leave", "person_leave", pages.leave, section.EDIT, methods=("POST",))
    doors.route(f"{PEOPLE}<person_id>/come-back", "person_come_back", pages.come_back, section.EDIT, methods=("POST",))


class PeoplePages:
    """The list, the form, leaving and coming back."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def overview(self) -> Response:
        """Those whom the address asks for: `q`, `team`, `left`, `page`."""
        actor, lang = forms.actor(), forms.chosen().lang
        teams = self._directory.teams.listed(actor)
        query, team = request.args.get("q", "").strip()[:100], request.args.get("team", "")
        with_left = request.args.get("left") == "yes"
        found = wanted(self._directory.people.listed(actor, with_left=with_left), teams, query, team)
        number = max(1, request.args.get("page", 1, type=int) or 1)
        lines = found[(number - 1) * PAGE_LINES : number * PAGE_LINES]
        names = {one.id: section.named(lang, one.name_zh, one.name_en, one.id) for one in teams}
        view = PeopleView(
            tuple(_line(person, names) for person in lines),
            len(found),
            query,
            team,
            with_left,
            section.team_options(teams, lang),
            section.may_edit(),
            earlier=_page_href(number - 1) if number > 1 else "",
            later=_page_href(number + 1) if len(found) > number * PAGE_LINES else "",
        )
        return section.page("people", "people", people_list(view, section.words()))

    def new(self) -> Response:
        """The empty form, or a new person. `agent` in the address: an agent of the switch who it is."""
        agent = request.args.get("agent", "")[:200]
        if request.method == "GET":
            values = {"display_name": request.args.get("name", "")[:100], "agents": ""}
            return self._form(None, Filled(values), (agent,) if agent else ())
        posted = forms.posted()
        typed, agents = {name: posted[name] for name in FIELDS}, posted.all("agents")
        try:
            with self._directory.together(forms.actor(), "person.added") as together:
                person = together.people.add(forms.actor(), typed)
                _give(together, person, agents)
        except Refused as refused:
            return self._form(None, section.again(refused, typed), agents, status=422)
        return forms.said(PEOPLE, "said.added")

    def one(self, person_id: str) -> Response:
        """The form of somebody who is there, or what one may see of them."""
        person = self._directory.people.get(forms.actor(), person_id)
        if not section.may_edit():
            teams = self._directory.teams.listed(forms.actor())
            lang = forms.chosen().lang
            names = {one.id: section.named(lang, one.name_zh, one.name_en, one.id) for one in teams}
            return section.page("people", "people", person_facts(_line(person, names), section.words()))
        return self._form(person, Filled(_texts(person)), person.agents)

    def change(self, person_id: str) -> Response:
        """Saves it."""
        actor, posted = forms.actor(), forms.posted()
        typed, agents = {name: posted[name] for name in FIELDS}, posted.all("agents")
        person = self._directory.people.get(actor, person_id)
        try:
            with self._directory.together(actor, "person.changed") as together:
                together.people.change(actor, person_id, typed)
                if person.left_at_ms is None:
                    _give(together, person, agents)
        except Refused as refused:
            return self._form(person, section.again(refused, typed), agents, status=422)
        return forms.said(PEOPLE, "said.saved")

    def leave(self, person_id: str) -> Response:
        """They work here no more."""
        self._directory.people.leave(forms.actor(), person_id)
        return forms.said(PEOPLE, "said.left")

    def come_back(self, person_id: str) -> Response:
        """They work here again."""
        self._directory.people.come_back(forms.actor(), person_id)
        return forms.said(f"{PEOPLE}{quote(person_id, safe='')}", "said.came_back")

    def _form(self, person: Person | None, filled: Filled, chosen: Sequence[str], status: int = 200) -> Response:
        actor, lang = forms.actor(), forms.chosen().lang
        free = [
            agent for agent in self._directory.agents.listed(actor) if agent.is_unclaimed and agent.id not in chosen
        ]
        own = tuple(dict.fromkeys((*(person.agents if person else ()), *chosen)))
        offered = [agent for agent in free if agent.id not in own]
        view = PersonView(
            person.id if person else "",
            filled,
            section.team_options(self._directory.teams.listed(actor), lang),
            (
                *(Option(agent, agent) for agent in own),
                *(Option(agent.id, agent.id, agent.switch_name) for agent in offered[:OFFERED_AGENTS]),
            ),
            tuple(chosen),
            left_on=self._left_on(person),
            more_agents=max(0, len(offered) - OFFERED_AGENTS),
        )
        return section.page("people", "people", person_form(view, section.words()), status=status)

    def _left_on(self, person: Person | None) -> str:
        if person is None or person.left_at_ms is None:
            return ""
        zone = self._directory.rules.time_zone()
        return datetime.fromtimestamp(person.left_at_ms / 1000, zone).date().isoformat()


def wanted(people: Sequence[Person], teams: Sequence[Team], query: str, team: str) -> list[Person]:
    """Those whose name, nickname, number or agent has the query in it, in a team or in those below it."""
    below = subtree([team], {one.id: one.parent_id for one in teams}) if team else frozenset()
    asked = plain(query)
    return [
        person
        for person in people
        if (not team or person.team_id in below)
        and (
            not asked
            or any(
                asked in plain(text)
                for text in (person.display_name, person.nickname, person.staff_number, *person.agents)
            )
        )
    ]


def _give(together: Together, person: Person, agents: Sequence[str]) -> None:
    """Makes exactly these the person's agents."""
    actor = forms.actor()
    for agent in set(person.agents) - set(agents):
        together.agents.release(actor, agent)
    for agent in agents:
        together.agents.claim(actor, agent, person.id)


def _line(person: Person, team_names: Mapping[str, str]) -> PersonLine:
    return PersonLine(
        href=f"{PEOPLE}{person.id}",
        name=person.display_name,
        nickname=person.nickname,
        staff_number=person.staff_number,
        team=team_names.get(person.team_id, "") or (section.words()("people.other_team") if person.team_id else ""),
        agents=person.agents,
        joined_on=person.joined_on.isoformat() if person.joined_on else "",
        has_left=person.left_at_ms is not None,
    )


def _texts(person: Person) -> dict[str, str]:
    return {name: str(getattr(person, name) or "") for name in FIELDS}


def _page_href(number: int) -> str:
    kept = {name: value for name, value in request.args.items() if name not in {"said", "page"}}
    return f"{PEOPLE}?{urlencode(kept | {'page': str(number)})}"
