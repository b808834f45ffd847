"""Tiles that are one number: any metric, the service level, the longest wait.

Numbers come from the metric registry and nowhere else; here they get a target and a level.
"""

from __future__ import annotations

from dashboard.boards.document import LongestWaitTile, NumberTile, ServiceLevelTile
from dashboard.live.asking import How
from dashboard.live.levels import service_level_level, wait_level
from dashboard.live.lines import as_number, rounded
from dashboard.live.sight import Aim, Sight
from dashboard.live.tiles import figures
from dashboard.live.values import LongestWaitValue, NumberValue, ServiceLevelValue

MIXED_FORMULA = "mixed"


def number(sight: Sight, aim: Aim, tile: NumberTile) -> NumberValue:
    """A number of the registry, with further ones in small print."""
    found, *further = sight.of_aim((tile.metric, *tile.also), aim, How.of(tile))
    shown = figures.shown(tile.metric, found)
    return NumberValue(
        shown,
        figures.level_of(tile.metric, shown, tile.limits),
        tile.limits.target,
        *figures.gap(found),
        also=figures.also(tile.also, further),
    )


def service_level(sight: Sight, aim: Aim, tile: ServiceLevelTile) -> ServiceLevelValue:
    """The service level by the queues' own formula and threshold, or the tile's."""
    names = ("service_level", "answered", "offered", *tile.also)
    how, limits = How.of(tile), tile.limits
    found, answered, offered, *further = sight.of_aim(names, aim, how)
    (recent,) = sight.of_aim(("service_level",), aim, how.over("last_30_min"))
    shown = rounded(as_number(found.value), 4)
    target = figures.service_target(sight, aim, limits)
    return ServiceLevelValue(
        shown,
        service_level_level(shown, target, limits.amber, limits.red),
        target,
        *figures.gap(found),
        formula=tile.formula or figures.common(sight, aim, "formula") or MIXED_FORMULA,
        threshold_s=tile.threshold_s or figures.common(sight, aim, "threshold_s"),
        last_30_min=rounded(as_number(recent.value), 4),
        answered=int(as_number(answered.value) or 0),
        offered=int(as_number(offered.value) or 0),
        also=figures.also(tile.also, further),
    )


def longest_wait(sight: Sight, aim: Aim, tile: LongestWaitTile) -> LongestWaitValue:
    """Since when the oldest visit waits, against the limits of the queue where it waits."""
    own = tile.limits
    oldest = next((caller for caller in sight.waiting() if aim.has_queue(caller.queue)), None)
    if oldest is None:
        return LongestWaitValue(None, None, "none", own.target)
    limits = sight.floor.queue_settings(oldest.queue)
    amber_s = own.amber if own.amber is not None else limits.wait_amber_s
    red_s = own.red if own.red is not None else limits.wait_red_s
    return LongestWaitValue(
        oldest.since_ms,
        oldest.queue,
        wait_level(oldest.since_ms, sight.now_ms, amber_s, red_s),
        own.target if own.target is not None else red_s or None,
    )
