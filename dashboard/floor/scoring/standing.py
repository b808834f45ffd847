"""What comes of a scheme: who stands where, and why. And what it is made from: what each one did.

Points and scores are in hundredths, whole numbers, rounded half up once, so that the same numbers give the same ranks everywhere.
"""

from __future__ import annotations

from typing import Literal

import msgspec

WhyNot = Literal["", "too_few_calls", "too_little_time", "quality", "no_value", "no_baseline"]
"""Why somebody has no rank."""


class Did(msgspec.Struct, frozen=True):
    """What one contestant (an agent) did in the period. `values`: the scheme's metrics, None: no value. `before`: the same of the time
    before, for progress. `share`: how much of the period's working time they were there for, 0 to 1; `calls`, `signed_in_s`: what
    minimums look at; `group`: whom they are compared with; `team`: whose mean they count in."""

    id: str
    values: dict[str, float | None]
    calls: int = 0
    signed_in_s: float = 0
    share: float = 1.0
    team: str = ""
    group: str = ""
    before: dict[str, float | None] | None = None


class PartScore(msgspec.Struct, frozen=True):
    """`points`: hundredths of this part's share of the score. `value`: the number that was used; `against`: what it was held against
    (target, or the range's end, or the place by rank)."""

    metric: str
    points: int
    most: int
    value: float | None
    against: float | None = None


class Standing(msgspec.Struct, frozen=True):
    """One contestant, or one team (`of`: how many members count). `score` in hundredths. `rank` 0: none, and `why_not` says why."""

    id: str
    score: int
    rank: int
    group: str = ""
    team: str = ""
    parts: tuple[PartScore, ...] = ()
    why_not: WhyNot = ""
    of: int = 1
