"""When the next frame is due: soon after quiet, at most so often, slower when there is much to do.

Pure: times are monotonic milliseconds given from outside. The first change after quiet waits `FIRST_MS`, so that the
handful of events of one happening (a hang-up writes five) makes one frame. After that frames are `SPACING_MS` apart, and
further apart when a tick is expensive, so that ticks never take more than half of the process; under a flood of events
they are `FLOOD_SPACING_MS` apart.
"""

from __future__ import annotations

FIRST_MS = 20.0
SPACING_MS = 40.0
FLOOD_SPACING_MS = 250.0
FLOOD_EVENTS_PER_S = 1_000
_HALF = 2.0


class Pace:
    """The rhythm of one gateway's ticks."""

    def __init__(self) -> None:
        self._changed_at: float | None = None
        self._ticked_at = float("-inf")
        self._spacing_ms = SPACING_MS
        self._second_began = float("-inf")
        self._events_this_second = 0
        self._events_last_second = 0

    def changed(self, events: int, at_ms: float) -> None:
        """`events` entries that change something were folded at `at_ms`."""
        self._count(events, at_ms)
        if self._changed_at is None:
            self._changed_at = at_ms

    def due_at_ms(self) -> float | None:
        """When the next tick is due; None: nothing to show."""
        if self._changed_at is None:
            return None
        return max(self._changed_at + FIRST_MS, self._ticked_at + self._spacing_ms)

    def ticked(self, at_ms: float, cost_ms: float) -> None:
        """A tick that began at `at_ms` took `cost_ms`."""
        self._changed_at = None
        self._ticked_at = at_ms
        wanted = FLOOD_SPACING_MS if self.is_flooded(at_ms) else max(SPACING_MS, cost_ms * _HALF)
        self._spacing_ms = min(wanted, FLOOD_SPACING_MS)

    def is_flooded(self, at_ms: float) -> bool:
        """Whether this second or the one before brought more than `FLOOD_EVENTS_PER_S` events."""
        self._count(0, at_ms)
        return max(self._events_this_second, self._events_last_second) > FLOOD_EVENTS_PER_S

    def _count(self, events: int, at_ms: float) -> None:
        elapsed = at_ms - self._second_began
        if elapsed >= 1_000:
            self._events_last_second = self._events_this_second if elapsed < 2_000 else 0
            self._events_this_second = 0
            self._second_began = at_ms
        self._events_this_second += events
