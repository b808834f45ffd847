"""`/admin/first-run/`: what the switch reports and nobody has named yet, named on one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, request

from dashboard.directory import Directory
from dashboard.directory.entries import CATEGORIES
from dashboard.directory.proposals import AgentProposal, FirstRun, PersonChoice, Proposal, Proposals
from dashboard.directory.settings_of import OTHERS
from dashboard.directory.tables.cells import share, shown_number
from dashboard.pages import forms
from dashboard.pages.admin import section
from dashboard.pages.doors import Doors
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms import Option
from layouts.forms.directory.first_run import FIRST_RUN, AgentRow, FirstRunView, first_run
from layouts.forms.directory.state import Filled

SHOWN_AGENTS: Final = 200
"""Rows on one page; when they are confirmed, the next come."""

_PERSON: Final = "person:"
_QUEUE_FIELDS: Final = ("name_zh", "name_en", "service_level_target", "threshold_s")
_REASON_FIELDS: Final = ("name_zh", "name_en", "category", "limit_min")
_AGENT_FIELDS: Final[Mapping[str, str]] = {"display_name": "name", "staff_number": "number", "team_id": "team"}


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = FirstRunPages(services.directory, services.proposals)
    doors.route(FIRST_RUN, "first_run", pages.show, section.EDIT)
    doors.route(FIRST_RUN, "first_run_confirm", pages.confirm, section.EDIT, methods=("POST",))


class FirstRunPages:
    """One page: proposals, and their confirmation."""

    def __init__(self, directory: Directory, proposals: Proposals) -> None:
        self._directory = directory
        self._proposals = proposals

    def show(self) -> Response:
        """What is to be named."""
        proposal = self._proposals.of(forms.actor())
        return self._page(proposal, Filled(self._proposed(proposal)))

    def confirm(self) -> Response:
        """Puts it into the directory, all or nothing. Rows that are for later stay listed."""
        posted = forms.posted()
        typed = {name: posted[name] for name in request.form}
        try:
            self._proposals.confirm(forms.actor(), _chosen(typed))
        except Refused as refused:
            proposal = self._proposals.of(forms.actor())
            kept = _renumbered(typed, self._proposed(proposal), proposal)
            told = Refused(refused.word, _field(refused.field, kept), **refused.values)
            return self._page(proposal, section.again(told, kept), status=422)
        return forms.said(FIRST_RUN, "said.confirmed")

    def _page(self, proposal: Proposal, filled: Filled, status: int = 200) -> Response:
        words, lang, actor = section.words(), forms.chosen().lang, forms.actor()
        names = section.queue_names(self._directory, actor, lang)
        shown = proposal.agents[:SHOWN_AGENTS]
        view = FirstRunView(
            agents=[
                AgentRow(
                    one.agent.id,
                    one.agent.switch_name,
                    tuple(names.get(queue, queue) for queue in one.agent.queues),
                    _choices(one),
                )
                for one in shown
            ],
            queues=[queue.id for queue in proposal.queues],
            reasons=[reason.reason for reason in proposal.reasons],
            teams=section.team_options(self._directory.teams.listed(actor), lang),
            categories=tuple(Option(category, words(f"category.{category}")) for category in CATEGORIES),
            filled=filled,
            agents_left=len(proposal.agents) - len(shown),
            is_switch_silent=not proposal.at_ms,
            may_edit=section.may_edit(),
        )
        return section.page("people", "first_run", first_run(view, words), status=status)

    def _proposed(self, proposal: Proposal) -> dict[str, str]:
        others = self._directory.queues.get(forms.actor(), OTHERS).entry
        values: dict[str, str] = {}
        for n, agent in enumerate(proposal.agents[:SHOWN_AGENTS]):
            deed = f"{_PERSON}{agent.person_id}" if agent.person_id else "new" if agent.display_name else "later"
            values |= {f"do.{n}": deed, f"name.{n}": agent.display_name, f"number.{n}": agent.staff_number}
        for n, queue in enumerate(proposal.queues):
            row = {"name_zh": queue.name_zh, "name_en": queue.name_en, "threshold_s": str(others.threshold_s)}
            row["service_level_target"] = f"{shown_number(others.service_level_target * 100)}%"
            values |= {f"take-queue.{n}": "yes", **{f"queue-{name}.{n}": text for name, text in row.items()}}
        for n, reason in enumerate(proposal.reasons):
            entry = reason.entry
            row = {"name_zh": entry.name_zh, "name_en": entry.name_en, "category": entry.category}
            row["limit_min"] = shown_number(entry.limit_min) if entry.limit_min else ""
            values |= {f"take-reason.{n}": "yes", **{f"reason-{name}.{n}": text for name, text in row.items()}}
        return values


def _choices(proposal: AgentProposal) -> tuple[Option, ...]:
    words = section.words()
    known = (proposal.person_id, f"{proposal.display_name} {proposal.staff_number}".strip())
    return (
        *((Option(f"{_PERSON}{known[0]}", words("first_run.is", name=known[1])),) if known[0] else ()),
        Option("new", words("first_run.new")),
        Option("aside", words("first_run.aside")),
        Option("later", words("first_run.later")),
    )


def _chosen(typed: Mapping[str, str]) -> FirstRun:
    people: list[PersonChoice] = []
    aside: list[str] = []
    for n, agent in _rows("agent", typed):
        deed = typed.get(f"do.{n}", "later")
        if deed == "aside":
            aside.append(agent)
        elif deed.startswith(_PERSON):
            people.append(PersonChoice(agent, person_id=deed.removeprefix(_PERSON)))
        elif deed == "new":
            texts = {key: typed.get(f"{field}.{n}", "") for key, field in _AGENT_FIELDS.items()}
            people.append(PersonChoice(agent, **texts))
    return FirstRun(people, aside, _entries("queue", _QUEUE_FIELDS, typed), _entries("reason", _REASON_FIELDS, typed))


def _entries(kind: str, fields: tuple[str, ...], typed: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    return {
        key: {name: _value(name, typed.get(f"{kind}-{name}.{n}", ""), key) for name in fields}
        for n, key in _rows(kind, typed)
        if typed.get(f"take-{kind}.{n}") == "yes"
    }


def _value(name: str, text: str, key: str) -> object:
    if name == "service_level_target":
        return share(text, f"{key}:{name}")
    return text or "0" if name == "limit_min" else text


def _rows(kind: str, typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """(number, id) of the rows of a kind."""
    found = [(name.partition(".")[2], value) for name, value in typed.items() if name.partition(".")[0] == kind]
    return [(n, value) for n, value in found if n.isdecimal() and value]


def _renumbered(typed: Mapping[str, str], proposed: Mapping[str, str], proposal: Proposal) -> dict[str, str]:
    """What was typed, at the rows' numbers of now: the switch may have reported somebody else meanwhile."""
    now = {
        "agent": [one.agent.id for one in proposal.agents[:SHOWN_AGENTS]],
        "queue": [one.id for one in proposal.queues],
        "reason": [one.reason for one in proposal.reasons],
    }
    values: dict[str, str] = {}
    for kind, ids in now.items():
        before = {key: n for n, key in _rows(kind, typed)}
        for m, key in enumerate(ids):
            source, n = (typed, before[key]) if key in before else (proposed, str(m))
            values[f"{kind}.{m}"] = key
            values |= {f"{name}.{m}": source.get(f"{name}.{n}", "") for name in _fields(kind)}
    return values


def _fields(kind: str) -> list[str]:
    if kind == "agent":
        return ["do", *_AGENT_FIELDS.values()]
    names = _QUEUE_FIELDS if kind == "queue" else _REASON_FIELDS
    return [f"take-{kind}", *(f"{kind}-{name}" for name in names)]


def _field(field: str, typed: Mapping[str, str]) -> str:
    """The form's field of a fault: `PJSIP/1001:staff_number` → `number.0`."""
    key, _, name = field.rpartition(":")
    for kind in ("agent", "queue", "reason"):
        for n, value in _rows(kind, typed):
            if value != key:
                continue
            if kind == "agent":
                return f"{_AGENT_FIELDS.get(name, 'do')}.{n}"
            return f"{kind}-{name}.{n}" if f"{kind}-{name}.{n}" in typed else f"take-{kind}.{n}"
    return ""
