"""Pause reasons: the catalogue, and what the floor uses without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms import (
    Column,
    Option,
    actions,
    button,
    choice_field,
    form,
    link_button,
    notice,
    panel,
    table,
    text_field,
)
from layouts.forms.directory.state import Filled, nothing_yet
from layouts.texts import Catalogue

REASONS = "/admin/reasons/"


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """`limit`: minutes as text, "" for none; `quota`: "" for none."""

    href: str
    reason: str
    name: str
    category: str
    limit: str
    quota: str


@dataclass(frozen=True, slots=True)
class ReasonView:
    """`reason` "" for a new one. `is_new`: it is not in the catalogue yet."""

    reason: str
    filled: Filled
    categories: tuple[Option, ...]
    is_new: bool
    href: str


@dataclass(frozen=True, slots=True)
class ReasonsView:
    """`unknown`: (reason, address of its form)."""

    lines: tuple[ReasonLine, ...]
    unknown: Sequence[tuple[str, str]]
    may_edit: bool


def reason_list(view: ReasonsView, texts: Catalogue) -> h.Node:
    """The catalogue."""
    return [
        h.p(class_="lead")[texts("reasons.lead")],
        view.unknown and _unknown(view, texts),
        h.div(class_="list_head")[
            h.p(class_="hint")[texts("reasons.count", n=len(view.lines))],
            view.may_edit and link_button(texts("reasons.new"), f"{REASONS}one", "primary"),
        ]
        if view.lines
        else None,
        _table(view, texts) if view.lines else _none(view, texts),
    ]


def reason_form(view: ReasonView, texts: Catalogue) -> h.Node:
    """One reason."""
    return h.div(class_="columns")[
        panel(
            texts("reasons.new") if view.is_new else view.reason,
            form(
                view.href,
                _text(view, "reason", texts, hint=texts("reasons.hint.reason"), required=True)
                if not view.reason
                else h.p[texts("column.reasons.reason"), " ", h.code[view.reason]],
                _text(view, "name_zh", texts),
                _text(view, "name_en", texts, hint=texts("directory.hint.names")),
                choice_field(
                    "category",
                    texts("column.reasons.category"),
                    view.categories,
                    view.filled.value("category"),
                    hint=texts("reasons.hint.category"),
                    error=view.filled.error("category"),
                ),
                _text(view, "limit_min", texts, hint=texts("reasons.hint.limit"), inputmode="decimal"),
                _text(view, "quota", texts, hint=texts("reasons.hint.quota"), inputmode="numeric"),
                actions(button(texts("form.save")), link_button(texts("form.cancel"), REASONS)),
                error=view.filled.whole(texts),
            ),
        ),
        not view.is_new
        and panel(
            texts("reasons.remove.title"),
            h.p(class_="hint")[texts("reasons.remove.hint")],
            form(f"{REASONS}remove{view.href.partition('one')[2]}", actions(button(texts("reasons.remove"), "danger"))),
        ),
    ]


def _text(
    view: ReasonView, name: str, texts: Catalogue, *, hint: str = "", required: bool = False, inputmode: str = ""
) -> h.Element:
    label, error = texts(f"column.reasons.{name}"), view.filled.error(name)
    return text_field(
        name,
        label,
        view.filled.value(name),
        hint=hint,
        error=error,
        required=required,
        inputmode=inputmode,
        maxlength=200,
    )


def _unknown(view: ReasonsView, texts: Catalogue) -> h.Element:
    return notice(
        "warn",
        h.p[texts("reasons.unknown", n=len(view.unknown))],
        h.ul(class_="words")[
            (h.li[h.a(href=href)[reason] if view.may_edit else reason] for reason, href in view.unknown)
        ],
    )


def _table(view: ReasonsView, texts: Catalogue) -> h.Element:
    heads = [texts(f"column.reasons.{name}") for name in ("reason", "category")]
    return table(
        [
            texts("reasons.name"), *heads,
            Column(texts("column.reasons.limit_min"), "number"), Column(texts("column.reasons.quota"), "number"),
        ],
        [
            [
                h.a(href=line.href)[line.name] if view.may_edit else line.name,
                h.code[line.reason], line.category, line.limit or "–", line.quota or "–",
            ]
            for line in view.lines
        ],
        "",
        caption=texts("title.reasons"),
    )  # fmt: skip


def _none(view: ReasonsView, texts: Catalogue) -> h.Node:
    if not view.may_edit:
        return nothing_yet(texts("reasons.none"))
    return h.div(class_="nothing_yet")[
        h.p[texts("reasons.none")],
        form(f"{REASONS}defaults", button(texts("reasons.defaults"), "primary")),
        link_button(texts("reasons.new"), f"{REASONS}one"),
    ]
