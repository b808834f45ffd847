"""Which period a moment belongs to: its bounds, those of the one before it and of the next one. Pure.

Days, weeks (Monday first) and months are made of the site's business days, so they are as long as its clock makes them; a shift begins
and ends where the local clock first reads its hours (where they are skipped: at the jump). The end is not part of a period. Every bound
is a multiple of a quarter of an hour of UTC.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from collectors.events import FloorSettings
from dashboard.floor.calendar import business_day, day_on, moment_of
from dashboard.leaderboards.document import Period

_DAY = timedelta(days=1)


class Bounds(msgspec.Struct, frozen=True, array_like=True):
    """One period: from the first moment to the one after its last."""

    from_ms: int
    to_ms: int

    def has(self, at_ms: int) -> bool:
        """Whether a moment belongs to it."""
        return self.from_ms <= at_ms < self.to_ms


class Clock(msgspec.Struct, frozen=True):
    """What the site's clock says of days."""

    time_zone: str = "Asia/Shanghai"
    day_starts_at_min: int = 0


def clock_of(settings: FloorSettings) -> Clock:
    """The floor's own."""
    return Clock(settings.time_zone, settings.day_starts_at_min)


def day_of(at_ms: int, clock: Clock) -> date:
    """The business day that the moment belongs to."""
    return date.fromisoformat(business_day(at_ms, clock.time_zone, clock.day_starts_at_min).date)


def running(period: Period, at_ms: int, clock: Clock) -> Bounds | None:
    """The period that the moment belongs to; None between two shifts, before a contest and after it."""
    bounds = _begun(period, at_ms, clock)
    return bounds if bounds is not None and bounds.has(at_ms) else None


def last(period: Period, at_ms: int, clock: Clock) -> Bounds | None:
    """The newest period that is over; None: a contest that is not."""
    bounds = _begun(period, at_ms, clock)
    if bounds is not None and bounds.has(at_ms):
        return _begun(period, bounds.from_ms - 1, clock)
    return bounds


def coming(period: Period, at_ms: int, clock: Clock) -> Bounds | None:
    """The next period that has not begun; None: a contest that has."""
    if period.kind == "contest":
        bounds = _contest(period, clock)
        return bounds if at_ms < bounds.from_ms else None
    begun = _repeated(period, at_ms, clock)
    if period.kind != "shift":
        return _repeated(period, begun.to_ms, clock)
    day = _local_date(begun.from_ms, clock) + _DAY
    while (bounds := _shift(period, day, clock)).from_ms == bounds.to_ms:
        day += _DAY
    return bounds


def shown(period: Period, at_ms: int, clock: Clock) -> Bounds:
    """What a screen shows at a moment: the running period; else the newest that is over; a contest before it and after it too."""
    return _contest(period, clock) if period.kind == "contest" else _repeated(period, at_ms, clock)


def before(period: Period, bounds: Bounds, clock: Clock) -> Bounds:
    """The time that progress is measured against: the period before this one; before a contest, as many quarters of an hour."""
    if period.kind == "contest":
        return Bounds(2 * bounds.from_ms - bounds.to_ms, bounds.from_ms)
    return _repeated(period, bounds.from_ms - 1, clock)


def _begun(period: Period, at_ms: int, clock: Clock) -> Bounds | None:
    """The newest period that began at the moment or before it; None: a contest to come."""
    if period.kind == "contest":
        bounds = _contest(period, clock)
        return bounds if bounds.from_ms <= at_ms else None
    return _repeated(period, at_ms, clock)


def _repeated(period: Period, at_ms: int, clock: Clock) -> Bounds:
    if period.kind == "shift":
        return _shift_begun(period, at_ms, clock)
    return _days(period, day_of(at_ms, clock), clock)


def _days(period: Period, day: date, clock: Clock) -> Bounds:
    first, after = day, day + _DAY
    if period.kind == "week":
        first = day - timedelta(days=day.weekday())
        after = first + timedelta(days=7)
    elif period.kind == "month":
        first = day.replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
    zone, minute = clock.time_zone, clock.day_starts_at_min
    return Bounds(day_on(first, zone, minute).start_ms, day_on(after, zone, minute).start_ms)


def _shift_begun(period: Period, at_ms: int, clock: Clock) -> Bounds:
    day = _local_date(at_ms, clock)
    while (bounds := _shift(period, day, clock)).from_ms > at_ms or bounds.from_ms == bounds.to_ms:
        day -= _DAY
    return bounds


def _local_date(at_ms: int, clock: Clock) -> date:
    return day_of(at_ms, Clock(clock.time_zone))


def _shift(period: Period, day: date, clock: Clock) -> Bounds:
    """The shift that begins on that date of the local clock; without length where the clock skips it."""
    hours = period.hours
    if hours is None:
        raise ValueError("a shift has hours: give the period `hours`")
    begins, ends = minute_of(hours.from_time), minute_of(hours.to_time)
    until = day if ends > begins else day + _DAY
    return Bounds(moment_of(day, clock.time_zone, begins), moment_of(until, clock.time_zone, ends))


def minute_of(time_of_day: str) -> int:
    """`08:30` → 510."""
    hour, minute = time_of_day.split(":")
    return int(hour) * 60 + int(minute)


def _contest(period: Period, clock: Clock) -> Bounds:
    if period.from_time is None or period.to_time is None:
        raise ValueError("a contest has a beginning and an end: give the period `from` and `to`")
    return Bounds(moment(period.from_time, clock), moment(period.to_time, clock))


def moment(local: str, clock: Clock) -> int:
    """A local moment (`2026-12-31T18:00`) by the site's clock, in ms."""
    wall = datetime.fromisoformat(local)
    return moment_of(wall.date(), clock.time_zone, wall.hour * 60 + wall.minute)
