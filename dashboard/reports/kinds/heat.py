"""Hour × weekday: when it is busy, or bad. Counts are those of a mean day of that weekday; rates and times come from the summed counters
of all its days.

The weekday is the business day's, the hour the local clock's; an hour that the clock shows twice counts to the one of its name.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from dashboard.floor.metrics import REGISTRY, evaluated
from dashboard.floor.state import Row
from dashboard.refusal import Refused
from dashboard.reports.kinds.making import Making
from dashboard.reports.openings import OPENINGS
from dashboard.reports.past_query import Known, PastQuery
from dashboard.reports.queue_half_hours import QueueSums, queue_sums
from dashboard.reports.report import Cell, Chart, Column, Kind, Line, Note, Report

_KINDS: Final[dict[str, Kind]] = {"s": "seconds", "ratio": "share"}
_WEEKDAYS: Final = range(1, 8)
_HOURS: Final = range(24)


def heat(making: Making) -> Report:
    """A line an hour, a column a weekday; the last column is of all days, the total of all hours."""
    look, asked = making.look, making.question
    metric = asked.metric or making.kind.metrics[0]
    if metric not in making.kind.metrics:
        raise Refused("reports.refused.unknown_choice", "metric", value=metric[:40])
    for queue in asked.queues:
        look.reach.require_queue(queue)
    stretches = look.calendar.stretches(making.period, "hour")
    places = [(one.day.isoweekday() - 1) * 24 + int(one.clock[:2]) for one in stretches]
    map_ = _Map(making, metric, queue_sums(look, stretches, asked.queues, places))
    kind = "mean" if map_.is_count else _KINDS.get(REGISTRY[metric].unit, "count")
    opens = OPENINGS.get(metric)
    columns = [Column("hour", "clock")]
    columns += [Column(f"weekday.{weekday}", kind, metric, str(weekday), opens) for weekday in _WEEKDAYS]
    columns.append(Column("all_days", kind, metric, opens=opens))
    days = making.period.from_day, making.period.to_day
    lines = [Line(map_.cells(f"{hour:02}:00", (hour,)), days, (hour * 60, hour * 60 + 60)) for hour in _HOURS]
    total = Line(map_.cells(None, _HOURS), days)
    return making.report(columns, lines, total, notes=map_.notes(), chart=Chart("heat", "hour"))


class _Map:
    """The sums of each hour of each weekday."""

    def __init__(self, making: Making, metric: str, sums: QueueSums) -> None:
        self._making = making
        self._metric = metric
        self._sums = sums
        self.is_count = REGISTRY[metric].kind == "count"
        today = making.look.today
        self._days = [
            sum(day.isoweekday() == weekday and day <= today for day in making.period.days) for weekday in _WEEKDAYS
        ]

    def cells(self, head: Cell, hours: Collection[int]) -> tuple[Cell, ...]:
        """Of these hours: each weekday, and all."""
        each = [self._value((weekday,), hours) for weekday in _WEEKDAYS]
        return head, *each, self._value(_WEEKDAYS, hours)

    def notes(self) -> list[Note]:
        """How many days each weekday stands for, if counts are means."""
        notes = [Note("mean_days", {f"n{weekday}": n for weekday, n in zip(_WEEKDAYS, self._days, strict=True)})]
        return notes if self.is_count else []

    def _value(self, weekdays: Collection[int], hours: Collection[int]) -> Cell:
        days = sum(self._days[weekday - 1] for weekday in weekdays)
        query = PastQuery(
            self._making.look.queue_settings,
            self._rows(weekdays, hours),
            None,
            Known(),
            self._making.question.formula,
            self._making.question.threshold_s,
        )
        value = evaluated(self._metric, query).value
        if self.is_count and isinstance(value, int | float):
            return value / days if days else None
        return value

    def _rows(self, weekdays: Collection[int], hours: Collection[int]) -> list[tuple[str, tuple[Row, ...]]]:
        wanted = {(weekday - 1) * 24 + hour for weekday in weekdays for hour in hours}
        return [(queue, (row,)) for (place, queue), row in self._sums.rows.items() if place in wanted]
