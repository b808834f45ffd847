"""Whether this release can count by a leaderboard's document.

People's documents are checked when they are written (`checking`), by the release that took them. What another release took, or what was
put into the database by hand, may be of the right form and still ask for a metric that is not here, or lack what its kind needs; one such
document shall stop neither the screens nor the results of all others. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.floor.metrics import known
from dashboard.leaderboards.document import Leaderboard, Period
from dashboard.leaderboards.scheme_checks import counted_metric
from dashboard.leaderboards.standings.periods import Clock, moment


def is_countable(document: Leaderboard) -> bool:
    """Whether standings, goals and badges of it can be counted, whatever they come to."""
    scheme = document.scheme
    by_rank = any(part.by == "rank" for part in scheme.parts)
    return (
        bool(scheme.parts)
        and not (by_rank and scheme.compares == "progress")
        and (bool(scheme.tenure_months) or scheme.groups != "tenure")
        and all(counted_metric(metric) is not None for metric in _of_agents(document))
        and all(known(goal.metric) is not None for goal in document.goals)
        and _has_bounds(document.period)
    )


def _of_agents(document: Leaderboard) -> Iterator[str]:
    yield from (part.metric for part in document.scheme.parts)
    yield from (floor.metric for floor in document.scheme.quality)
    yield from (goal.metric for goal in document.goals if goal.of == "agents")
    yield from (badge.metric for badge in document.badges)


def _has_bounds(period: Period) -> bool:
    if period.kind == "shift":
        return period.hours is not None and period.hours.from_time != period.hours.to_time
    if period.kind != "contest":
        return True
    try:
        return moment(period.from_time or "", Clock()) < moment(period.to_time or "", Clock())
    except ValueError:
        return False
