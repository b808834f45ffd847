"""What several kinds share: a figure as screens get it, and settings that a tile's queues have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard.boards import worse_side
from dashboard.boards.document import Limits
from dashboard.floor.metrics import REGISTRY, Value
from dashboard.live.levels import level
from dashboard.live.lines import as_number, rounded
from dashboard.live.sight import Aim, Sight
from dashboard.live.values import Level, Number

DIGITS = {"ratio": 4, "s": 1, "amount": 2, "per 10,000": 2}


def shown(metric: str, found: Value) -> float | None:
    """A figure with no more digits than anybody reads."""
    return rounded(as_number(found.value), DIGITS.get(REGISTRY[metric].unit, 0))


def gap(found: Value) -> tuple[float, int]:
    """Whole seconds missing. The window's length matters only beside a gap, and then by the minute: it grows all the time."""
    gap_s = round(found.gap_s)
    return (gap_s, max(int(found.window_s // 60 * 60), gap_s)) if gap_s else (0, 0)


def also(metrics: Iterable[str], found: Iterable[Value]) -> dict[str, Number]:
    """The small print of a number."""
    return {
        metric: Number(shown(metric, one), "none", None, *gap(one)) for metric, one in zip(metrics, found, strict=True)
    }


def level_of(metric: str, value: float | None, limits: Limits) -> Level:
    """Where a metric stands against a tile's limits; on which side it is bad is the metric's own where they leave it open."""
    return level(value, limits.amber, limits.red, limits.worse or worse_side(metric))


def common(sight: Sight, aim: Aim, field: str) -> Any:
    """A setting that all the queues share; None where they differ."""
    found = {getattr(sight.floor.queue_settings(queue), field) for queue in aim.queues}
    if not found:
        return getattr(sight.floor.settings.default_queue, field)
    return found.pop() if len(found) == 1 else None


def service_target(sight: Sight, aim: Aim, limits: Limits) -> float:
    """The service level that is aimed at: the tile's, else the queues', else the floor's."""
    if limits.target is not None:
        return limits.target
    shared: float | None = common(sight, aim, "service_level_target")
    return shared if shared is not None else sight.floor.settings.default_queue.service_level_target
