"""What a report is when it is made: columns, lines, a total, notes, and what its chart shows. Pages and sheets draw it; pure data.

A cell is what its column's kind says: ids are the switch's (their names: `Report.names`), seconds, shares (0…1), counts and moments
(epoch, ms) are plain numbers, days are `date`, None is "–".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from collectors.events import MeasureSettings
from dashboard.floor.business_metrics import custom_metric
from dashboard.floor.metrics import Metric, known
from dashboard.reports.calls_question import LONGEST_DAYS, MOST_NAMES, CallsQuestion
from dashboard.reports.names import Names
from dashboard.reports.period import Period
from dashboard.reports.question import Question

Cell = str | int | float | bool | date | None
Kind = Literal[
    "count", "seconds", "share", "mean", "amount", "moment", "day", "clock", "queue", "agent", "team", "word", "words", "text",
    "number", "call",
]  # fmt: skip
"""word: `reports.word.<column>.<cell>` of the catalogue; words: several, apart by spaces. number: a caller's, masked. call: the key of
a contact (`switch/boot/call`). mean: a count of a mean day. amount: of money, points, whatever a measure counts: with decimals."""


@dataclass(frozen=True, slots=True)
class Column:
    """`metric`: id in the registry, whose name and definition it has; "" for a column of its own: `reports.column.<id>`. `of`: the
    pause reason of a column of reasons (metric `paused`), the weekday (1 is Monday) of a heat map's. `opens`: fields of a
    `CallsQuestion` into which its figures open, beside those of the line; None: they open nothing. `declared`: of a custom measure."""

    id: str
    kind: Kind
    metric: str = ""
    of: str = ""
    opens: Mapping[str, str] | None = None
    declared: MeasureSettings | None = None

    @property
    def definition(self) -> Metric | None:
        """Of the dictionary."""
        return known(self.metric) if self.declared is None else custom_metric(self.metric, self.declared)


@dataclass(frozen=True, slots=True)
class Line:
    """`cells`: one a column. `queue`, `agent`, `team`: what it is about, None for all that was asked for. `days`, `clock`: of when, as
    `CallsQuestion` has it. `gap_s`: seconds of it of which something is unknown; `window_s`: how long it is."""

    cells: tuple[Cell, ...]
    days: tuple[date, date] | None = None
    clock: tuple[int, int] | None = None
    queue: str | None = None
    agent: str | None = None
    team: str | None = None
    gap_s: float = 0
    window_s: float = 0


@dataclass(frozen=True, slots=True)
class Note:
    """Something that whoever reads the figures must know: `reports.note.<word>` with `values`."""

    word: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chart:
    """How the lines are drawn. `across`: id of the column along the axis (for `heat`: of the rows' heads). `bars`, `lines`: ids of
    columns; bars are parts and stand on each other, lines have an axis of their own (shares). `whole`: the column that the bars are a
    part of, drawn around them; "" where they are all there is."""

    kind: Literal["steps", "ranks", "heat"]
    across: str
    bars: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """`question`: with the report's own step and `each` filled in. `total` None: there is none. `after`: where a list goes on, "" at
    its end; `count`: how many lines the whole list has, None for a table. `made_at_ms`: as of when."""

    question: Question
    period: Period
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: Line | None
    notes: tuple[Note, ...]
    chart: Chart | None
    names: Names
    made_at_ms: int
    after: str = ""
    count: int | None = None

    def opened(self, line: Line, column: Column) -> CallsQuestion | None:
        """The calls behind a figure; None where there is no such list, or it would be longer than lists are."""
        if column.opens is None or line.days is None or (line.days[1] - line.days[0]).days >= LONGEST_DAYS:
            return None
        asked = self.question
        fields: dict[str, Any] = dict(column.opens)
        weekdays = (int(column.of),) if column.id.startswith("weekday.") else ()
        names: dict[str, tuple[str, ...]] = {
            "queues": asked.queues if line.queue is None else (line.queue,),
            "teams": asked.teams if line.team is None or line.agent is not None else (line.team,),
            "agents": asked.agents if line.agent is None else (line.agent,),
        }
        if fields.get("which") == "own":
            names["queues"] = ()
        if any(len(ids) > MOST_NAMES or "" in ids for ids in names.values()):
            return None
        fields |= {"from_day": line.days[0], "to_day": line.days[1], "clock": line.clock, "weekdays": weekdays, **names}
        return CallsQuestion(**fields)

    def place(self, column: str) -> int:
        """The index of a column. Raises `KeyError`."""
        for index, one in enumerate(self.columns):
            if one.id == column:
                return index
        raise KeyError(column)
