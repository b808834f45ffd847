"""Reports that go out by themselves: all of them, and one with what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import htpy as h

from layouts.forms.fields import (
    Option,
    actions,
    area_field,
    button,
    checks_field,
    choice_field,
    form,
    hidden_field,
    link_button,
    text_field,
)
from layouts.forms.notice import notice
from layouts.forms.panel import Fact, facts, panel
from layouts.forms.reports import ROOT, SCHEDULES
from layouts.forms.table import BadgeKind, Column, badge, table
from layouts.texts import Catalogue

WEEKDAYS = tuple("1234567")
"""ISO's, as texts travel."""


@dataclass(frozen=True, slots=True)
class RunView:
    """One due time. `kind`: how its state looks. `error`: a sentence, "" for none."""

    due: h.Node
    state: str
    kind: BadgeKind
    ended: h.Node
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One schedule in the list."""

    schedule_id: str
    name: str
    report: str
    when: str
    recipients: str
    owner: str
    is_own: bool
    upcoming: h.Node
    last: RunView | None
    error: str


@dataclass(frozen=True, slots=True)
class SchedulesView:
    """`has_server`: whether mail can be sent at all."""

    lines: tuple[ScheduleLine, ...]
    has_server: bool


@dataclass(frozen=True, slots=True)
class ScheduleForm:
    """The fields, as they are or as they were typed. `query`: what is asked, without its days. `asks`: the same in words."""

    action: str
    query: str
    asks: tuple[tuple[str, str], ...]
    report_href: str
    values: Mapping[str, str]
    weekdays: tuple[str, ...]
    days: tuple[Option, ...]
    langs: tuple[Option, ...]
    formats: tuple[Option, ...]
    zone: str
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """`fields` None: it is somebody else's, who alone may change it. `test_to`: where a test goes unless another address is typed."""

    line: ScheduleLine
    is_on: bool
    fields: ScheduleForm | None
    facts: tuple[tuple[str, str], ...]
    runs: tuple[RunView, ...]
    test_to: str
    has_server: bool
    test_error: str = ""


def schedules_page(view: SchedulesView, texts: Catalogue) -> h.Element:
    """All of them."""
    columns = ("name", "report", "when", "recipients", "upcoming", "last")
    return h.div(class_="reports")[
        h.p(class_="lead")[texts("schedule.lead")],
        not view.has_server and notice("warn", texts("mail.failed.no_server")),
        table(
            [Column(texts(f"schedule.column.{name}")) for name in columns],
            [
                [
                    h.a(href=f"{SCHEDULES}{line.schedule_id}/")[line.name],
                    [line.report, None if line.is_own else h.small[texts("schedule.of", owner=line.owner)]],
                    line.when,
                    line.recipients,
                    line.upcoming,
                    _state(line.last),
                ]
                for line in view.lines
            ],
            texts("schedule.none"),
            caption=texts("title.schedules"),
        ),
        h.p(class_="hint")[texts("schedule.how"), " ", h.a(href=ROOT)[texts("title.reports")]],
    ]


def new_page(view: ScheduleForm, texts: Catalogue, *, has_server: bool) -> h.Element:
    """A new one."""
    return h.div(class_="reports")[
        not has_server and notice("warn", texts("mail.failed.no_server")),
        panel(texts("schedule.asks"), _asks(view, texts)),
        panel(texts("schedule.when"), _form(view, texts, texts("schedule.save_new"))),
    ]


def schedule_page(view: ScheduleView, texts: Catalogue) -> h.Element:
    """One of them, with what became of it."""
    return h.div(class_="reports")[
        not view.has_server and notice("warn", texts("mail.failed.no_server")),
        h.div(class_="columns")[
            panel(texts("schedule.what"), _what(view, texts)),
            panel(texts("schedule.runs"), _runs(view.runs, texts), hint=texts("schedule.runs.hint")),
        ],
        view.fields is not None
        and h.div(class_="columns")[
            panel(
                texts("schedule.change"), _asks(view.fields, texts), _form(view.fields, texts, texts("schedule.save"))
            ),
            panel(texts("schedule.test"), _test(view, texts), hint=texts("schedule.test.hint")),
        ],
        actions(link_button(texts("schedule.back"), SCHEDULES)),
    ]


def _what(view: ScheduleView, texts: Catalogue) -> h.Node:
    turn = "off" if view.is_on else "on"
    root = f"{SCHEDULES}{view.line.schedule_id}/"
    return [
        view.line.error and notice("bad", view.line.error),
        facts(*(Fact(label, value) for label, value in view.facts)),
        actions(
            (view.is_on or view.fields is not None)
            and form(f"{root}{turn}", button(texts(f"schedule.turn.{turn}"), "plain"), layout="row"),
            form(f"{root}remove", button(texts("schedule.remove"), "danger"), layout="row"),
        ),
    ]


def _asks(view: ScheduleForm, texts: Catalogue) -> h.Node:
    return [
        facts(*(Fact(label, value) for label, value in view.asks)),
        h.p[h.a(href=view.report_href)[texts("schedule.open_report")]],
    ]


def _form(view: ScheduleForm, texts: Catalogue, save: str) -> h.Element:
    def typed(name: str, *, kind: str = "text", hint: str = "", maxlength: int = 100) -> h.Element:
        return text_field(
            name,
            texts(f"schedule.field.{name}"),
            view.values.get(name, ""),
            kind="time" if kind == "time" else "number" if kind == "number" else "text",
            hint=hint,
            error=view.errors.get(name, ""),
            maxlength=maxlength,
        )

    def chosen(name: str, options: tuple[Option, ...]) -> h.Element:
        label, error = texts(f"schedule.field.{name}"), view.errors.get(name, "")
        return choice_field(name, label, options, view.values.get(name, ""), error=error)

    every = tuple(Option(one, texts(f"schedule.every.{one}")) for one in ("day", "week", "month"))
    weekdays = [Option(day, texts(f"reports.weekday.{day}")) for day in WEEKDAYS]
    return form(
        view.action,
        hidden_field("query", view.query),
        typed("name"),
        chosen("days", view.days),
        h.div(class_="pair")[
            chosen("every", every), typed("at", kind="time", hint=texts("schedule.at.hint", zone=view.zone))
        ],
        checks_field(
            "weekdays",
            texts("schedule.field.weekdays"),
            weekdays,
            view.weekdays,
            error=view.errors.get("weekdays", ""),
        ),
        typed("month_day", kind="number", hint=texts("schedule.month_day.hint"), maxlength=2),
        area_field(
            "recipients",
            texts("schedule.field.recipients"),
            view.values.get("recipients", ""),
            hint=texts("schedule.recipients.hint"),
            error=view.errors.get("recipients", ""),
            rows=2,
        ),
        h.div(class_="pair")[chosen("format", view.formats), chosen("lang", view.langs)],
        h.p(class_="hint")[texts("schedule.rights")],
        actions(button(save)),
        error=view.errors.get("", ""),
    )


def _test(view: ScheduleView, texts: Catalogue) -> h.Element:
    return form(
        f"{SCHEDULES}{view.line.schedule_id}/test",
        text_field(
            "address", texts("schedule.field.address"), view.test_to, kind="email", error=view.test_error, maxlength=254
        ),
        actions(button(texts("schedule.test.send"), "plain")),
    )


def _runs(runs: tuple[RunView, ...], texts: Catalogue) -> h.Element:
    columns = ("due", "state", "ended", "attempts")
    return table(
        [Column(texts(f"schedule.run.{name}"), "number" if name == "attempts" else "text") for name in columns],
        [
            [run.due, [badge(run.kind, run.state), run.error and h.small[run.error]], run.ended, str(run.attempts)]
            for run in runs
        ],
        texts("schedule.no_runs"),
        caption=texts("schedule.runs"),
    )


def _state(run: RunView | None) -> h.Node:
    return "–" if run is None else [badge(run.kind, run.state), h.small[run.due]]
