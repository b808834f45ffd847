"""The rules of monitoring: which queues, whom never, and how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms.directory.state import Filled
from layouts.forms.fields import (
    Option,
    actions,
    button,
    check_field,
    choice_field,
    form,
    hidden_field,
    text_field,
)
from layouts.forms.notice import notice
from layouts.forms.panel import Fact, facts, panel
from layouts.forms.table import BadgeKind, Column, badge, table
from layouts.texts import Catalogue

ROOT = "/admin/monitoring/"

CHECKS = ("tells_agents", "has_tone", "needs_purpose", "own_calls")
"""What is on or off on the whole floor."""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One queue and its marks."""

    queue_id: str
    name: str
    is_announced: bool
    takes_cards: bool


@dataclass(frozen=True, slots=True)
class SparedLine:
    """Somebody whom nobody monitors."""

    agent: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class MonitoringView:
    """`sparable`: who can be put on the list. `general`: the fields of the form about the whole floor; `spare`: of that for
    the list. `may_change_general` False: they are only read."""

    queues: Sequence[QueueLine]
    spared: Sequence[SparedLine]
    sparable: Sequence[Option]
    general: Filled
    spare: Filled
    may_change_general: bool


def monitoring_page(view: MonitoringView, texts: Catalogue) -> h.Node:
    """All three parts; each is saved for itself."""
    return [
        h.p(class_="lead")[texts("monitoring.lead")],
        h.div(class_="columns monitoring")[
            h.div(class_="stack")[_queues(view.queues, texts), _spared(view, texts)],
            _general(view, texts),
        ],
        notice("info", texts("monitoring.law")),
    ]


def _queues(lines: Sequence[QueueLine], texts: Catalogue) -> h.Element:
    rows = [_queue_row(number, line, texts) for number, line in enumerate(lines)]
    columns = [texts("monitoring.queue"), *(texts(f"monitoring.{mark}") for mark in ("announced", "cards", "outcome"))]
    return panel(
        texts("monitoring.queues"),
        form(
            f"{ROOT}queues",
            table(columns, rows, texts("monitoring.queues.none"), caption=texts("monitoring.queues")),
            bool(rows) and actions(button(texts("form.save"))),
            layout="wide",
        ),
        hint=texts("monitoring.queues.hint"),
        name="queues",
    )


def _queue_row(number: int, line: QueueLine, texts: Catalogue) -> list[h.Node]:
    kind, word = _outcome(line)
    return [
        [line.name, line.name != line.queue_id and h.small[line.queue_id], hidden_field("queue", line.queue_id)],
        _mark("announced", number, line, texts, is_checked=line.is_announced),
        _mark("cards", number, line, texts, is_checked=line.takes_cards),
        badge(kind, texts(f"monitoring.outcome.{word}")),
    ]


def _outcome(line: QueueLine) -> tuple[BadgeKind, str]:
    if line.takes_cards:
        return "bad", "cards"
    return ("good", "allowed") if line.is_announced else ("warn", "silent")


def _mark(name: str, number: int, line: QueueLine, texts: Catalogue, *, is_checked: bool) -> h.Element:
    box_id = f"{name}-{number}"
    return h.label(class_="check", for_=box_id)[
        h.input(type="checkbox", id=box_id, name=name, value=line.queue_id, checked=is_checked),
        h.span(class_="unseen")[texts(f"monitoring.{name}.of", queue=line.name)],
    ]


def _general(view: MonitoringView, texts: Catalogue) -> h.Element:
    title, filled = texts("monitoring.general"), view.general
    if not view.may_change_general:
        pairs = [Fact(texts(f"monitoring.{name}"), texts(_on_or_off(filled.value(name)))) for name in CHECKS]
        most = Fact(texts("monitoring.most_min"), filled.value("most_min"))
        return panel(title, facts(*pairs, most), hint=texts("monitoring.general.others"))
    return panel(
        title,
        form(
            ROOT,
            (
                check_field(
                    name,
                    texts(f"monitoring.{name}"),
                    is_checked=bool(filled.value(name)),
                    hint=texts(f"monitoring.{name}.hint"),
                )
                for name in CHECKS
            ),
            text_field(
                "most_min",
                texts("monitoring.most_min"),
                filled.value("most_min"),
                hint=texts("monitoring.most_min.hint"),
                error=filled.error("most_min"),
                inputmode="numeric",
                maxlength=3,
            ),
            actions(button(texts("form.save"))),
            error=filled.whole(texts),
        ),
        name="general",
    )


def _on_or_off(value: str) -> str:
    return "monitoring.on" if value else "monitoring.off"


def _spared(view: MonitoringView, texts: Catalogue) -> h.Element:
    filled = view.spare
    rows: list[list[h.Node]] = [
        [
            [line.name or line.agent, bool(line.name) and h.small[line.agent]],
            h.span(class_="said")[line.why],
            form(
                f"{ROOT}unspare",
                hidden_field("agent", line.agent),
                button(texts("monitoring.unspare"), "plain"),
                layout="row",
            ),
        ]
        for line in view.spared
    ]
    columns: list[Column | str] = [
        texts("monitoring.agent"),
        texts("monitoring.why"),
        Column(texts("monitoring.unspare"), "actions"),
    ]
    return panel(
        texts("monitoring.spared"),
        table(columns, rows, texts("monitoring.spared.none"), caption=texts("monitoring.spared")),
        bool(view.sparable)
        and form(
            f"{ROOT}spare",
            choice_field(
                "agent",
                texts("monitoring.agent"),
                [Option("", texts("monitoring.agent.choose")), *view.sparable],
                filled.value("agent"),
                error=filled.error("agent"),
            ),
            text_field(
                "why",
                texts("monitoring.why"),
                filled.value("why"),
                hint=texts("monitoring.why.hint"),
                error=filled.error("why"),
                maxlength=200,
            ),
            actions(button(texts("monitoring.spare"))),
            error=filled.whole(texts),
        ),
        hint=texts("monitoring.spared.hint"),
        name="spared",
    )
