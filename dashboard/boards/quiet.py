"""Whether the site's clock stands within hours of the day that people named. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard.boards.document import Hours


def is_quiet(hours: Iterable[Hours], now_ms: int, time_zone: str) -> bool:
    """Whether the site's clock shows a time within any of these hours; where `to` is the earlier one they go past midnight. An hour
    that the clock shows twice is quiet twice."""
    clock = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(time_zone)).strftime("%H:%M")
    return any(is_between(clock, one) for one in hours)


def is_between(clock: str, hours: Hours) -> bool:
    """Whether a time of day (`HH:MM`) lies within these hours."""
    if hours.from_time <= hours.to_time:
        return hours.from_time <= clock < hours.to_time
    return clock >= hours.from_time or clock < hours.to_time
