"""Why somebody stands where they stand, and what would lift them: every number that was used, in the words of the scheme.

Nothing here counts anew: it reads a standing, and asks each part which value would be enough.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import msgspec

from collectors.events import MeasureSettings
from dashboard.floor.scoring.points import MICRO, ReadyFloor, ReadyPart, calls_asked, shares
from dashboard.floor.scoring.scheme import By, Scheme
from dashboard.floor.scoring.standing import Did, PartScore, Standing

_NONE: Final[Mapping[str, MeasureSettings]] = {}

DIGITS: Final = {"ratio": 3, "s": 0}
"""As fine as a value is read: after the point, by unit; all others one."""

_WHOLE: Final = frozenset({"visits", "contacts", "callers", "agents", "offers", "handlings", "calls", "s"})
"""Units of which nobody has a part."""


class PartReason(msgspec.Struct, frozen=True):
    """One part of a score. Points in hundredths.

    `value`: the number used; `sum`: the metric as it is, where `value` is that for each hour of `hours`; `zero`, `full`: where no points
    and all points are (None by rank); `before`: the value of the time before. `missing`: points up to all that the part can bring.
    `lift_to`: the metric's value (`sum`, where per hour) that alone would be enough for the next better place; None: no value of it would,
    or nobody can say (by rank)."""

    metric: str
    by: By
    points: int
    most: int
    ceiling: int
    value: float | None
    zero: float | None
    full: float | None
    is_less_better: bool
    is_quality: bool
    sum: float | None = None
    hours: float | None = None
    before: float | None = None
    missing: int = 0
    lift_to: float | None = None


class Asked(msgspec.Struct, frozen=True):
    """One thing that is asked before one has a rank. `metric`: of a quality floor, else `calls` or `minutes`. `value` None: none yet."""

    metric: str
    value: float | None
    least: float
    is_met: bool
    is_less_better: bool = False


class Explanation(msgspec.Struct, frozen=True):
    """`needed`: points to the next better place (hundredths), with it more than shared; 0: nobody stands better, or there is no rank.
    `lift`: the metric that would lift most with the least of its points; "": none alone."""

    parts: tuple[PartReason, ...]
    asked: tuple[Asked, ...]
    needed: int = 0
    lift: str = ""


def explained(
    scheme: Scheme, did: Did, standing: Standing, above: Standing | None = None,
    measures: Mapping[str, MeasureSettings] = _NONE,
) -> Explanation:  # fmt: skip
    """Every part of a standing with its numbers. `above`: who stands next better (`Ranks.above`)."""
    needed = above.score - standing.score + 1 if above is not None and standing.rank else 0
    given = shares([part.weight for part in scheme.parts])
    reasons = []
    for part, most, score in zip(scheme.parts, given, standing.parts, strict=True):
        ready = ReadyPart(part, most, measures)
        reasons.append(_reason(ready, part.by, did, score, needed, is_quality=part.is_quality))
    return Explanation(tuple(reasons), _asked(scheme, did, measures), needed, _lift(reasons))


def enough(value: float, unit: str, *, is_less_better: bool) -> float:
    """A value that would be enough, as fine as it is read, and enough still."""
    return _rounded(value, 0 if unit in _WHOLE else DIGITS.get(unit, 1), is_up=not is_less_better)


def short(value: float, unit: str, *, is_less_better: bool) -> float:
    """A value that is not enough, as fine as it is read: never as if it were."""
    return _rounded(value, DIGITS.get(unit, 1), is_up=is_less_better)


def _rounded(value: float, digits: int, *, is_up: bool) -> float:
    scale = int(10**digits)
    scaled = round(value * scale, 6)
    return (math.ceil(scaled) if is_up else math.floor(scaled)) / scale


def _reason(ready: ReadyPart, by: By, did: Did, score: PartScore, needed: int, *, is_quality: bool) -> PartReason:
    reached = score.points
    if did.before is not None and score.before is not None:
        reached += ready.points(round(score.before * MICRO))
    hours = did.signed_in_s / 3600 if ready.per_hour else None
    return PartReason(
        ready.metric,
        by,
        score.points,
        ready.most,
        ready.ceiling,
        score.value,
        None if ready.by_rank else ready.zero / MICRO,
        None if ready.by_rank else ready.full / MICRO,
        ready.is_less_better,
        is_quality,
        did.values.get(ready.metric) if ready.per_hour else None,
        hours,
        score.before,
        max(ready.ceiling - reached, 0),
        _lift_to(ready, reached + needed, hours) if needed else None,
    )


def _lift_to(ready: ReadyPart, points: int, hours: float | None) -> float | None:
    """The value at which the part brings so many points: the nearest millionth on the good side."""
    if ready.by_rank or points > ready.ceiling:
        return None
    span = ready.full - ready.zero
    # points(v) = half_up(most · (v − zero) / span) ≥ points  ⇔  2 · most · (v − zero) / span ≥ 2 · points − 1
    reach = (2 * points - 1) * abs(span)
    step = -(-reach // (2 * ready.most))
    value = ready.zero + step if span > 0 else ready.zero - step
    if hours is None:
        return value / MICRO
    return value * hours / MICRO if hours > 0 else None


def _asked(scheme: Scheme, did: Did, measures: Mapping[str, MeasureSettings]) -> tuple[Asked, ...]:
    found: list[Asked] = []
    if scheme.least.calls:
        least = calls_asked(scheme.least, did.signed_in_s)
        found.append(Asked("calls", did.calls, least, did.calls >= least))
    if scheme.least.minutes:
        minutes = did.signed_in_s / 60
        found.append(Asked("minutes", minutes, scheme.least.minutes, minutes >= scheme.least.minutes))
    for floor in scheme.quality:
        quality = ReadyFloor(floor, measures)
        value = did.values.get(floor.metric)
        found.append(Asked(floor.metric, value, floor.least, quality.is_met(did), quality.is_less_better))
    return tuple(found)


def _lift(reasons: list[PartReason]) -> str:
    """The part in which the step to the next place is the smallest share of the way from none to all."""
    steps = []
    for reason in reasons:
        value = reason.sum if reason.hours is not None else reason.value
        if reason.lift_to is None or reason.zero is None or reason.full is None or reason.full == reason.zero:
            continue
        way = abs(reason.full - reason.zero) * (reason.hours if reason.hours is not None else 1)
        steps.append((abs(reason.lift_to - (value or 0)) / way, reason.metric))
    return min(steps)[1] if steps else ""
