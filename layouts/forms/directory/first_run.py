"""The first run: what the switch reports and nobody has named yet, each with a proposal, all confirmed at once.

Fields are numbered (`name.0`); the hidden ones beside them (`agent.0`) say whom a row is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms import (
    Option,
    actions,
    button,
    check_field,
    choice_field,
    form,
    hidden_field,
    notice,
    panel,
    table,
    text_field,
)
from layouts.forms.directory.state import Filled, nothing_yet, read_only
from layouts.texts import Catalogue

FIRST_RUN = "/admin/first-run/"


@dataclass(frozen=True, slots=True)
class AgentRow:
    """`choices`: what it may be; one of them is `person:ID` where the proposal is somebody who is there already."""

    agent_id: str
    switch_name: str
    queues: tuple[str, ...]
    choices: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class FirstRunView:
    """`agents_left`: how many more agents there are than `agents`. `is_switch_silent`: nothing is known of the switch."""

    agents: Sequence[AgentRow]
    queues: Sequence[str]
    reasons: Sequence[str]
    teams: tuple[Option, ...]
    categories: tuple[Option, ...]
    filled: Filled
    agents_left: int
    is_switch_silent: bool
    may_edit: bool

    @property
    def is_empty(self) -> bool:
        """Whether everything has a name."""
        return not (self.agents or self.queues or self.reasons)


def first_run(view: FirstRunView, texts: Catalogue) -> h.Node:
    """The one table of each kind, and one button."""
    if view.is_empty:
        return _done(view, texts)
    if not view.may_edit:
        return [read_only(texts), _only_seen(view)]
    return [
        h.p(class_="lead")[texts("first_run.lead")],
        form(
            FIRST_RUN,
            bool(view.agents)
            and panel(texts("first_run.agents"), _agents(view, texts), hint=texts("first_run.agents.hint")),
            view.agents_left > 0 and notice("info", texts("first_run.agents_left", n=view.agents_left)),
            bool(view.queues)
            and panel(texts("first_run.queues"), _queues(view, texts), hint=texts("first_run.queues.hint")),
            bool(view.reasons)
            and panel(texts("first_run.reasons"), _reasons(view, texts), hint=texts("first_run.reasons.hint")),
            actions(button(texts("first_run.confirm"))),
            error=view.filled.whole(texts),
            layout="wide",
        ),
    ]


def _done(view: FirstRunView, texts: Catalogue) -> h.Element:
    if view.is_switch_silent:
        return nothing_yet(texts("first_run.silent"))
    return nothing_yet(
        texts("first_run.done"), (texts("title.people"), "/admin/people/"), (texts("title.queues"), "/admin/queues/")
    )


def _only_seen(view: FirstRunView) -> h.Element:
    names = [*(row.agent_id for row in view.agents), *view.queues, *view.reasons]
    return h.ul(class_="words")[(h.li[h.code[name]] for name in names)]


def _agents(view: FirstRunView, texts: Catalogue) -> h.Element:
    teams = [Option("", texts("form.none")), *view.teams]
    return h.div(class_="cells")[
        table(
            [
                texts("agents.agent"), texts("first_run.what"), texts("column.people.display_name"),
                texts("column.people.staff_number"), texts("column.people.team"),
            ],
            [
                [
                    h.span[
                        hidden_field(f"agent.{n}", row.agent_id), row.agent_id,
                        h.small[" · ".join(filter(None, (row.switch_name, texts.listing(row.queues))))],
                    ],
                    _choice(view, f"do.{n}", texts("first_run.what"), row.choices),
                    _text(view, f"name.{n}", texts("column.people.display_name"), 100),
                    _text(view, f"number.{n}", texts("column.people.staff_number"), 40),
                    _choice(view, f"team.{n}", texts("column.people.team"), teams),
                ]
                for n, row in enumerate(view.agents)
            ],
            "",
            caption=texts("first_run.agents"),
        )
    ]  # fmt: skip


def _queues(view: FirstRunView, texts: Catalogue) -> h.Element:
    columns = ("name_zh", "name_en", "service_level_target", "threshold_s")
    heads = [texts(f"column.queues.{name}") for name in columns]
    return h.div(class_="cells")[
        table(
            [texts("queues.queue"), *heads],
            [
                [
                    _taken(view, f"take-queue.{n}", f"queue.{n}", queue),
                    *(_text(view, f"queue-{name}.{n}", head, 100) for name, head in zip(columns, heads, strict=True)),
                ]
                for n, queue in enumerate(view.queues)
            ],
            "",
            caption=texts("first_run.queues"),
        )
    ]


def _reasons(view: FirstRunView, texts: Catalogue) -> h.Element:
    heads = {
        name: texts(f"column.reasons.{name}") for name in ("reason", "name_zh", "name_en", "category", "limit_min")
    }
    return h.div(class_="cells")[
        table(
            list(heads.values()),
            [
                [
                    _taken(view, f"take-reason.{n}", f"reason.{n}", reason),
                    _text(view, f"reason-name_zh.{n}", heads["name_zh"], 100),
                    _text(view, f"reason-name_en.{n}", heads["name_en"], 100),
                    _choice(view, f"reason-category.{n}", heads["category"], view.categories),
                    _text(view, f"reason-limit_min.{n}", heads["limit_min"], 8),
                ]
                for n, reason in enumerate(view.reasons)
            ],
            "",
            caption=texts("first_run.reasons"),
        )
    ]


def _taken(view: FirstRunView, box: str, hidden: str, name: str) -> h.Node:
    return [
        hidden_field(hidden, name),
        check_field(box, name, is_checked=view.filled.value(box) == "yes", error=view.filled.error(box)),
    ]


def _text(view: FirstRunView, name: str, label: str, maxlength: int) -> h.Element:
    return text_field(name, label, view.filled.value(name), error=view.filled.error(name), maxlength=maxlength)


def _choice(view: FirstRunView, name: str, label: str, options: Sequence[Option]) -> h.Element:
    return choice_field(name, label, options, view.filled.value(name), error=view.filled.error(name))
