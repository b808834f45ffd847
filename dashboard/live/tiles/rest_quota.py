"""How many rest for which reason, of how many who may at once."""

from __future__ import annotations

from dashboard.boards.document import RestQuotaTile
from dashboard.live.reach import Aim
from dashboard.live.sight import Sight
from dashboard.live.values import Level, RestLine, Rows


def rest_quota(sight: Sight, aim: Aim, tile: RestQuotaTile | None = None) -> Rows[RestLine]:
    """The reasons that a tile names, else all that have a quota, in the catalogue's order."""
    known = sight.floor.settings.pause_reasons
    asked = tile.reasons if tile is not None else ()
    reasons = [reason for reason in asked or known if reason in known and (asked or known[reason].quota)]
    counts = sight.resting(aim).counts
    return Rows(_line(reason, counts[reason], known[reason].quota) for reason in reasons)


def _line(reason: str, now: int, quota: int) -> RestLine:
    """A quota that is full is amber: nobody else may go. Beyond it is red."""
    level: Level = "none" if not quota else "red" if now > quota else "amber" if now == quota else "ok"
    return RestLine(reason, now, quota, level)
