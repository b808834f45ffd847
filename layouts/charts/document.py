"""What a chart shows: numbers, their names in the reader's language, how they are written. No colours: a series says what it is.

Every text may be typed by people: it travels as JSON and becomes text. The readers are assets/js/charts/{bars,heat}.js.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from layouts.small_print import Format

Shape = Literal["bar", "outline", "area", "line", "dots"]
"""`bar`: stacked on the bars before it. `outline`: around them all. `area`: steps behind everything. `dots`: a dotted line."""
Side = Literal["left", "right"]
Tone = str
"""`answered`, `abandoned`, `offered`, `other`, `rate`, `target`, `usual`; `1` to `8` for what stands for nothing."""


@dataclass(frozen=True, slots=True)
class Series:
    """`values`: one for each place of the axis; None for no value. `unit` "": the chart's."""

    name: str
    shape: Shape
    tone: Tone
    values: Sequence[float | None]
    unit: Format | Literal[""] = ""
    side: Side = "left"


@dataclass(frozen=True, slots=True)
class Target:
    """A line across."""

    value: float
    side: Side = "left"


@dataclass(frozen=True, slots=True)
class Bars:
    """`sentence`: what it is, for who cannot see it. `labels`: each place, whole (`10:00–10:30`); `ticks`: what may stand at the
    axis, "" for nothing. `holes`: places with missing data; `running`: the one that goes on. `links`: where each place leads, ""
    for nowhere. `none`: what is said when there is nothing."""

    sentence: str
    labels: Sequence[str]
    ticks: Sequence[str]
    series: Sequence[Series]
    unit: Format = "count"
    target: Target | None = None
    holes: Sequence[int] = ()
    running: int | None = None
    links: Sequence[str] = ()
    axis_name: str = ""
    none: str = ""


@dataclass(frozen=True, slots=True)
class Heat:
    """`values`: a row for each of `rows`. `worse`: the side on which the number is bad; "" where it is neither."""

    sentence: str
    name: str
    unit: Format
    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[float | None]]
    ticks: Sequence[str] = ()
    worse: Literal["above", "below", ""] = ""
    links: Sequence[Sequence[str]] = ()
    none: str = ""


Chart = Bars | Heat


def document_of(chart: Chart) -> dict[str, Any]:
    """The chart as its readers in the browser take it."""
    if isinstance(chart, Bars):
        return _bars(chart)
    found = _said(chart, "heat", "name", "unit", "rows", "columns", "values")
    return (
        found
        | {name: list(value) for name in ("ticks", "links") if (value := getattr(chart, name))}
        | ({"worse": chart.worse} if chart.worse else {})
    )


def _said(chart: Chart, kind: str, *names: str) -> dict[str, Any]:
    return {"kind": kind, "sentence": chart.sentence, "none": chart.none} | {
        name: getattr(chart, name) for name in names
    }


def _bars(chart: Bars) -> dict[str, Any]:
    found = _said(chart, "bars", "unit", "holes", "running", "links")
    axis = {"labels": list(chart.labels), "ticks": list(chart.ticks), "name": chart.axis_name}
    series = [{name: value for name, value in asdict(one).items() if value != ""} for one in chart.series]
    return found | {"axis": axis, "series": series, "target": asdict(chart.target) if chart.target else None}
