"""The business day so far, interval by interval: what the trend shows."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from dashboard.floor.calendar import interval_starts
from dashboard.floor.live_query import LiveQuery
from dashboard.floor.metrics import REGISTRY
from dashboard.floor.state import Floor
from dashboard.floor.windows import Span, day_of, effective_now_ms, gap_s


class Interval(msgspec.Struct, frozen=True):
    """The counts of one interval; the last one of a list runs. `service_level` None is "–"."""

    start_ms: int
    end_ms: int
    offered: int
    answered: int
    abandoned: int
    left_otherwise: int
    lost: int
    service_level: float | None
    gap_s: float


def intervals(floor: Floor, queues: Iterable[str] | None, now_ms: int) -> list[Interval]:
    """Each interval of the business day up to `now`, of a set of queues (None: all)."""
    now_ms = effective_now_ms(floor, now_ms)
    day = day_of(floor, now_ms)
    starts = interval_starts(day, floor.settings.time_zone, floor.settings.interval_min)
    bounds = [*starts, day.end_ms]
    queue_ids = None if queues is None else tuple(queues)
    return [
        _interval(floor, queue_ids, bounds[i], bounds[i + 1], now_ms) for i in range(len(starts)) if bounds[i] <= now_ms
    ]


def _interval(floor: Floor, queues: tuple[str, ...] | None, start_ms: int, end_ms: int, now_ms: int) -> Interval:
    query = LiveQuery(floor, queues, None, "interval", now_ms)
    query.span = Span("interval", start_ms, min(end_ms, now_ms))
    counts = {
        name: int(str(REGISTRY[name].evaluate(query) or 0))
        for name in ("offered", "answered", "abandoned", "left_otherwise", "lost")
    }
    level = REGISTRY["service_level"].evaluate(query)
    return Interval(
        start_ms,
        end_ms,
        **counts,
        service_level=level if isinstance(level, float) else None,
        gap_s=gap_s(floor, query.span, now_ms),
    )
