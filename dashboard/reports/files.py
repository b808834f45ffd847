"""A report as a file: the same lines that its page shows, typed, with everything that explains them.

XLSX: the table, what each column means, and what was asked. CSV: the table alone, units in its heads and no line of totals, for programs
that read it on. Both are bounded by what a report may hold (`MOST_LINES`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from dashboard.reports.report import Column, Line, Report
from dashboard.reports.told import Told
from dashboard.sheets import Head, Page, Value, write_csv, write_workbook
from layouts.texts import Catalogue

Format = Literal["xlsx", "csv"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MEDIA_TYPES: Final[dict[Format, str]] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_WIDE: Final = 60
_NAME: Final = 26


@dataclass(frozen=True, slots=True)
class File:
    """To be handed out or sent. `name`: letters, digits, dots and dashes."""

    name: str
    media_type: str
    body: bytes


def file_of(report: Report, kind: Format, texts: Catalogue, *, by: str) -> File:
    """`by`: who asked for it, by name."""
    told = Told(report, texts)
    body = _csv(told) if kind == "csv" else write_workbook([_table(told), _definitions(told), _question(told, by)])
    asked = report.question
    days = asked.from_day.isoformat() + (f"_{asked.to_day.isoformat()}" if asked.to_day != asked.from_day else "")
    return File(f"floorwatch-{asked.report}-{days}.{kind}", MEDIA_TYPES[kind], body)


def heads(told: Told, *, with_units: bool = False) -> list[Head]:
    """Above the table; people have a column for their staff number beside their name."""
    found: list[Head] = []
    for column in told.report.columns:
        unit = told.texts.words.get(f"reports.unit.{column.kind}", "") if with_units else ""
        label = told.head(column)
        kind = told.sheet_kind(column)
        found.append(Head(f"{label} ({unit})" if unit else label, kind))
        if column.kind == "agent":
            found.append(Head(told.texts("reports.staff_number")))
    return found


def row(told: Told, line: Line) -> list[Value]:
    """A line's cells, in the order of `heads`."""
    found: list[Value] = []
    for column, cell in zip(told.report.columns, line.cells, strict=True):
        found.append(told.value(column, cell))
        if column.kind == "agent":
            found.append(told.staff_number(cell) if cell is not None else None)
    return found


def _rows(told: Told) -> Iterator[list[Value]]:
    return (row(told, line) for line in told.report.lines)


def _csv(told: Told) -> bytes:
    return write_csv(heads(told, with_units=True), _rows(told))


def _table(told: Told) -> Page:
    total = told.report.total
    totals = None
    if total is not None and told.has_heads:
        totals = [told.texts("reports.total"), *row(told, total)[1:]]
    return Page(told.title, heads(told), _rows(told), totals)


def _definitions(told: Told) -> Page:
    names = ("column", "metric", "unit", "window", "meaning", "formula")
    widths = (_NAME, _NAME, 0, _NAME, _WIDE, _WIDE)
    shown = [
        Head(told.texts(f"reports.definition.{name}"), width=width) for name, width in zip(names, widths, strict=True)
    ]
    rows = ([getattr(one, name) for name in names] for one in map(told.definition, _once(told.report.columns)))
    return Page(told.texts("reports.definitions"), shown, rows)


def _question(told: Told, by: str) -> Page:
    texts, report = told.texts, told.report
    made = datetime.fromtimestamp(report.made_at_ms / 1000, told.zone)
    relative = report.question.days
    days = f"{texts(f'reports.days.{relative}')} ({told.days})" if relative else told.days
    facts = [
        (texts("reports.field.report"), told.title),
        (texts("reports.field.days"), days),
        *told.narrowed(),
        (texts("reports.field.made_at"), f"{made:%Y-%m-%d %H:%M:%S} ({told.zone.key})"),
        (texts("reports.field.made_by"), by),
        (texts("reports.field.scope"), texts("reports.scope", name=by)),
        *((texts("reports.field.note"), note) for note in told.notes()),
    ]
    shown = [Head(texts("reports.field"), width=_NAME), Head(texts("reports.value"), width=2 * _WIDE)]
    return Page(texts("reports.question"), shown, facts)


def _once(columns: tuple[Column, ...]) -> Iterator[Column]:
    """One of those that mean the same (the hours of a heat map)."""
    seen: set[str] = set()
    for column in columns:
        if not (column.of and column.metric in seen):
            yield column
        seen.add(column.metric)
