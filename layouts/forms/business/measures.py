"""`/admin/business/measures/`: what this site counts besides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms.directory.state import Filled
from layouts.forms.fields import Option, actions, button, choice_field, form, text_field
from layouts.forms.panel import panel
from layouts.forms.table import Column, table
from layouts.texts import Catalogue

MEASURES = "/admin/business/measures/"


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure in words."""

    name: str
    shown: str
    worse: str
    sums: str


def measures_page(rows: Sequence[MeasureRow], filled: Filled, texts: Catalogue, *, may_change: bool) -> h.Node:
    """The list, and a form for one more. Saved under a name that is there, it changes what that is called."""
    columns = [
        Column(texts("business.measures.name")),
        Column(texts("business.measures.shown")),
        Column(texts("business.measures.worse")),
        Column(texts("business.measures.sums")),
        Column(texts("business.sources.actions"), "actions"),
    ]
    cells: list[list[h.Node]] = [
        [
            h.code[row.name],
            row.shown,
            row.worse,
            row.sums,
            may_change
            and form(f"{MEASURES}{row.name}/remove", button(texts("business.sources.remove"), "danger"), layout="row"),
        ]
        for row in rows
    ]
    return [
        h.p(class_="lead")[texts("business.measures.lead")],
        table(columns, cells, texts("business.measures.none"), caption=texts("title.business_measures")),
        may_change and panel(texts("business.measures.new"), _form(filled, texts)),
    ]


def _form(filled: Filled, texts: Catalogue) -> h.Element:
    def text(name: str, hint: str = "", maxlength: int = 40) -> h.Element:
        label, value = texts(f"business.measures.{name}"), filled.value(name)
        return text_field(name, label, value, hint=hint, error=filled.error(name), maxlength=maxlength)

    def choice(name: str, words: Sequence[str]) -> h.Element:
        options = [Option(word, texts(f"business.measures.{name}.{word}")) for word in words]
        label = texts(f"business.measures.{name}")
        return choice_field(name, label, options, filled.value(name), error=filled.error(name))

    return form(
        MEASURES,
        text("name", texts("business.measures.name.hint")),
        text("name_zh"),
        text("name_en"),
        text("unit_zh", maxlength=12),
        text("unit_en", maxlength=12),
        choice("worse", ("below", "above")),
        choice("sums", ("total", "mean")),
        actions(button(texts("form.save"))),
        error=filled.whole(texts),
    )
