"""When callers come: a Poisson stream whose rate follows the hour of the day, with short rushes. Pure of anything that happens.

Invariant: the n-th caller of a seed comes at the same moment, to the same queue, with the same seed of his own, whatever
the agents or an AMI client did before.
"""

from __future__ import annotations

import random
from datetime import datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

from .config import SimulatorConfig
from .staff import Staff

CURVE = (
    0.05, 0.03, 0.02, 0.02, 0.02, 0.03, 0.07, 0.20, 0.55, 0.90, 1.00, 0.98, 0.72, 0.72, 0.92, 1.00, 0.97, 0.90, 0.75, 0.60,
    0.50, 0.38, 0.20, 0.10,
)  # fmt: skip
"""Share of the busiest hour's calls, for each hour of the day (its middle)."""

RUSH_EVERY_S, RUSH_S, RUSH = 1500.0, 150.0, 1.35
QUIET = (RUSH_EVERY_S - RUSH_S * RUSH) / (RUSH_EVERY_S - RUSH_S)


def share_of_peak(hour: float) -> float:
    """The curve at `hour` (0–24, wraps), straight lines between the hours' middles."""
    spot = (hour - 0.5) % 24
    left = int(spot)
    part = spot - left
    return CURVE[left] * (1 - part) + CURVE[(left + 1) % 24] * part


class Arrivals:
    """Draws callers one after another."""

    def __init__(self, config: SimulatorConfig, staff: Staff) -> None:
        self._rng = random.Random(f"{config.seed}:arrivals")
        self._per_s = staff.calls_per_hour / 3600
        self._queues = [queue.id for queue in staff.queues]
        self._bounds = list(accumulate(queue.share for queue in staff.queues))
        self._anchor: tuple[float, float] | None = None
        self._hour = config.curve_hour_at_start
        self._zone = ZoneInfo(config.time_zone)
        self._rush_phase = self._rng.uniform(0, RUSH_EVERY_S)

    def anchor(self, start_at: float) -> None:
        """`start_at` is the moment that `curve_hour_at_start` speaks of; None there: the zone's own hour."""
        if self._hour is None:
            local = datetime.fromtimestamp(start_at, self._zone)
            self._hour = local.hour + local.minute / 60
        self._anchor = (start_at, self._hour)

    def rate(self, at: float) -> float:
        """Calls per second expected at `at`."""
        if self._anchor is None:
            return self._per_s
        start_at, hour = self._anchor
        rushes = (at - start_at + self._rush_phase) % RUSH_EVERY_S < RUSH_S
        return self._per_s * share_of_peak(hour + (at - start_at) / 3600) * (RUSH if rushes else QUIET)

    def after(self, at: float) -> float:
        """The next caller's moment: thinning of a stream at the highest possible rate."""
        top = self._per_s * RUSH
        if top <= 0:
            return float("inf")
        while True:
            at += self._rng.expovariate(top)
            if self._rng.random() * top < self.rate(at):
                return at

    def draw(self) -> tuple[str, int]:
        """The next caller's queue, and his seed."""
        spot = self._rng.random() * self._bounds[-1]
        place = next(place for place, bound in enumerate(self._bounds) if spot <= bound)
        return self._queues[place], self._rng.getrandbits(48)
