"""The business calendar of a site: which day and which interval a moment belongs to.

A business day begins at a configured minute of the local clock and ends where the next one begins, so it has 23, 24 or 25
hours (or 23.5 on Lord Howe). Where the local clock jumps over that minute (Santiago's missing midnights) the day begins at
the jump. Intervals follow the local clock too and never cross a jump. Every boundary is a multiple of a quarter of an hour of
UTC, because every offset in use is: so a quarter belongs to one interval and one day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

QUARTER_MS = 900_000
_QUARTER = timedelta(minutes=15)


class Day(msgspec.Struct, frozen=True, array_like=True):
    """One business day: the local date it began on, and its bounds (the end is not part of it)."""

    date: str
    start_ms: int
    end_ms: int


@lru_cache(maxsize=2048)
def moment_of(day: date, time_zone: str, minute: int) -> int:
    """When the local clock first reads that minute of the date, or more (ms). `minute` is taken down to a quarter of an hour."""
    zone = ZoneInfo(time_zone)
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute // 15 * 15)  # noqa: DTZ001 (a wall clock's reading)
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    while _reading(instant - _QUARTER, zone) >= wall:
        instant -= _QUARTER
    return int(instant.timestamp()) * 1000


def _reading(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def business_day(at_ms: int, time_zone: str, starts_at_min: int = 0) -> Day:
    """The business day that contains `at_ms`. `starts_at_min` is taken down to a quarter of an hour.

    Raises `zoneinfo.ZoneInfoNotFoundError` for an unknown time zone.
    """
    local = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(time_zone))
    day = (local - timedelta(minutes=starts_at_min)).date()
    while at_ms < moment_of(day, time_zone, starts_at_min):
        day -= timedelta(days=1)
    while at_ms >= moment_of(day + timedelta(days=1), time_zone, starts_at_min):
        day += timedelta(days=1)
    return day_on(day, time_zone, starts_at_min)


def day_on(day: date, time_zone: str, starts_at_min: int = 0) -> Day:
    """The business day of a local date."""
    start_ms = moment_of(day, time_zone, starts_at_min)
    return Day(day.isoformat(), start_ms, moment_of(day + timedelta(days=1), time_zone, starts_at_min))


@lru_cache(maxsize=64)
def interval_starts(day: Day, time_zone: str, interval_min: int) -> tuple[int, ...]:
    """Where the intervals of a business day begin, in order: full steps of the local clock, and each jump of it."""
    zone = ZoneInfo(time_zone)
    starts: list[int] = []
    offset = None
    for at_ms in range(day.start_ms, day.end_ms, QUARTER_MS):
        local = datetime.fromtimestamp(at_ms / 1000, zone)
        jumped = offset is not None and local.utcoffset() != offset
        if not starts or jumped or (local.hour * 60 + local.minute) % interval_min == 0:
            starts.append(at_ms)
        offset = local.utcoffset()
    return tuple(starts)
