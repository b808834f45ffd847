"""A past from its first day to its last: one book a day, and the last one when everybody has gone home."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta

from collectors.simulator.staff import plan

from .config import PastConfig
from .course import Course, DayBook
from .demand import arrivals, calls_a_day, day_bounds
from .roster import shifts


def days(config: PastConfig) -> Iterator[DayBook]:
    """The books in order. The last one reaches to the moment when the last call of the last day was over."""
    staff = plan(config.floor)
    first = config.last_day - timedelta(days=config.days - 1)
    course = Course(config, staff, day_bounds(first, config.floor.time_zone)[0])
    until_ms = 0
    for number in range(config.days):
        day = first + timedelta(days=number)
        until_ms = day_bounds(day, config.floor.time_zone)[1]
        yield course.live(arrivals(config, staff.queues, day), shifts(config, staff.agents, day), until_ms)
    yield course.drain(until_ms)


def days_for(contacts: int, config: PastConfig) -> int:
    """How many days it takes to have about so many calls."""
    return max(1, math.ceil(contacts / calls_a_day(config)))
