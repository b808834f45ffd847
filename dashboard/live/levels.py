"""From a number and its limits to a level: none, ok, amber, red.

A limit is reached when the number is at it. `none`: no value, or no limits to hold it against.
"""

from __future__ import annotations

from typing import Literal

from dashboard.boards.directions import is_beyond
from dashboard.live.values import WORST_FIRST, Level

SERVICE_LEVEL_RED_BELOW = 0.10
"""Without limits of its own, a service level is amber below its target and red so far below it."""


def level(value: float | None, amber: float | None, red: float | None, worse: Literal["above", "below"]) -> Level:
    """Where `value` stands. `worse` says on which side of a limit it gets worse."""
    if value is None or (amber is None and red is None):
        return "none"
    if red is not None and is_beyond(value, red, worse):
        return "red"
    if amber is not None and is_beyond(value, amber, worse):
        return "amber"
    return "ok"


def wait_level(since_ms: int | None, now_ms: int, amber_s: float, red_s: float) -> Level:
    """A wait that goes on. A limit of 0 is none."""
    if since_ms is None:
        return "none"
    return level((now_ms - since_ms) / 1000, amber_s or None, red_s or None, "above")


def service_level_level(
    value: float | None, target: float, amber: float | None = None, red: float | None = None
) -> Level:
    """A service level against its target: reaching the target is ok."""
    if value is None:
        return "none"
    below_red = red if red is not None else round(target - SERVICE_LEVEL_RED_BELOW, 6)
    below_amber = amber if amber is not None else target
    if value < below_red:
        return "red"
    return "amber" if value < below_amber else "ok"


def worst(*levels: Level) -> Level:
    """The worst of several."""
    return min(levels, key=WORST_FIRST.__getitem__)
