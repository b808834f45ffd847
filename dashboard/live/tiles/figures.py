"""What several kinds share: figures as screens get them, and settings that a tile's queues have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard.boards.document import Limits
from dashboard.floor.metrics import Value
from dashboard.live.lines import is_since, shown
from dashboard.live.reach import Aim
from dashboard.live.sight import Sight
from dashboard.live.values import Figure, Number, Since


def gap(found: Value) -> tuple[float, int]:
    """Whole seconds missing. The window's length matters only beside a gap, and then by the minute: it grows all the time."""
    gap_s = round(found.gap_s)
    return (gap_s, max(int(found.window_s // 60 * 60), gap_s)) if gap_s else (0, 0)


def also(metrics: Iterable[str], found: Iterable[Value]) -> dict[str, Figure]:
    """The small print of a number."""
    return {metric: _plain(metric, one) for metric, one in zip(metrics, found, strict=True)}


def _plain(metric: str, found: Value) -> Figure:
    if is_since(metric):
        return Since(found.since_ms, "none", None, *gap(found))
    return Number(shown(metric, found), "none", None, *gap(found))


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
