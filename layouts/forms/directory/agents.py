"""Switch agents: who is whom. Those that nobody has claimed come first."""

from __future__ import annotations

from dataclasses import dataclass

import htpy as h

from layouts.forms import (
    Column,
    Fact,
    Option,
    actions,
    badge,
    button,
    choice_field,
    facts,
    form,
    link_button,
    panel,
    table,
)
from layouts.forms.directory.state import Filled, nothing_yet
from layouts.texts import Catalogue

AGENTS = "/admin/agents/"


@dataclass(frozen=True, slots=True)
class AgentLine:
    """`person` "" for nobody. `queues`: by name."""

    agent_id: str
    href: str
    person: str
    person_href: str
    switch_name: str
    queues: tuple[str, ...]
    calls: int
    is_set_aside: bool
    is_seen: bool


@dataclass(frozen=True, slots=True)
class AgentsView:
    """`is_switch_silent`: the switch has not reported anybody (yet)."""

    lines: tuple[AgentLine, ...]
    unclaimed: int
    is_switch_silent: bool
    may_edit: bool


@dataclass(frozen=True, slots=True)
class AgentView:
    """`new_href`: the form of a new person who is this agent."""

    line: AgentLine
    people: tuple[Option, ...]
    filled: Filled
    new_href: str


def agent_list(view: AgentsView, texts: Catalogue) -> h.Node:
    """All of them."""
    if not view.lines:
        return nothing_yet(texts("agents.nobody_yet"))
    return [
        h.div(class_="list_head")[
            h.p(class_="hint")[texts("agents.unclaimed", n=view.unclaimed) if view.unclaimed else texts("agents.all_claimed")],
            view.may_edit and view.unclaimed > 0 and link_button(texts("agents.go"), "/admin/first-run/", "primary"),
        ],
        view.is_switch_silent and h.p(class_="hint")[texts("agents.switch_silent")],
        table(
            [
                texts("agents.agent"), texts("agents.person"), texts("agents.switch_name"), texts("agents.queues"),
                Column(texts("agents.calls"), "number"), *([Column(texts("form.edit"), "actions")] if view.may_edit else []),
            ],
            [_row(line, texts, may_edit=view.may_edit) for line in view.lines],
            "",
            caption=texts("title.agents"),
        ),
    ]  # fmt: skip


def agent_form(view: AgentView, texts: Catalogue) -> h.Node:
    """Who it is."""
    line = view.line
    where = line.href
    return h.div(class_="columns")[
        panel(
            texts("agents.who", agent=line.agent_id),
            form(
                where,
                choice_field(
                    "person_id",
                    texts("agents.person"),
                    [Option("", texts("agents.choose")), *view.people],
                    view.filled.value("person_id"),
                    error=view.filled.error("person_id"),
                ),
                actions(
                    button(texts("agents.claim"), name="deed", value="claim"), link_button(texts("form.cancel"), AGENTS)
                ),
                error=view.filled.whole(texts),
            ),
            link_button(texts("agents.new_person"), view.new_href),
        ),
        panel(texts("agents.seen"), _facts(line, texts), *_otherwise(line, where, texts)),
    ]


def _otherwise(line: AgentLine, where: str, texts: Catalogue) -> list[h.Node]:
    found: list[h.Node] = []
    if line.person or line.is_set_aside:
        found += [form(where, actions(button(texts("agents.release"), "plain", "deed", "release")))]
    if not line.is_set_aside:
        found += [
            h.p(class_="hint")[texts("agents.set_aside.hint")],
            form(where, actions(button(texts("agents.set_aside"), "danger", "deed", "set_aside"))),
        ]
    return found


def _facts(line: AgentLine, texts: Catalogue) -> h.Element:
    return facts(
        Fact(texts("agents.agent"), h.code[line.agent_id]),
        Fact(texts("agents.person"), _person(line, texts)),
        Fact(texts("agents.switch_name"), line.switch_name or "–"),
        Fact(texts("agents.queues"), texts.listing(line.queues) or "–"),
        Fact(texts("agents.calls"), str(line.calls) if line.is_seen else "–"),
    )


def _person(line: AgentLine, texts: Catalogue) -> h.Node:
    if line.person:
        return h.a(href=line.person_href)[line.person]
    return badge("plain", texts("agents.is_set_aside")) if line.is_set_aside else badge("warn", texts("agents.nobody"))


def _row(line: AgentLine, texts: Catalogue, *, may_edit: bool) -> list[h.Node]:
    word = "agents.change" if line.person or line.is_set_aside else "agents.assign"
    cells: list[h.Node] = [
        h.code[line.agent_id],
        _person(line, texts),
        line.switch_name or "–",
        texts.listing(line.queues) or "–",
        str(line.calls) if line.is_seen else badge("plain", texts("agents.not_seen")),
    ]
    if not may_edit:
        return cells
    label = f"{texts(word)} {line.agent_id}"
    return [*cells, h.div[h.a(class_="button plain", href=line.href, aria_label=label)[texts(word)]]]
