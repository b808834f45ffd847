"""People: the list, and one person."""

from __future__ import annotations

from dataclasses import dataclass

import htpy as h

from layouts.forms import (
    Fact,
    Option,
    actions,
    badge,
    button,
    check_field,
    checks_field,
    choice_field,
    facts,
    form,
    link_button,
    panel,
    table,
    text_field,
)
from layouts.forms.directory.state import Filled, nothing_yet
from layouts.texts import Catalogue

PEOPLE = "/admin/people/"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A row of the list."""

    href: str
    name: str
    nickname: str
    staff_number: str
    team: str
    agents: tuple[str, ...]
    joined_on: str
    has_left: bool


@dataclass(frozen=True, slots=True)
class PeopleView:
    """`found`: how many there are in all; `lines`: those of this page. `earlier`, `later`: addresses, "" for none."""

    lines: tuple[PersonLine, ...]
    found: int
    query: str
    team: str
    with_left: bool
    teams: tuple[Option, ...]
    may_edit: bool
    earlier: str = ""
    later: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether somebody asked for only some of them."""
        return bool(self.query or self.team)


@dataclass(frozen=True, slots=True)
class PersonView:
    """`person_id` "" for somebody new. `agents`: theirs and those that nobody has. `left_on`: "" for somebody who is here."""

    person_id: str
    filled: Filled
    teams: tuple[Option, ...]
    agents: tuple[Option, ...]
    chosen: tuple[str, ...]
    left_on: str = ""
    more_agents: int = 0


def people_list(view: PeopleView, texts: Catalogue) -> h.Node:
    """The list with its search."""
    if not view.lines and not view.is_filtered and not view.with_left:
        return _nobody(view, texts)
    return [
        _search(view, texts),
        h.div(class_="list_head")[
            h.p(class_="hint")[texts("people.found", n=view.found)],
            view.may_edit and link_button(texts("people.new"), f"{PEOPLE}new", "primary"),
        ],
        table(
            [
                texts(f"column.people.{name}")
                for name in ("display_name", "staff_number", "team", "agents", "joined_on")
            ],
            [_row(line, texts) for line in view.lines],
            texts("people.none_found"),
            caption=texts("title.people"),
        ),
        _pages(view, texts),
    ]


def person_form(view: PersonView, texts: Catalogue) -> h.Node:
    """Somebody new, or somebody to change."""
    where = f"{PEOPLE}{view.person_id}" if view.person_id else f"{PEOPLE}new"
    return h.div(class_="columns")[
        panel(
            texts("people.new" if not view.person_id else "people.facts"),
            form(
                where,
                _name_fields(view, texts),
                _agents_field(view, texts),
                actions(button(texts("form.save")), link_button(texts("form.cancel"), PEOPLE)),
                error=view.filled.whole(texts),
            ),
        ),
        view.person_id and _leaving(view, where, texts),
    ]


def person_facts(line: PersonLine, texts: Catalogue) -> h.Node:
    """For who may look only."""
    cells = (line.name, line.nickname, line.staff_number, line.joined_on, line.team, ", ".join(line.agents))
    names = ("display_name", "nickname", "staff_number", "joined_on", "team", "agents")
    return panel(
        line.name,
        facts(*(Fact(texts(f"column.people.{name}"), cell or "–") for name, cell in zip(names, cells, strict=True))),
        line.has_left and badge("plain", texts("people.has_left")),
    )


def _name_fields(view: PersonView, texts: Catalogue) -> h.Node:
    filled = view.filled

    def field(name: str, **more: str) -> h.Element:
        hint = more.get("hint", "")
        return text_field(
            name,
            texts(f"column.people.{name}"),
            filled.value(name),
            kind="date" if name == "joined_on" else "text",
            hint=texts(hint) if hint else "",
            error=filled.error(name),
            required=name == "display_name",
            maxlength=40 if name == "staff_number" else 100,
        )

    return [
        field("display_name", hint="people.hint.display_name"),
        field("nickname", hint="people.hint.nickname"),
        field("staff_number", hint="people.hint.staff_number"),
        choice_field(
            "team_id",
            texts("column.people.team"),
            [Option("", texts("form.none")), *view.teams],
            filled.value("team_id"),
            error=filled.error("team_id"),
        ),
        field("joined_on"),
    ]


def _agents_field(view: PersonView, texts: Catalogue) -> h.Node:
    if view.left_on:
        return None
    more = f" {texts('people.more_agents', n=view.more_agents)}" if view.more_agents else ""
    return checks_field(
        "agents",
        texts("column.people.agents"),
        view.agents,
        view.chosen,
        hint=texts("people.hint.agents") + more,
        error=view.filled.error("agents"),
        empty=texts("people.no_agents"),
    )


def _leaving(view: PersonView, where: str, texts: Catalogue) -> h.Element:
    if view.left_on:
        return panel(
            texts("people.has_left_on", date=view.left_on),
            h.p(class_="hint")[texts("people.come_back.hint")],
            form(f"{where}/come-back", actions(button(texts("people.come_back"), "plain"))),
        )
    return panel(
        texts("people.leave.title"),
        h.p(class_="hint")[texts("people.leave.hint")],
        form(f"{where}/leave", actions(button(texts("people.leave"), "danger"))),
    )


def _search(view: PeopleView, texts: Catalogue) -> h.Element:
    return form(
        PEOPLE,
        text_field("q", texts("people.search"), view.query, kind="search", maxlength=100),
        choice_field("team", texts("column.people.team"), [Option("", texts("form.all")), *view.teams], view.team),
        check_field("left", texts("people.with_left"), is_checked=view.with_left),
        button(texts("form.search"), "plain"),
        method="get",
        layout="row",
    )


def _row(line: PersonLine, texts: Catalogue) -> list[h.Node]:
    return [
        h.span[h.a(href=line.href)[line.name], " ", line.has_left and badge("plain", texts("people.has_left")),
               line.nickname and h.small[line.nickname]],
        line.staff_number or "–",
        line.team or "–",
        [badge("plain", agent) for agent in line.agents] or badge("warn", texts("people.no_agent")) if not line.has_left else "–",
        line.joined_on or "–",
    ]  # fmt: skip


def _pages(view: PeopleView, texts: Catalogue) -> h.Node:
    if not view.earlier and not view.later:
        return None
    return h.nav(class_="actions", aria_label=texts("people.pages"))[
        view.earlier and link_button(texts("people.earlier"), view.earlier),
        view.later and link_button(texts("people.later"), view.later),
    ]


def _nobody(view: PeopleView, texts: Catalogue) -> h.Element:
    if not view.may_edit:
        return nothing_yet(texts("people.nobody_for_you"))
    return nothing_yet(
        texts("people.nobody"),
        (texts("title.first_run"), "/admin/first-run/"),
        (texts("people.import"), "/admin/sheets/"),
        (texts("people.new"), f"{PEOPLE}new"),
    )
