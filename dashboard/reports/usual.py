"""What is usual: the mean of the same weekday over the last four weeks, by interval and so far.

A count's usual is its mean over those of the four days that have any half-hour at all; a rate or a mean time is made from the summed
counters of these days. While there is no such day there is no usual, and `days` is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dashboard.access.actor import Actor
from dashboard.floor.metrics import REGISTRY, evaluated
from dashboard.floor.state import Row
from dashboard.reports.past_query import Known, PastQuery
from dashboard.reports.period import Stretch
from dashboard.reports.queue_half_hours import queue_sums
from dashboard.reports.room import Look, Room

WEEKS: Final = 4

_Rows = list[tuple[str, tuple[Row, ...]]]


@dataclass(frozen=True, slots=True)
class Usual:
    """`days`: those it was made of, the newest first; at most `WEEKS`. `by_clock`: by the local time an interval begins at (`09:30`), by
    metric. `whole`: of whole days. `so_far`: of the same days up to the same time of day; of the interval that runs, counts have
    the part that has passed."""

    days: tuple[date, ...]
    by_clock: Mapping[str, Mapping[str, float | None]]
    whole: Mapping[str, float | None]
    so_far: Mapping[str, float | None]


class Usuals:
    """Reads it from the half-hours."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def of_day(
        self, actor: Actor, metrics: Sequence[str], day: date | None = None, *, queues: Sequence[str] = ()
    ) -> Usual:
        """Of queues together, for a business day (today). `so_far` of a day that is over is `whole`. Raises `Denied`."""
        with self._room.looking(actor) as look:
            for queue in queues:
                look.reach.require_queue(queue)
            return _Weeks(look, tuple(metrics), day or look.today, queues).usual()


class _Weeks:
    """The same weekday, some weeks back: each day's rows by the clock."""

    def __init__(self, look: Look, metrics: tuple[str, ...], day: date, queues: Sequence[str]) -> None:
        self._look = look
        self._metrics = metrics
        self._today = look.calendar.stretches(look.calendar.period(day, day), "interval")
        self._days: dict[date, dict[str, _Rows]] = {}
        for weeks in range(1, WEEKS + 1):
            before = day - timedelta(weeks=weeks)
            stretches = look.calendar.stretches(look.calendar.period(before, before), "interval")
            sums = queue_sums(look, stretches, queues)
            if sums.rows:
                rows = {stretch.clock: sums.of_place(place) for place, stretch in enumerate(stretches)}
                self._days[before] = rows

    def usual(self) -> Usual:
        """Empty while there is no such day."""
        if not self._days:
            return Usual((), {}, {}, {})
        by_clock = {stretch.clock: self._mean((stretch.clock,)) for stretch in self._today}
        clocks = {clock for rows in self._days.values() for clock in rows}
        whole = self._mean(clocks)
        return Usual(tuple(self._days), by_clock, whole, self._so_far(whole))

    def _so_far(self, whole: Mapping[str, float | None]) -> Mapping[str, float | None]:
        now_ms = self._look.now_ms
        if now_ms >= self._today[-1].end_ms:
            return whole
        closed = self._mean(one.clock for one in self._today if one.end_ms <= now_ms)
        running = next((one for one in self._today if one.start_ms <= now_ms < one.end_ms), None)
        if running is None:
            return closed
        begun = self._mean(one.clock for one in self._today if one.start_ms <= now_ms)
        share = _share(running, now_ms)
        return {metric: _between(metric, closed[metric], begun[metric], share) for metric in self._metrics}

    def _mean(self, clocks: Iterable[str]) -> dict[str, float | None]:
        """Of a mean day: counts over days, all else from the sums of all of them."""
        wanted = set(clocks)
        days = [
            [row for clock, found in rows.items() if clock in wanted for row in found] for rows in self._days.values()
        ]
        together = [row for rows in days for row in rows]
        return {metric: self._of(metric, days, together) for metric in self._metrics}

    def _of(self, metric: str, days: list[_Rows], together: _Rows) -> float | None:
        kind = REGISTRY[metric].kind
        if kind == "count":
            value = self._value(metric, together)
            return None if value is None else value / len(days)
        if kind == "maximum":
            highest = [value for rows in days if (value := self._value(metric, rows)) is not None]
            return sum(highest) / len(highest) if highest else None
        return self._value(metric, together)

    def _value(self, metric: str, rows: _Rows) -> float | None:
        value = evaluated(metric, PastQuery(self._look.queue_settings, rows, None, Known())).value
        return None if value is None or isinstance(value, str) else float(value)


def _share(running: Stretch, now_ms: int) -> float:
    return (now_ms - running.start_ms) / (running.end_ms - running.start_ms)


def _between(metric: str, closed: float | None, begun: float | None, share: float) -> float | None:
    """A count grows with the interval; a rate has no parts."""
    if REGISTRY[metric].kind != "count" or closed is None or begun is None:
        return begun
    return closed + (begun - closed) * share
