"""Teams: the tree, and one team."""

from __future__ import annotations

from dataclasses import dataclass

import htpy as h

from layouts.forms import Column, Option, actions, button, choice_field, form, link_button, panel, table, text_field
from layouts.forms.directory.state import Filled, nothing_yet
from layouts.texts import Catalogue

TEAMS = "/admin/teams/"
_DEEPEST = 8
"""Levels that are shown as steps; deeper ones stand at the last."""


@dataclass(frozen=True, slots=True)
class TeamLine:
    """`path`: the names of the teams above, for who cannot see the steps."""

    href: str
    people_href: str
    team_id: str
    name: str
    other_name: str
    path: str
    depth: int
    people: int


@dataclass(frozen=True, slots=True)
class TeamView:
    """`team_id` "" for a new one."""

    team_id: str
    filled: Filled
    parents: tuple[Option, ...]


def team_tree(lines: tuple[TeamLine, ...], texts: Catalogue, *, may_edit: bool) -> h.Node:
    """All teams, those below each other in steps."""
    if not lines:
        ways = [(texts("teams.new"), f"{TEAMS}new"), (texts("people.import"), "/admin/sheets/")] if may_edit else []
        return nothing_yet(texts("teams.none"), *ways)
    return [
        h.div(class_="list_head")[
            h.p(class_="hint")[texts("teams.lead")],
            may_edit and link_button(texts("teams.new"), f"{TEAMS}new", "primary"),
        ],
        table(
            [texts("teams.name"), texts("column.teams.team_id"), Column(texts("teams.people"), "number")],
            [_row(line, may_edit=may_edit) for line in lines],
            "",
            caption=texts("title.teams"),
        ),
    ]


def team_form(view: TeamView, texts: Catalogue) -> h.Node:
    """A new one, or one to change."""
    where = f"{TEAMS}one?team={view.team_id}" if view.team_id else f"{TEAMS}new"
    return h.div(class_="columns")[
        panel(
            texts("teams.new" if not view.team_id else "teams.facts"),
            form(
                where,
                not view.team_id and _field("id", "team_id", view.filled, texts, hint=texts("teams.hint.id")),
                _field("name_zh", "name_zh", view.filled, texts),
                _field("name_en", "name_en", view.filled, texts, hint=texts("directory.hint.names")),
                choice_field(
                    "parent_id",
                    texts("column.teams.parent"),
                    [Option("", texts("teams.no_parent")), *view.parents],
                    view.filled.value("parent_id"),
                    hint=texts("teams.hint.parent"),
                    error=view.filled.error("parent_id"),
                ),
                actions(button(texts("form.save")), link_button(texts("form.cancel"), TEAMS)),
                error=view.filled.whole(texts),
            ),
        ),
        view.team_id
        and panel(
            texts("teams.remove.title"),
            h.p(class_="hint")[texts("teams.remove.hint")],
            form(f"{TEAMS}remove?team={view.team_id}", actions(button(texts("teams.remove"), "danger"))),
        ),
    ]


def _field(name: str, column: str, filled: Filled, texts: Catalogue, hint: str = "") -> h.Element:
    return text_field(
        name,
        texts(f"column.teams.{column}"),
        filled.value(name),
        hint=hint,
        error=filled.error(name),
        maxlength=64 if name == "id" else 100,
    )


def _row(line: TeamLine, *, may_edit: bool) -> list[h.Node]:
    name = h.a(href=line.href)[line.name] if may_edit else line.name
    return [
        h.span(class_=f"step-{min(line.depth, _DEEPEST)}")[
            line.path and h.span(class_="unseen")[f"{line.path} / "], name, line.other_name and h.small[line.other_name]
        ],
        h.code[line.team_id],
        h.a(href=line.people_href)[str(line.people)],
    ]
