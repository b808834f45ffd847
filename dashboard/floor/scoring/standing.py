"""What comes of a scheme: who stands where, and why. And what it is made from: what each one did.

Points and scores are in hundredths, whole numbers, rounded half up once, so that the same numbers give the same ranks everywhere.
"""

from __future__ import annotations

from typing import Literal

import msgspec

WhyNot = Literal["", "too_few_calls", "too_little_time", "no_value", "no_baseline", "quality", "no_progress"]
"""Why somebody has no rank. no_baseline: in the time before they did less than the minimum, or there is no value of it. no_progress: not
better than in the time before."""


class Did(msgspec.Struct, frozen=True):
    """What one contestant (an agent) did in the period. `values`: the scheme's metrics, None: no value. `calls`, `signed_in_s`: what
    minimums and rates look at. `group`: whom they are compared with; `team`: whose mean they count in. `before`: the same of the time
    before, for progress."""

    id: str
    values: dict[str, float | None]
    calls: int = 0
    signed_in_s: float = 0
    team: str = ""
    group: str = ""
    before: Did | None = None


class PartScore(msgspec.Struct, frozen=True):
    """`points` of `most`, hundredths of the score. `value`: the number that was used (for each hour where the part says so); `before`:
    that of the time before."""

    metric: str
    points: int
    most: int
    value: float | None
    before: float | None = None


class Standing(msgspec.Struct, frozen=True):
    """One contestant, or one team (`of`: how many members count). `score` in hundredths: the sum of its parts' points (a team's: the mean
    of its members' scores; below the quality floor: 0). `rank` 0: none, and `why_not` says why."""

    id: str
    score: int
    rank: int
    group: str = ""
    team: str = ""
    parts: tuple[PartScore, ...] = ()
    why_not: WhyNot = ""
    of: int = 1
