"""One report: what is asked, the picture of it, the numbers, and what each of them means.

The filter is a form that asks by an address, so that a link reproduces what is seen; nothing but the picture needs a script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import htpy as h

from layouts.charts import ChartView, chart
from layouts.forms.fields import (
    Option,
    actions,
    button,
    choice_field,
    form,
    hidden_field,
    link_button,
    text_field,
)
from layouts.forms.notice import NoticeKind, notice
from layouts.forms.panel import panel
from layouts.forms.picker import picker
from layouts.forms.reports import ROOT
from layouts.forms.table import Column, table
from layouts.texts import Catalogue

DEFINITIONS = "definitions"
"""The id of the part that says what each column means."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A quick choice of days."""

    label: str
    href: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Picked:
    """A filter of several names. `name`: as in the address."""

    name: str
    options: tuple[Option, ...]
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter of one of several."""

    name: str
    options: tuple[Option, ...]
    value: str


@dataclass(frozen=True, slots=True)
class FilterView:
    """`was`: the relative days that `from_day` and `to_day` came from, "" for none. `threshold` None: it makes no sense here."""

    chips: tuple[Chip, ...]
    from_day: str
    to_day: str
    was: str
    choices: tuple[Chosen, ...]
    pickers: tuple[Picked, ...]
    threshold: str | None
    clear: str
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell in words. `href`: what it opens into, "" for nothing. `is_pale`: a part of its time is unknown."""

    text: str
    href: str = ""
    is_pale: bool = False


@dataclass(frozen=True, slots=True)
class HeadView:
    """`is_number`: set to the right. `href`: the same report sorted by it; `order`: how it is sorted now."""

    label: str
    is_number: bool
    href: str = ""
    order: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What stands in a column."""

    name: str
    meaning: str
    formula: str
    window: str


@dataclass(frozen=True, slots=True)
class TableView:
    """`left_out`: lines that only a file has. `more`: address of the next page of a list, "" for none."""

    heads: tuple[HeadView, ...]
    rows: tuple[tuple[CellView, ...], ...]
    total: tuple[CellView, ...] | None
    left_out: int = 0
    more: str = ""


@dataclass(frozen=True, slots=True)
class ReportView:
    """`days`: what is asked about, in words. `query`: what files and schedules are asked with, "" while something is refused.
    `table` None: nothing could be asked."""

    report: str
    title: str
    about: str
    days: str
    made: str
    filters: FilterView
    query: str = ""
    table: TableView | None = None
    drawn: ChartView | None = None
    notes: tuple[tuple[NoticeKind, str], ...] = ()
    meanings: tuple[Meaning, ...] = ()
    may_export: bool = False
    schedule: str = ""


def report_page(view: ReportView, texts: Catalogue) -> h.Element:
    """The page."""
    return h.div(class_="reports one")[
        h.p(class_="lead")[view.about],
        _filter(view, texts),
        view.table is not None and _answer(view, view.table, texts),
    ]


def _filter(view: ReportView, texts: Catalogue) -> h.Element:
    filters = view.filters
    return h.section(class_="panel asking", aria_label=texts("reports.filter"))[
        h.nav(class_="chips", aria_label=texts("reports.field.days"))[
            (
                h.a(href=chip.href, aria_current="true" if chip.is_here else None, class_={"here": chip.is_here})[
                    chip.label
                ]
                for chip in filters.chips
            )
        ],
        form(
            f"{ROOT}{view.report}/",
            hidden_field("was", filters.was) if filters.was else None,
            (_day(name, value, filters, texts) for name, value in (("from", filters.from_day), ("to", filters.to_day))),
            (
                choice_field(
                    one.name,
                    texts(f"reports.field.{one.name}"),
                    one.options,
                    one.value,
                    error=filters.errors.get(one.name, ""),
                )
                for one in filters.choices
            ),
            filters.threshold is not None
            and text_field(
                "threshold",
                texts("reports.field.threshold"),
                filters.threshold,
                kind="number",
                error=filters.errors.get("threshold", ""),
            ),
            (
                picker(
                    one.name,
                    texts(f"reports.field.{one.name}"),
                    one.options,
                    one.chosen,
                    texts,
                    all_word=texts("reports.all"),
                    error=filters.errors.get(one.name, ""),
                )
                for one in filters.pickers
            ),
            actions(button(texts("reports.show")), link_button(texts("reports.clear"), filters.clear)),
            method="get",
            layout="row",
            error=filters.errors.get("", ""),
        ),
    ]


def _day(name: str, value: str, filters: FilterView, texts: Catalogue) -> h.Element:
    return text_field(
        name, texts(f"reports.field.{name}"), value, kind="date", error=filters.errors.get(name, ""), maxlength=10
    )


def _answer(view: ReportView, shown: TableView, texts: Catalogue) -> h.Node:
    return [
        h.div(class_="answer")[
            h.h2[f"{view.title} · {view.days}"],
            h.p(class_="hint")[view.made],
            h.div(class_="actions")[_take_away(view, texts)],
        ],
        (notice(kind, note) for kind, note in view.notes),
        view.drawn is not None and h.div(class_="panel picture")[chart(view.drawn, texts)],
        _table(view, shown, texts),
        shown.left_out > 0 and notice("info", texts("reports.left_out", shown=len(shown.rows), count=shown.left_out)),
        shown.more
        and h.nav(class_="actions", aria_label=texts("reports.pages"))[link_button(texts("reports.more"), shown.more)],
        _meanings(view.meanings, texts),
    ]


def _take_away(view: ReportView, texts: Catalogue) -> h.Node:
    if not view.may_export:
        return None
    return [
        form(
            f"{ROOT}{view.report}/export",
            hidden_field("query", view.query),
            (button(texts(f"reports.export.{kind}"), "plain", "format", kind) for kind in ("xlsx", "csv")),
            layout="row",
        ),
        view.schedule and link_button(texts("schedule.add"), view.schedule),
    ]


def _table(view: ReportView, shown: TableView, texts: Catalogue) -> h.Element:
    columns = [
        Column(head.label, "number" if head.is_number else "text", href=head.href, order=head.order)
        for head in shown.heads
    ]
    return table(
        columns,
        [[_cell(cell) for cell in row] for row in shown.rows],
        texts("reports.empty"),
        caption=f"{view.title} {view.days}",
        total=None if shown.total is None or not shown.rows else [_cell(cell) for cell in shown.total],
    )


def _cell(cell: CellView) -> h.Node:
    text: h.Node = h.a(href=cell.href)[cell.text] if cell.href else cell.text
    return h.span(class_="pale")[text] if cell.is_pale else text


def _meanings(meanings: Sequence[Meaning], texts: Catalogue) -> h.Node:
    if not meanings:
        return None
    return panel(
        texts("reports.definitions"),
        h.dl(class_="meanings")[
            (
                h.div[
                    h.dt[one.name],
                    h.dd[
                        one.meaning,
                        one.formula and h.small[texts("reports.formula", formula=one.formula)],
                        one.window and h.small[one.window],
                    ],
                ]
                for one in meanings
            )
        ],
        hint=texts("reports.definitions.hint"),
        name=DEFINITIONS,
    )
