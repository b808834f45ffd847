"""Which days, and in which steps: local dates of the site's business calendar, made into stretches of epoch time. Pure.

Days are business days: they begin where the floor's begin, and have 23, 24 or 25 hours. Steps never cross a day's end. A stored
half-hour belongs to the step in which it starts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Final, Literal
from zoneinfo import ZoneInfo

from collectors.events import FloorSettings
from dashboard.floor.calendar import Day, business_day, day_on, interval_starts

Step = Literal["total", "interval", "hour", "day", "week", "month"]
STEPS: Final[tuple[Step, ...]] = ("total", "interval", "hour", "day", "week", "month")


@dataclass(frozen=True, slots=True)
class Stretch:
    """One step of a period. `day`: the business day it begins in. `clock`: the local time it begins at (`09:30`; with the offset
    where the clock shows that time twice a day), "" for steps of days and more. `end_ms` is not part of it."""

    day: date
    clock: str
    start_ms: int
    end_ms: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end_ms - self.start_ms) / 1000


@dataclass(frozen=True, slots=True)
class Period:
    """Business days, the last one included, with their bounds in epoch time."""

    from_day: date
    to_day: date
    start_ms: int
    end_ms: int

    @property
    def days(self) -> tuple[date, ...]:
        """Each of them."""
        return tuple(self.from_day + timedelta(days=n) for n in range((self.to_day - self.from_day).days + 1))


@dataclass(frozen=True)
class Calendar:
    """The rules by which a site's moments belong to days and intervals."""

    time_zone: str = "Asia/Shanghai"
    day_starts_at_min: int = 0
    interval_min: int = 30

    @classmethod
    def of(cls, settings: FloorSettings) -> Calendar:
        """As the settings have it now."""
        return cls(settings.time_zone, settings.day_starts_at_min, settings.interval_min)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The site's."""
        return ZoneInfo(self.time_zone)

    def local(self, at_ms: int) -> datetime:
        """A moment by the site's clock."""
        return datetime.fromtimestamp(at_ms / 1000, self.zone)

    def containing(self, at_ms: int) -> Day:
        """The business day of a moment."""
        return business_day(at_ms, self.time_zone, self.day_starts_at_min)

    def today(self, now_ms: int) -> date:
        """The local date on which the running business day began."""
        return date.fromisoformat(self.containing(now_ms).date)

    def day(self, on: date) -> Day:
        """The business day that begins on this local date."""
        return day_on(on, self.time_zone, self.day_starts_at_min)

    def days(self, first: date, last: date) -> Iterator[Day]:
        """All business days from `first` to `last`."""
        for n in range((last - first).days + 1):
            yield self.day(first + timedelta(days=n))

    def period(self, from_day: date, to_day: date) -> Period:
        """From the first day's beginning to the last one's end."""
        return Period(from_day, to_day, self.day(from_day).start_ms, self.day(to_day).end_ms)

    def stretches(self, period: Period, step: Step) -> tuple[Stretch, ...]:
        """The steps of a period, in order. Weeks (from Monday) and months are cut to the period."""
        if step == "total":
            return (Stretch(period.from_day, "", period.start_ms, period.end_ms),)
        if step in {"interval", "hour"}:
            minutes = self.interval_min if step == "interval" else 60
            return tuple(one for day in period.days for one in self._by_clock(day, minutes))
        firsts = [day for day in period.days if day == period.from_day or _begins(day, step)]
        bounds = pairwise([*(self.day(day).start_ms for day in firsts), period.end_ms])
        return tuple(Stretch(day, "", start_ms, end_ms) for day, (start_ms, end_ms) in zip(firsts, bounds, strict=True))

    def _by_clock(self, day: date, minutes: int) -> Iterator[Stretch]:
        whole = self.day(day)
        starts = interval_starts(whole, self.time_zone, minutes)
        readings = [f"{self.local(at_ms):%H:%M}" for at_ms in starts]
        for reading, (start_ms, end_ms) in zip(readings, pairwise([*starts, whole.end_ms]), strict=True):
            offset = self._offset(start_ms) if readings.count(reading) > 1 else ""
            yield Stretch(day, reading + offset, start_ms, end_ms)

    def _offset(self, at_ms: int) -> str:
        offset = f"{self.local(at_ms):%z}"
        return f"{offset[:3]}:{offset[3:5]}".replace("-", "−")


def _begins(day: date, step: Step) -> bool:
    if step == "week":
        return day.weekday() == 0
    return day.day == 1 if step == "month" else True


def place_of(starts: Sequence[int], at_ms: int) -> int:
    """The index of the stretch that a moment lies in; -1 before the first. `starts`: where they begin, in order."""
    return bisect_right(starts, at_ms) - 1
