"""The picture of a report, made of the same cells that the table shows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from dashboard.floor.metrics import REGISTRY
from dashboard.reports.report import Cell, Chart, Column, Kind, Line
from dashboard.reports.told import Told
from layouts.charts import Bars, Heat, Series
from layouts.charts.document import Shape
from layouts.small_print import Format

UNITS: Final[dict[Kind, Format]] = {
    "count": "count",
    "mean": "count",
    "amount": "amount",
    "seconds": "seconds",
    "share": "ratio",
}
"""Formats of the browser (`assets/js/base/formats.js`)."""
_TONES: Final = {
    "offered": "offered",
    "answered": "answered",
    "abandoned": "abandoned",
    "service_level": "rate",
    "answer_rate": "rate",
    "abandon_rate": "abandoned",
    "left_otherwise": "other",
    "calls_dialled": "offered",
    "calls_connected": "answered",
}
_ABOVE: Final = frozenset({"abandoned", "abandon_rate", "asa", "missed_offers"})
_BELOW: Final = frozenset({"service_level", "answer_rate"})
"""Figures that are bad above, or below."""
MOST_PLACES: Final = 1500
MOST_RANKS: Final = 40

Opens = Callable[[Column, Line, Cell], str]


def chart_of(told: Told, opens: Opens) -> Bars | Heat | None:
    """What is to be drawn; None where there is nothing to see. `opens`: address of a cell's calls, "" for none."""
    report, chart = told.report, told.report.chart
    if chart is None or not report.lines:
        return None
    if chart.kind == "heat":
        return _heat(told, chart, opens)
    if chart.kind == "ranks":
        first = report.place(chart.whole or chart.bars[0])
        lines = sorted(report.lines, key=lambda line: -(_number(line.cells[first]) or 0))[:MOST_RANKS]
        return _bars(told, chart, [[line] for line in lines], opens)
    return _bars(told, chart, _by_time(report.lines)[:MOST_PLACES], opens)


def _by_time(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each time, in order: of each agent or queue one."""
    found: dict[object, list[Line]] = {}
    for line in lines:
        found.setdefault((line.days, line.clock), []).append(line)
    return list(found.values())


def sentence(told: Told) -> str:
    """The picture in words."""
    return told.texts("reports.chart.sentence", report=told.title, days=told.days)


def _bars(told: Told, chart: Chart, places: Sequence[list[Line]], opens: Opens) -> Bars:
    report = told.report
    labels = [_label(told, chart, lines[0]) for lines in places]
    is_single = all(len(lines) == 1 for lines in places)
    bars = [_series(told, report.place(name), places, "bar", at) for at, name in enumerate(chart.bars)]
    if chart.whole:
        bars.insert(0, _series(told, report.place(chart.whole), places, "outline", 0))
    lines = [_series(told, report.place(name), places, "line", at) for at, name in enumerate(chart.lines)]
    first = report.place(chart.whole or chart.bars[0])
    column = report.columns[first]
    return Bars(
        sentence=sentence(told),
        labels=labels,
        ticks=labels,
        series=[*bars, *(lines if is_single else [])],
        unit=UNITS.get(column.kind, "count"),
        holes=[at for at, lines in enumerate(places) if any(is_incomplete(line) for line in lines)],
        links=[opens(column, lines[0], lines[0].cells[first]) for lines in places] if is_single else [],
        axis_name=told.head(report.columns[report.place(chart.across)]),
    )


def is_incomplete(line: Line) -> bool:
    """More than a hundredth of its time is unknown."""
    return bool(line.window_s) and line.gap_s > 0.01 * line.window_s


def _series(told: Told, place: int, places: Sequence[list[Line]], shape: Shape, number: int) -> Series:
    """Several lines of one time add up: only counts are drawn so."""
    column = told.report.columns[place]
    return Series(
        name=told.head(column),
        shape=shape,
        tone=_TONES.get(column.metric, str(number % 8 + 1)),
        values=[_sum([line.cells[place] for line in lines]) for lines in places],
        unit=UNITS.get(column.kind, "count"),
        side="right" if shape == "line" else "left",
    )


def _sum(cells: Sequence[Cell]) -> float | int | None:
    known = [number for cell in cells if (number := _number(cell)) is not None]
    return sum(known) if known else None


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


def _heat(told: Told, chart: Chart, opens: Opens) -> Heat:
    """Hours across and weekdays down, as wide as screens are; the report has them the other way round."""
    report = told.report
    across = report.place(chart.across)
    columns = [(place, column) for place, column in enumerate(report.columns) if column.of]
    metric = columns[0][1].metric
    hours = [told.shown(report.columns[across], line.cells[across]) for line in report.lines]
    return Heat(
        sentence=sentence(told),
        name=REGISTRY[metric].names[told.texts.lang],
        unit=UNITS.get(columns[0][1].kind, "count"),
        rows=[told.head(column) for _, column in columns],
        columns=hours,
        values=[[_number(line.cells[place]) for line in report.lines] for place, _ in columns],
        ticks=[hour.removesuffix(":00") for hour in hours],
        worse="above" if metric in _ABOVE else "below" if metric in _BELOW else "",
        links=[[opens(column, line, line.cells[place]) for line in report.lines] for place, column in columns],
    )


def _number(cell: Cell) -> float | int | None:
    return cell if isinstance(cell, int | float) and not isinstance(cell, bool) else None
