"""How metrics of one set went today, interval by interval: a number's small line, and the half-hours of who dials.

Shared by all sights of a floor, because no scope changes what a set's figures are. Each second renews the interval that runs and the
one before it. Older ones may still change where visits are counted when they joined: one of them is renewed each second. What agents
did is booked when it happened, so that theirs is renewed once a minute; and because a sum over a thousand agents takes a while, the
older intervals of such a line come a few in a second, newest first, when somebody looks at it for the first time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from dashboard.floor.calendar import interval_starts
from dashboard.floor.metrics import Value, needed
from dashboard.floor.state import Floor
from dashboard.floor.windows import day_of, effective_now_ms

Ask = Callable[[str], list[Value]]
"""The figures over a window."""

AT_ONCE: Final = 3
"""The interval that runs, and the two before it: what an arrow compares."""

OLDER_A_SECOND: Final = 4
AGENTS_EVERY_S: Final = 60
UNUSED_S: Final = 120


@dataclass(slots=True)
class DayLine:
    """`found`: start of an interval (epoch, ms) → figures, in the order of their metrics."""

    metrics: tuple[str, ...]
    by_agent: bool
    found: dict[int, list[Value]] = field(default_factory=dict)
    second: int = -1

    def renew(self, floor: Floor, now_ms: int, most: int, ask: Ask) -> None:
        """Once a second; `most`: so many of the last intervals are wanted, 0: all of the day."""
        second = now_ms // 1000
        if second == self.second:
            return
        # What was looked at while it ran is not what it became.
        starts = starts_until(floor, now_ms, most)
        known, looked_ms, self.second = self.found, self.second * 1000, second
        is_over = dict(zip(starts, (end_ms <= looked_ms for end_ms in starts[1:]), strict=False))
        self.found = {start: known[start] for start in starts if start in known and is_over.get(start, False)}
        for back in self._due(starts, second):
            self.found[starts[-1 - back]] = ask(f"interval:-{back}" if back else "interval")

    def _due(self, starts: list[int], second: int) -> list[int]:
        """Which intervals are asked anew, by how far back they are."""
        older = range(2, len(starts))
        missing = [back for back in older if starts[-1 - back] not in self.found]
        if self.by_agent:
            missing = missing[: OLDER_A_SECOND + (2 in missing)]
        every_s = AGENTS_EVERY_S if self.by_agent else 1
        turn = {2 + second // every_s % len(older)} if older and second % every_s == 0 else set()
        return [*range(min(2, len(starts))), *missing, *(turn - set(missing))]


class DayLines:
    """The lines of one floor that somebody looks at."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._lines: dict[tuple[object, ...], DayLine] = {}

    def forget(self) -> None:
        """Days or settings changed under them."""
        self._lines.clear()

    def line(self, key: tuple[object, ...], metrics: tuple[str, ...], now_ms: int, most: int, ask: Ask) -> DayLine:
        """The line of `key` (everything that makes its figures), up to date."""
        now_ms = effective_now_ms(self._floor, now_ms)
        line = self._lines.get((*key, metrics, most))
        if line is None:
            self._drop_unused(now_ms // 1000)
            by_agent = any("agent" in needed(metric).scopes for metric in metrics)
            line = self._lines[*key, metrics, most] = DayLine(metrics, by_agent)
        line.renew(self._floor, now_ms, most, ask)
        return line

    def _drop_unused(self, second: int) -> None:
        for key in [key for key, line in self._lines.items() if second - line.second > UNUSED_S]:
            del self._lines[key]


def starts_until(floor: Floor, now_ms: int, most: int) -> list[int]:
    """Where the intervals of the business day so far begin, the one that runs last."""
    day, settings = day_of(floor, now_ms), floor.settings
    starts = [at_ms for at_ms in interval_starts(day, settings.time_zone, settings.interval_min) if at_ms <= now_ms]
    return starts[-most:]
