"""Which interval of the site's calendar a moment belongs to, quickly: asked for every fact."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from collectors.events import FloorSettings
from dashboard.floor.calendar import QUARTER_MS, business_day, interval_starts

_LATEST_MS: Final = 1 << 42
"""A time beyond (the year 2109) is a broken clock's."""
_REMEMBERED: Final = 2_000


class HalfHours:
    """The intervals that the settings make: half-hours, unless they say another length."""

    def __init__(self, settings: FloorSettings) -> None:
        self._settings = settings
        self._by_quarter: dict[int, tuple[int, int]] = {}

    def at(self, at_ms: int) -> tuple[int, int] | None:
        """Beginning and end of the interval that contains the moment; None for no time that a clock can show."""
        quarter = at_ms // QUARTER_MS
        found = self._by_quarter.get(quarter)
        if found is None:
            if not 0 <= at_ms < _LATEST_MS:
                return None
            if len(self._by_quarter) > _REMEMBERED:
                self._by_quarter.clear()
            found = self._by_quarter[quarter] = self._look_up(at_ms)
        return found

    def start_of(self, at_ms: int) -> int:
        """Beginning of the interval that contains the moment; 0 for no time that a clock can show."""
        found = self.at(at_ms)
        return 0 if found is None else found[0]

    def pieces(self, from_ms: int, to_ms: int) -> Iterator[tuple[int, int, int]]:
        """The stretch cut at the intervals' ends: beginning and end of the interval, and the time within it."""
        while from_ms < to_ms:
            found = self.at(from_ms)
            if found is None:
                return
            start_ms, end_ms = found
            yield start_ms, end_ms, min(to_ms, end_ms) - from_ms
            from_ms = end_ms

    def _look_up(self, at_ms: int) -> tuple[int, int]:
        settings = self._settings
        day = business_day(at_ms, settings.time_zone, settings.day_starts_at_min)
        bounds = (*interval_starts(day, settings.time_zone, settings.interval_min), day.end_ms)
        index = bisect_right(bounds, at_ms) - 1
        return bounds[index], bounds[index + 1]
