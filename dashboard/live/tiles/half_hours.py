"""The business day, interval by interval."""

from __future__ import annotations

from dashboard.boards.document import HalfHoursTile
from dashboard.live.lines import rounded
from dashboard.live.sight import Aim, Sight
from dashboard.live.tiles.figures import service_target
from dashboard.live.values import HalfHoursValue


def half_hours(sight: Sight, aim: Aim, tile: HalfHoursTile) -> HalfHoursValue:
    """The business day so far, the last interval running."""
    found = sight.intervals(aim)
    return HalfHoursValue(
        found[0].start_ms,
        sight.floor.settings.interval_min * 60,
        offered=[one.offered for one in found],
        answered=[one.answered for one in found],
        abandoned=[one.abandoned for one in found],
        sl=[rounded(one.service_level, 4) for one in found],
        gap_s=[round(one.gap_s) for one in found],
        target=service_target(sight, aim, tile.limits),
    )
