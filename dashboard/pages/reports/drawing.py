"""The picture of a report: a document that `assets/js/charts` draws, made of the same cells that the table shows. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from dashboard.reports.report import Cell, Chart, Column, Kind, Line
from dashboard.reports.told import Told

UNITS: Final[dict[Kind, str]] = {"count": "count", "mean": "count", "seconds": "seconds", "share": "ratio"}
"""Formats of the browser (`assets/js/base/formats.js`)."""
_TONES: Final = {
    "offered": "offered",
    "answered": "answered",
    "abandoned": "abandoned",
    "service_level": "rate",
    "answer_rate": "rate",
    "abandon_rate": "abandoned",
    "left_otherwise": "other",
}
_WORSE: Final = {
    "abandoned": "above",
    "abandon_rate": "above",
    "asa": "above",
    "missed_offers": "above",
    "aht": "above",
}
_BETTER: Final = frozenset({"service_level", "answer_rate"})
MOST_PLACES: Final = 1500
MOST_RANKS: Final = 40

Opens = Callable[[Column, Line, Cell], str]


def document_of(told: Told, opens: Opens) -> dict[str, Any] | None:
    """What is to be drawn; None where there is nothing to see. `opens`: address of a cell's calls, "" for none."""
    report, chart = told.report, told.report.chart
    if chart is None or not report.lines:
        return None
    if chart.kind == "heat":
        return _heat(told, chart, opens)
    lines = report.lines[: MOST_RANKS if chart.kind == "ranks" else MOST_PLACES]
    return _bars(told, chart, lines, opens)


def json_for_pages(document: dict[str, Any]) -> str:
    """JSON in which nothing ends the element that it stands in."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def sentence(told: Told) -> str:
    """The picture in words."""
    return told.texts("reports.chart.sentence", report=told.title, days=told.days)


def _bars(told: Told, chart: Chart, lines: Sequence[Line], opens: Opens) -> dict[str, Any]:
    report = told.report
    labels = [_label(told, chart, line) for line in lines]
    series = [
        _series(told, report.place(name), lines, "bar", number) for number, name in enumerate(chart.bars, start=1)
    ]
    series += [
        _series(told, report.place(name), lines, "line", number) for number, name in enumerate(chart.lines, start=1)
    ]
    first = report.place(chart.bars[0] if chart.bars else chart.lines[0])
    holes = [place for place, line in enumerate(lines) if line.window_s and line.gap_s > 0.01 * line.window_s]
    column = report.columns[first]
    return {
        "kind": "bars",
        "sentence": sentence(told),
        "axis": {"labels": labels, "ticks": labels, "name": told.head(report.columns[report.place(chart.across)])},
        "unit": UNITS.get(column.kind, "count"),
        "series": series,
        "holes": holes,
        "links": [opens(column, line, line.cells[first]) for line in lines],
    }


def _series(told: Told, place: int, lines: Sequence[Line], shape: str, number: int) -> dict[str, Any]:
    column = told.report.columns[place]
    is_line = shape == "line"
    return {
        "name": told.head(column),
        "shape": "outline" if column.metric == "offered" and not is_line else shape,
        "tone": _TONES.get(column.metric, str((number - 1) % 8 + 1)),
        "unit": UNITS.get(column.kind, "count"),
        "values": [_number(line.cells[place]) for line in lines],
        **({"side": "right"} if is_line else {}),
    }


def _label(told: Told, chart: Chart, line: Line) -> str:
    """What stands at the axis: the time of day alone where all lines are of one day."""
    report = told.report
    place = report.place(chart.across)
    text = told.shown(report.columns[place], line.cells[place])
    if line.clock is not None and line.days is not None:
        clock = f"{line.clock[0] // 60:02}:{line.clock[0] % 60:02}"
        is_one_day = report.question.from_day == report.question.to_day
        return clock if is_one_day else f"{line.days[0]:%m-%d} {clock}"
    return f"{line.days[0]:%m-%d}" if line.days is not None and report.columns[place].kind == "day" else text


def _heat(told: Told, chart: Chart, opens: Opens) -> dict[str, Any]:
    report = told.report
    across = report.place(chart.across)
    places = [report.place(name) for name in chart.bars] or [
        place for place in range(len(report.columns)) if place != across and report.columns[place].of
    ]
    columns = [report.columns[place] for place in places]
    metric = report.question.metric or (columns[0].metric if columns else "")
    found: dict[str, Any] = {
        "kind": "heat",
        "sentence": sentence(told),
        "name": columns[0].definition.names[told.texts.lang] if columns and columns[0].definition else told.title,
        "unit": UNITS.get(columns[0].kind, "count") if columns else "count",
        "rows": [told.shown(report.columns[across], line.cells[across]) for line in report.lines],
        "columns": [told.head(column) for column in columns],
        "values": [[_number(line.cells[place]) for place in places] for line in report.lines],
        "links": [
            [opens(column, line, line.cells[place]) for column, place in zip(columns, places, strict=True)]
            for line in report.lines
        ],
    }
    if metric in _WORSE or metric in _BETTER:
        found["worse"] = "below" if metric in _BETTER else _WORSE[metric]
    return found


def _number(cell: Cell) -> float | int | None:
    return cell if isinstance(cell, int | float) and not isinstance(cell, bool) else None
