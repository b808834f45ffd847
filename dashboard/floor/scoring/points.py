"""From one number to points: a scheme's parts made ready, in whole numbers only.

Values are millionths, points are hundredths of a score (100.00 is 10,000). The weights share the 10,000 out without a rest, so parts
always add up to the score; each part is rounded once, half up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from collectors.events import MeasureSettings
from dashboard.floor.directions import worse_side
from dashboard.floor.scoring.scheme import Least, Part, QualityFloor
from dashboard.floor.scoring.standing import Did

WHOLE: Final = 10_000
MICRO: Final = 1_000_000


def micro(value: float) -> int:
    """A value in millionths."""
    return round(value * MICRO)


def half_up(part: int, whole: int) -> int:
    """part ÷ whole, rounded half up. `whole` is above 0."""
    return (2 * part + whole) // (2 * whole)


def shares(weights: list[int]) -> list[int]:
    """`WHOLE` by weight, without a rest: what rounding leaves over goes to the largest remainders, the first of equal ones."""
    total = sum(weights)
    given = [WHOLE * weight // total for weight in weights]
    rest = sorted(range(len(weights)), key=lambda i: (-(WHOLE * weights[i] % total), i))
    for i in rest[: WHOLE - sum(given)]:
        given[i] += 1
    return given


class ReadyPart:
    """A part made ready: `most` points at `full`, none at `zero`, never more than `ceiling`; by rank: neither of them."""

    __slots__ = ("by_rank", "ceiling", "full", "is_less_better", "metric", "most", "per_hour", "zero")

    def __init__(self, part: Part, most: int, measures: Mapping[str, MeasureSettings]) -> None:
        self.metric = part.metric
        self.most = most
        self.ceiling = half_up(most * part.cap, 100)
        self.per_hour = part.per_hour
        self.by_rank = part.by == "rank"
        self.is_less_better = (part.worse or worse_side(part.metric, measures)) == "above"
        end = part.target if part.by == "target" else part.high
        self.zero = micro(part.low or 0)
        self.full = micro(end or 0)

    def used(self, did: Did) -> int | None:
        """The number of this part, in millionths; None: no value."""
        value = did.values.get(self.metric)
        if value is None or not self.per_hour:
            return None if value is None else micro(value)
        return round(value * (3600 * MICRO) / did.signed_in_s) if did.signed_in_s > 0 else None

    def points(self, value: int | None) -> int:
        """By target or range."""
        if value is None:
            return 0
        span = self.full - self.zero
        if span < 0:
            return min(max(half_up(self.most * (self.zero - value), -span), 0), self.ceiling)
        if span > 0:
            return min(max(half_up(self.most * (value - self.zero), span), 0), self.ceiling)
        return 0

    def key(self, value: int) -> int:
        """What orders the group, best first."""
        return value if self.is_less_better else -value

    def points_at(self, place: int, of: int) -> int:
        """By rank: at this place of so many."""
        return half_up(self.most * (of - place), of - 1) if of > 1 else self.most


class ReadyFloor:
    """A quality floor made ready."""

    __slots__ = ("is_less_better", "least", "metric")

    def __init__(self, floor: QualityFloor, measures: Mapping[str, MeasureSettings]) -> None:
        self.metric = floor.metric
        self.least = micro(floor.least)
        self.is_less_better = (floor.worse or worse_side(floor.metric, measures)) == "above"

    def is_met(self, did: Did) -> bool:
        """Whether somebody is on the good side of it, or has no value yet."""
        value = did.values.get(self.metric)
        if value is None:
            return True
        return micro(value) <= self.least if self.is_less_better else micro(value) >= self.least


def calls_asked(least: Least, signed_in_s: float) -> int:
    """How many calls are asked of who was signed in so long: whole ones, rounded up, one at least where any are asked."""
    full_s = least.full_hours * 3600
    if not least.is_prorated or not least.calls or signed_in_s >= full_s:
        return least.calls
    return max(-(-least.calls * int(signed_in_s) // full_s), 1)
