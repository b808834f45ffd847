"""What every report is made from: the question with its steps filled in, a look that is open, and how figures become lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from collectors.events import MeasureSettings
from dashboard.access.actor import Actor
from dashboard.floor.directions import CUSTOM
from dashboard.floor.metrics import Value, needed
from dashboard.refusal import Refused
from dashboard.reports.catalogue import CATALOGUE
from dashboard.reports.catalogue import Kind as ReportKind
from dashboard.reports.figures import Figures, FigureTable
from dashboard.reports.openings import OPENINGS
from dashboard.reports.period import Period, Step, Stretch
from dashboard.reports.question import Each, Question
from dashboard.reports.report import Cell, Chart, Column, Kind, Line, Note, Report
from dashboard.reports.room import Look

_NO_MEASURES: Final[Mapping[str, MeasureSettings]] = {}
MOST_LINES: Final = 20_000
"""A table with more lines is refused: coarser steps, fewer names or fewer days."""

_CLOCKED: Final = frozenset({"interval", "hour"})
_KINDS: Final[dict[str, Kind]] = {
    "s": "seconds", "ratio": "share", "time": "moment", "amount": "amount", "per 10,000": "amount",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Making:
    """One report in the making. `most`: lines of a list."""

    look: Look
    actor: Actor
    question: Question
    period: Period
    most: int
    _days: dict[Stretch, tuple[date, date]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def kind(self) -> ReportKind:
        """Of the catalogue."""
        return CATALOGUE[self.question.report]

    @property
    def step(self) -> Step:
        """As asked, else the report's usual."""
        return self.question.step or (self.kind.steps[0] if self.kind.steps else "total")

    @property
    def each(self) -> Each:
        """The same."""
        return self.question.each or (self.kind.each[0] if self.kind.each else "all")

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """Of the step; what is still to come has no line, for a 0 would say that nobody called."""
        whole = self.look.calendar.stretches(self.period, self.step)
        return tuple(one for one in whole if one.start_ms <= self.look.now_ms) or whole[:1]

    def days_of(self, stretch: Stretch) -> tuple[date, date]:
        """First and last business day of a stretch. Remembered: a step has hundreds of lines."""
        found = self._days.get(stretch)
        if found is None:
            found = self._days[stretch] = stretch.day, self.look.calendar.today(stretch.end_ms - 1)
        return found

    def report(
        self, columns: Sequence[Column], lines: Sequence[Line], total: Line | None = None, *, notes: Sequence[Note] = (),
        chart: Chart | None = None, after: str = "", count: int | None = None,
    ) -> Report:  # fmt: skip
        """Whole."""
        return Report(
            self.question, self.period, tuple(columns), tuple(lines), total, tuple(notes), chart, self.look.names,
            self.look.now_ms, after, count,
        )  # fmt: skip


def figure_column(metric: str, measures: Mapping[str, MeasureSettings] = _NO_MEASURES) -> Column:
    """A column of the dictionary, or of a custom measure."""
    meant = needed(metric)
    declared = measures.get(metric.removeprefix(CUSTOM))
    kind = "amount" if meant.kind == "mean" and meant.unit == "count" else _KINDS.get(meant.unit, "count")
    return Column(metric, kind, metric, opens=OPENINGS.get(metric), declared=declared)


def when_columns(step: Step) -> list[Column]:
    """What tells the steps apart."""
    if step == "total":
        return []
    if step in _CLOCKED:
        return [Column("day", "day"), Column("clock", "clock")]
    return [Column(step, "day")]


def when_cells(stretch: Stretch, step: Step) -> list[Cell]:
    """The same of a line."""
    if step == "total":
        return []
    return [stretch.day, stretch.clock] if step in _CLOCKED else [stretch.day]


def clock_of(stretch: Stretch, step: Step, minutes: int) -> tuple[int, int] | None:
    """The minutes of the local day that a stretch is about; None for whole days. Where the clock shows an hour twice, both are meant."""
    if step not in _CLOCKED:
        return None
    first = int(stretch.clock[:2]) * 60 + int(stretch.clock[3:5])
    return first, min(first // minutes * minutes + minutes, 24 * 60)


def cell_of(value: Value) -> Cell:
    """A figure as a cell: a moment is its epoch ms, everything else the number."""
    return value.since_ms if value.since_ms is not None else value.value


def figure_line(
    making: Making, figures: Figures, heads: Sequence[Cell], metrics: Sequence[str], tail: Sequence[Cell] = ()
) -> Line:
    """A line of figures with what it is about."""
    values = [figures.values[metric] for metric in metrics]
    step = making.step
    minutes = making.look.calendar.interval_min if step == "interval" else 60
    return Line(
        (*heads, *map(cell_of, values), *tail),
        making.days_of(figures.stretch),
        clock_of(figures.stretch, step, minutes) if figures.stretch.clock else None,
        figures.queue,
        figures.agent,
        figures.team,
        max([value.gap_s for value in values], default=0),
        max([value.window_s for value in values], default=0),
    )


def checked_size(lines: int) -> None:
    """Raises `Refused` for a table that nobody could read."""
    if lines > MOST_LINES:
        raise Refused("reports.refused.too_many_lines", "step", most=MOST_LINES, lines=lines)


def notes_of(table: FigureTable) -> list[Note]:
    """What whoever reads these figures must know."""
    notes = []
    unknown = [round(value.gap_s) for value in table.total.values.values() if value.gap_s]
    if unknown and unknown[0]:  # half a second without a switch is none that a reader could miss
        notes.append(Note("gaps", {"seconds": unknown[0]}))
    if table.revised:
        notes.append(Note("revised", {"count": table.revised}))
    if table.not_live:
        notes.append(Note("not_live", {"count": table.not_live}))
    if table.glimpsed:
        notes.append(Note("glimpsed", {"count": table.glimpsed}))
    return notes
