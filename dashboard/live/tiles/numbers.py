"""Tiles that are one number: any metric, the service level, the longest wait.

Numbers come from the metric registry and nowhere else; here they get a target, a level, and how they went today.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from dashboard.boards import worse_side
from dashboard.boards.document import Limits, LongestWaitTile, NumberTile, ServiceLevelTile
from dashboard.floor.metrics import Value, needed
from dashboard.floor.waiting import Waiting
from dashboard.live.asking import How
from dashboard.live.day_lines import AT_ONCE, starts_until
from dashboard.live.levels import level, service_level_level, wait_level
from dashboard.live.lines import as_number, is_since, rounded, shown
from dashboard.live.reach import Aim
from dashboard.live.sight import Sight
from dashboard.live.tiles import figures
from dashboard.live.values import (
    Level,
    LongestWaitValue,
    NumberValue,
    ServiceLevelValue,
    SinceValue,
    Trend,
)

MIXED_FORMULA: Final = "mixed"
SPARK_INTERVALS: Final = 16
NOTHING_EARLIER: Final = frozenset({"now", "business"})
"""Of metrics of these bases only the present is kept."""

SAME_WITHIN: Final = 0.05
"""Two intervals that differ by less of the larger one are the same to an arrow."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """Where a number itself stands, before it is held, and what it is held against."""

    raw: Level
    target: float | None


def number(sight: Sight, aim: Aim, tile: NumberTile) -> NumberValue | SinceValue:
    """A number of the registry, with further ones in small print."""
    how = How.of(tile)
    found, *further = sight.of_aim((tile.metric, *tile.also), aim, how)
    judged = _judged(sight, aim, tile, found)
    of = ("number", tile.metric, aim.asked, how, tile.limits)
    held = sight.shown_level(of, judged.raw, tile.limits)
    also = figures.also(tile.also, further)
    gap = figures.gap(found)
    if is_since(tile.metric):
        return SinceValue(found.since_ms, held.level, judged.target, *gap, level_at=held.since_ms, also=also)
    line = _Line.of(sight, aim, tile, how)
    return NumberValue(
        shown(tile.metric, found),
        held.level,
        judged.target,
        *gap,
        level_at=held.since_ms,
        also=also,
        trend=line.trend,
        spark=line.spark,
        spark_from=line.from_ms,
        spark_step_s=line.step_s,
    )


def _judged(sight: Sight, aim: Aim, tile: NumberTile, found: Value) -> _Judged:
    """By the tile's limits; what they leave out is the queues' own where queues have it."""
    metric, limits = tile.metric, tile.limits
    if metric == "service_level" and limits.worse != "above":
        target = figures.service_target(sight, aim, limits)
        return _Judged(service_level_level(shown(metric, found), target, limits.amber, limits.red), target)
    if metric == "longest_wait" and limits.worse != "below":
        oldest = _oldest(sight, aim)
        return _Judged(_of_wait(sight, oldest, limits), _wait_target(sight, oldest, limits))
    value = as_number(found.value) if is_since(metric) else shown(metric, found)
    return _Judged(
        level(value, limits.amber, limits.red, limits.worse or worse_side(metric, sight.floor.settings.measures)),
        limits.target,
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """How a number went today."""

    trend: Trend | None = None
    spark: list[float | None] = field(default_factory=list)
    from_ms: int | None = None
    step_s: int = 0

    @classmethod
    def of(cls, sight: Sight, aim: Aim, tile: NumberTile, how: How) -> _Line:
        """Only of what is counted over time: of what is now, nothing earlier is kept."""
        metric = tile.metric
        if tile.trend == "none" or needed(metric).basis in NOTHING_EARLIER:
            return cls()
        most = SPARK_INTERVALS if tile.trend == "line" else AT_ONCE
        found = sight.day_line((metric,), aim, how, most).found
        starts = starts_until(sight.floor, sight.now_ms, most)
        values = [found[start][0] if start in found else None for start in starts]
        trend = _trend(metric, *values[-3:-1]) if len(values) >= AT_ONCE else None
        if tile.trend == "arrow":
            return cls(trend)
        spark = [shown(metric, one) if one is not None else None for one in values]
        return cls(trend, spark, starts[0], sight.floor.settings.interval_min * 60)


def _trend(metric: str, before: Value | None, last: Value | None) -> Trend | None:
    """The last full interval against the one before it; nothing where one of them was not watched from end to end."""
    if before is None or last is None or before.gap_s or last.gap_s or before.window_s < last.window_s:
        return None
    one, other = shown(metric, before), shown(metric, last)
    if one is None or other is None:
        return None
    if abs(other - one) <= SAME_WITHIN * max(abs(one), abs(other)):
        return "same"
    return "up" if other > one else "down"


def service_level(sight: Sight, aim: Aim, tile: ServiceLevelTile) -> ServiceLevelValue:
    """The service level by the queues' own formula and threshold, or the tile's."""
    names = ("service_level", "answered", "offered", *tile.also)
    how, limits = How.of(tile), tile.limits
    found, answered, offered, *further = sight.of_aim(names, aim, how)
    (recent,) = sight.of_aim(("service_level",), aim, how.over("last_30_min"))
    value = shown("service_level", found)
    target = figures.service_target(sight, aim, limits)
    raw = service_level_level(value, target, limits.amber, limits.red)
    held = sight.shown_level(("service_level", aim.asked, how, limits), raw, limits)
    return ServiceLevelValue(
        value,
        held.level,
        target,
        *figures.gap(found),
        level_at=held.since_ms,
        formula=tile.formula or figures.common(sight, aim, "formula") or MIXED_FORMULA,
        threshold_s=tile.threshold_s or figures.common(sight, aim, "threshold_s"),
        last_30_min=rounded(as_number(recent.value), 4),
        answered=int(as_number(answered.value) or 0),
        offered=int(as_number(offered.value) or 0),
        also=figures.also(tile.also, further),
    )


def longest_wait(sight: Sight, aim: Aim, tile: LongestWaitTile) -> LongestWaitValue:
    """Since when the oldest visit waits, against the limits of the queue where it waits."""
    limits = tile.limits
    oldest = _oldest(sight, aim)
    held = sight.shown_level(("longest_wait", aim.asked, limits), _of_wait(sight, oldest, limits), limits)
    return LongestWaitValue(
        oldest.since_ms if oldest is not None else None,
        oldest.queue if oldest is not None else None,
        held.level,
        _wait_target(sight, oldest, limits),
        level_at=held.since_ms,
    )


def _oldest(sight: Sight, aim: Aim) -> Waiting | None:
    return next((caller for caller in sight.waiting() if aim.has_queue(caller.queue)), None)


def _of_wait(sight: Sight, oldest: Waiting | None, limits: Limits) -> Level:
    if oldest is None:
        return "none"
    own = sight.floor.queue_settings(oldest.queue)
    amber_s = limits.amber if limits.amber is not None else own.wait_amber_s
    red_s = limits.red if limits.red is not None else own.wait_red_s
    return wait_level(oldest.since_ms, sight.now_ms, amber_s, red_s)


def _wait_target(sight: Sight, oldest: Waiting | None, limits: Limits) -> float | None:
    """The tile's, else the red limit (s)."""
    if limits.target is not None or oldest is None:
        return limits.target
    own = sight.floor.queue_settings(oldest.queue)
    return (limits.red if limits.red is not None else own.wait_red_s) or None
