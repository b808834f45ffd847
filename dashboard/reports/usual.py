"""What is usual: the mean of the same weekday over the last four weeks, by interval and so far.

A count's usual is its mean over those of the four days that have any half-hour at all; a rate or a mean time is made from the summed
counters of these days. While there is no such day there is no usual, and `days` is empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dashboard.access.actor import Actor
from dashboard.reports.room import Room

WEEKS: Final = 4


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
        raise NotImplementedError
