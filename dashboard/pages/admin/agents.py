"""`/admin/agents/`: which agent of the switch is whom."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Response, request

from dashboard.directory import Directory, Unknown
from dashboard.directory.proposals import proposed_name
from dashboard.directory.rows import Agent
from dashboard.pages import forms
from dashboard.pages.admin import section
from dashboard.pages.doors import Doors
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms import Option
from layouts.forms.directory.agents import AGENTS, AgentLine, AgentsView, AgentView, agent_form, agent_list
from layouts.forms.directory.people import PEOPLE
from layouts.forms.directory.state import Filled


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = AgentPages(services.directory)
    doors.route(AGENTS, "agents", pages.overview, section.VIEW)
    doors.route(f"{AGENTS}one", "agent", pages.one, section.EDIT, methods=("GET", "POST"))


class AgentPages:
    """The list, unclaimed ones first, and one agent."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def overview(self) -> Response:
        """All agents of the scope."""
        actor = forms.actor()
        agents = self._directory.agents.listed(actor)
        names = section.queue_names(self._directory, actor, forms.chosen().lang)
        ordered = sorted(agents, key=lambda agent: (not agent.is_unclaimed, agent.is_set_aside, agent.id))
        view = AgentsView(
            tuple(_line(agent, names) for agent in ordered),
            sum(agent.is_unclaimed for agent in agents),
            not any(agent.is_seen for agent in agents),
            section.may_edit(),
        )
        return section.page("people", "agents", agent_list(view, section.words()))

    def one(self) -> Response:
        """One agent (`agent`), and what is done with it (`deed`)."""
        agent = self._directory.agents.get(forms.actor(), request.args.get("agent", ""))
        if request.method == "GET":
            return self._form(agent, Filled({"person_id": agent.person_id}))
        posted = forms.posted()
        try:
            return forms.said(AGENTS, self._do(agent, posted["deed"], posted["person_id"]))
        except Unknown:
            refused = Refused("agents.choose_somebody", "person_id")
        except Refused as found:
            refused = Refused(found.word, "person_id", **found.values)
        return self._form(agent, section.again(refused, {"person_id": posted["person_id"]}), status=422)

    def _do(self, agent: Agent, deed: str, person_id: str) -> str:
        actor = forms.actor()
        if deed == "release":
            self._directory.agents.release(actor, agent.id)
            return "said.released"
        if deed == "set_aside":
            self._directory.agents.set_aside(actor, agent.id)
            return "said.set_aside"
        if not person_id:
            raise Refused("agents.choose_somebody", "person_id")
        with self._directory.together(actor, "agent.claimed") as together:
            if agent.person_id and agent.person_id != person_id:
                together.agents.release(actor, agent.id)
            together.agents.claim(actor, agent.id, person_id)
        return "said.claimed"

    def _form(self, agent: Agent, filled: Filled, status: int = 200) -> Response:
        actor, lang = forms.actor(), forms.chosen().lang
        people = tuple(
            Option(person.id, " ".join(filter(None, (person.display_name, person.staff_number))))
            for person in self._directory.people.listed(actor)
        )
        new = urlencode({"agent": agent.id, "name": proposed_name(agent.switch_name, agent.id)})
        line = _line(agent, section.queue_names(self._directory, actor, lang))
        view = AgentView(line, people, filled, f"{PEOPLE}new?{new}")
        return section.page("people", "agents", agent_form(view, section.words()), status=status)


def _line(agent: Agent, queue_names: Mapping[str, str]) -> AgentLine:
    return AgentLine(
        agent_id=agent.id,
        href=f"{AGENTS}one?{urlencode({'agent': agent.id})}",
        person=agent.person_name,
        person_href=f"{PEOPLE}{agent.person_id}",
        switch_name=agent.switch_name,
        queues=tuple(queue_names.get(queue, queue) for queue in agent.queues),
        calls=agent.calls,
        is_set_aside=agent.is_set_aside,
        is_seen=agent.is_seen,
    )
