"""The business day, interval by interval: who called and who was answered, or who was called and who was reached."""

from __future__ import annotations

from typing import Final

from dashboard.boards.document import HalfHoursTile
from dashboard.live.asking import How
from dashboard.live.day_lines import starts_until
from dashboard.live.lines import as_number, rounded
from dashboard.live.reach import Aim
from dashboard.live.sight import Sight
from dashboard.live.tiles.figures import service_target
from dashboard.live.values import HalfHoursValue

OUTBOUND: Final = ("calls_dialled", "calls_connected", "connect_rate")


def half_hours(sight: Sight, aim: Aim, tile: HalfHoursTile) -> HalfHoursValue:
    """The business day so far, the last interval running."""
    if tile.series == "outbound":
        return _outbound(sight, aim, tile)
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


def _outbound(sight: Sight, aim: Aim, tile: HalfHoursTile) -> HalfHoursValue:
    found = sight.day_line(OUTBOUND, aim, How(), 0).found
    starts = starts_until(sight.floor, sight.now_ms, 0)
    lines = [[as_number(one.value) for one in found[start]] if start in found else [None] * 3 for start in starts]
    gaps = [max((one.gap_s for one in found.get(start, ())), default=0) for start in starts]
    return HalfHoursValue(
        starts[0],
        sight.floor.settings.interval_min * 60,
        offered=[None if dialled is None else int(dialled) for dialled, _, _ in lines],
        answered=[None if connected is None else int(connected) for _, connected, _ in lines],
        abandoned=[],
        sl=[rounded(rate, 4) for _, _, rate in lines],
        gap_s=[round(gap_s) for gap_s in gaps],
        target=tile.limits.target,
        series="outbound",
    )
