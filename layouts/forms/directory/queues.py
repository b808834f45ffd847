"""Queues: names, targets, limits, and which formula counts their service level, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms import (
    Column,
    actions,
    badge,
    button,
    check_field,
    form,
    link_button,
    notice,
    panel,
    table,
    text_field,
)
from layouts.forms.directory.state import Filled
from layouts.texts import Catalogue

QUEUES = "/admin/queues/"


@dataclass(frozen=True, slots=True)
class QueueLine:
    """`is_confirmed` False: the switch has it, nobody has given it a name or targets of its own."""

    queue_id: str
    href: str
    name: str
    other_name: str
    target: str
    threshold_s: int
    formula: str
    short_abandon_s: int
    overflow_counts: bool
    wrap_up_s: int
    wait_amber_s: int
    wait_red_s: int
    is_confirmed: bool
    is_default: bool


@dataclass(frozen=True, slots=True)
class QueueView:
    """`formulas`: in their order."""

    line: QueueLine
    filled: Filled
    formulas: tuple[str, ...]
    may_edit: bool


def queue_list(lines: Sequence[QueueLine], texts: Catalogue, *, may_edit: bool) -> h.Node:
    """All of them, unconfirmed ones first; the line of all others last."""
    unconfirmed = sum(not line.is_confirmed and not line.is_default for line in lines)
    return [
        h.p(class_="lead")[texts("queues.lead")],
        unconfirmed > 0 and notice("warn", texts("queues.unconfirmed", n=unconfirmed)),
        table(
            [
                texts("queues.queue"), texts("queues.target"), texts("queues.formula"),
                Column(texts("queues.short_abandon"), "number"), Column(texts("queues.wrap_up"), "number"),
                Column(texts("queues.wait_limits"), "number"), *([Column(texts("form.edit"), "actions")] if may_edit else []),
            ],
            [_row(line, texts, may_edit=may_edit) for line in lines],
            "",
            caption=texts("title.queues"),
        ),
    ]  # fmt: skip


def queue_form(view: QueueView, texts: Catalogue) -> h.Node:
    """One queue's names, targets and limits."""
    line = view.line
    where = line.href
    return [
        form(
            where,
            h.div(class_="columns")[
                h.div(class_="stack")[
                    panel(texts("queues.default" if line.is_default else "queues.names"), *_names(view, texts)),
                    panel(texts("queues.how"), *_how(view, texts), hint=texts("queues.how.hint")),
                ],
                panel(texts("queues.limits"), *_limits(view, texts)),
            ],
            actions(
                button(texts("form.save" if line.is_confirmed else "queues.confirm")),
                link_button(texts("form.cancel"), QUEUES),
            ),
            error=view.filled.whole(texts),
            layout="wide",
        ),
        line.is_confirmed
        and not line.is_default
        and panel(
            texts("queues.remove.title"),
            h.p(class_="hint")[texts("queues.remove.hint")],
            form(f"{QUEUES}remove{where.partition('one')[2]}", actions(button(texts("queues.remove"), "danger"))),
        ),
    ]


def _names(view: QueueView, texts: Catalogue) -> list[h.Node]:
    if view.line.is_default:
        return [h.p(class_="hint")[texts("queues.default.hint")]]
    return [
        h.p[texts("queues.id"), " ", h.code[view.line.queue_id]],
        _text(view, "name_zh", texts),
        _text(view, "name_en", texts, hint=texts("directory.hint.names")),
    ]


def _limits(view: QueueView, texts: Catalogue) -> list[h.Node]:
    return [
        _number(view, name, texts)
        for name in (
            "service_level_target",
            "threshold_s",
            "short_abandon_s",
            "wrap_up_s",
            "wait_amber_s",
            "wait_red_s",
        )
    ]


def _how(view: QueueView, texts: Catalogue) -> list[h.Node]:
    chosen, error = view.filled.value("formula"), view.filled.error("formula")
    return [
        h.fieldset(class_=["field", "checks", "choices", error and "wrong"])[
            h.legend[texts("column.queues.formula")],
            h.div[(_formula(name, texts, is_chosen=name == chosen) for name in view.formulas)],
            error and h.p(class_="error", id="formula-error")[error],
        ],
        check_field(
            "overflow_counts",
            texts("queues.overflow"),
            is_checked=view.filled.value("overflow_counts") == "yes",
            hint=texts("queues.overflow.hint"),
        ),
    ]


def _formula(name: str, texts: Catalogue, *, is_chosen: bool) -> h.Element:
    return h.label(class_="check", for_=f"formula-{name}")[
        h.input(type="radio", id=f"formula-{name}", name="formula", value=name, checked=is_chosen),
        h.span[
            texts(f"formula.{name}"),
            h.small[texts(f"queues.formula.{name}")],
            h.small(class_="example")[texts(f"queues.example.{name}")],
        ],
    ]


def _text(view: QueueView, name: str, texts: Catalogue, hint: str = "") -> h.Element:
    label = texts(f"column.queues.{name}")
    return text_field(name, label, view.filled.value(name), hint=hint, error=view.filled.error(name), maxlength=100)


def _number(view: QueueView, name: str, texts: Catalogue) -> h.Element:
    return text_field(
        name,
        texts(f"queues.field.{name}"),
        view.filled.value(name),
        hint=texts(f"queues.hint.{name}"),
        error=view.filled.error(name),
        inputmode="decimal" if name == "service_level_target" else "numeric",
        maxlength=8,
    )


def _row(line: QueueLine, texts: Catalogue, *, may_edit: bool) -> list[h.Node]:
    mark = badge("warn", texts("queues.is_unconfirmed")) if not line.is_confirmed and not line.is_default else None
    cells: list[h.Node] = [
        h.span[line.name, " ", mark, line.other_name and h.small[line.other_name]],
        texts("queues.target.value", target=line.target, n=line.threshold_s),
        h.span[line.formula, line.overflow_counts and h.small[texts("queues.overflow.short")]],
        texts("seconds", n=line.short_abandon_s),
        texts("seconds", n=line.wrap_up_s) if line.wrap_up_s else "–",
        texts("queues.wait_limits.value", amber=line.wait_amber_s, red=line.wait_red_s),
    ]
    if not may_edit:
        return cells
    word = texts("form.edit" if line.is_confirmed or line.is_default else "queues.confirm")
    return [*cells, h.div[h.a(class_="button plain", href=line.href, aria_label=f"{word} {line.name}")[word]]]
