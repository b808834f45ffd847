"""When a report goes out: a time of the site's local clock, on each day, on days of the week, or on one day of the month. Pure.

Each local date has it once: a time that the clock shows twice counts the first time, one that the clock jumps over comes as much
later as the jump. A month that is too short for its day has it on its last.
"""

from __future__ import annotations

import calendar
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from dashboard.refusal import Refused

Every = Literal["day", "week", "month"]
EVERY: Final[tuple[Every, ...]] = get_args(Every)
_SEARCHED_DAYS: Final = 65


@dataclass(frozen=True, slots=True)
class Timing:
    """`at_min`: minutes after the local midnight. `weekdays`: ISO's (1 is Monday), for `week`. `month_day`: for `month`."""

    every: Every
    at_min: int
    weekdays: tuple[int, ...] = ()
    month_day: int = 1

    @property
    def clock(self) -> str:
        """As people write it: 08:30."""
        return f"{self.at_min // 60:02}:{self.at_min % 60:02}"

    def next_after(self, at_ms: int, zone: ZoneInfo) -> int:
        """The first due time after a moment."""
        first = datetime.fromtimestamp(at_ms / 1000, zone).date() - timedelta(days=1)
        for days in range(_SEARCHED_DAYS):
            day = first + timedelta(days=days)
            if self._has(day) and (due_ms := self._on(day, zone)) > at_ms:
                return due_ms
        raise AssertionError("every timing has a day within two months")

    def dump(self) -> str:
        """As text for the database."""
        kept = {"every": self.every, "at": self.clock, "weekdays": self.weekdays, "month_day": self.month_day}
        return json.dumps(kept, separators=(",", ":"))

    def _has(self, day: date) -> bool:
        match self.every:
            case "day":
                return True
            case "week":
                return day.isoweekday() in self.weekdays
            case "month":
                return day.day == min(self.month_day, calendar.monthrange(day.year, day.month)[1])

    def _on(self, day: date, zone: ZoneInfo) -> int:
        wall = datetime.combine(day, time(self.at_min // 60, self.at_min % 60), zone)
        return round(wall.timestamp() * 1000)


def timing(every: str, at: str, weekdays: tuple[str, ...] = (), month_day: str = "1") -> Timing:
    """From what a form says. Raises `Refused` at the form's field."""
    kind = next((known for known in EVERY if known == every), None)
    if kind is None:
        raise Refused("schedule.refused.every", "every")
    at_min = _minutes(at)
    if at_min is None:
        raise Refused("schedule.refused.at", "at")
    days = tuple(sorted({int(day) for day in weekdays if len(day) == 1 and day in "1234567"}))
    if kind == "week" and not days:
        raise Refused("schedule.refused.weekdays", "weekdays")
    if not (month_day.isascii() and month_day.isdigit() and 1 <= int(month_day[:3]) <= 31):
        if kind == "month":
            raise Refused("schedule.refused.month_day", "month_day")
        month_day = "1"
    return Timing(kind, at_min, days if kind == "week" else (), int(month_day) if kind == "month" else 1)


def load(text: str) -> Timing:
    """What `dump` gave. Raises `ValueError` for anything else."""
    try:
        kept = json.loads(text)
        return timing(kept["every"], kept["at"], tuple(map(str, kept["weekdays"])), str(kept["month_day"]))
    except (Refused, KeyError, TypeError) as error:
        raise ValueError(f"The timing {text[:80]!r} cannot be read.") from error


def _minutes(clock: str) -> int | None:
    hours, colon, minutes = clock.partition(":")
    if not (colon and len(hours) in {1, 2} and len(minutes) == 2 and (hours + minutes).isascii()):
        return None
    if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
        return None
    return 60 * int(hours) + int(minutes)
