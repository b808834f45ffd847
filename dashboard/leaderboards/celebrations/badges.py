"""Badges and streaks by rules that are data: who reached what on a day, on how many working days on end. Pure.

A day on which somebody neither took a call nor was signed in for an hour is no working day of theirs: it neither goes on with a streak
nor ends it. A number that can only grow in a day is reached when it is reached; every other is judged when the day is over. A badge is
held until a working day is over on which its rule was not met.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from collectors.events import MeasureSettings
from dashboard.floor.directions import worse_side
from dashboard.floor.metrics import known
from dashboard.floor.scoring.standing import Did
from dashboard.leaderboards.document import Badge

WORKING_S: Final = 3600
_GROWING: Final = frozenset({"count", "duration", "maximum"})
_MAY_FALL: Final = frozenset({"calls_served"})
"""Counts from which something is taken away later."""


class Run(msgspec.Struct, frozen=True):
    """On how many working days on end a badge's rule was met, the last of them the one that began at `day_ms`."""

    days: int
    day_ms: int


class Won(msgspec.Struct, frozen=True):
    """What somebody holds, as it is kept. `streak`: the longest run of any badge."""

    badges: tuple[str, ...] = ()
    streak: int = 0
    runs: dict[str, Run] = {}


NOTHING: Final = Won()


def is_met(badge: Badge, did: Did, measures: Mapping[str, MeasureSettings]) -> bool:
    """Whether somebody's day meets the rule."""
    value = did.values.get(badge.metric)
    if value is None or did.calls < badge.calls:
        return False
    return value <= badge.least if worse_side(badge.metric, measures) == "above" else value >= badge.least


def grows(metric: str) -> bool:
    """Whether a day's number never becomes smaller, as far as it is told in time."""
    found = known(metric)
    return found is not None and found.kind in _GROWING and found.basis != "now" and metric not in _MAY_FALL


def so_far(won: Won, badges: Iterable[Badge], did: Did, day_ms: int, measures: Mapping[str, MeasureSettings]) -> Won:
    """In the middle of a day: what is met already and stays so."""
    for badge in badges:
        if grows(badge.metric) and worse_side(badge.metric, measures) == "below" and is_met(badge, did, measures):
            won = _met(won, badge, day_ms)
    return won


def over(won: Won, badges: Iterable[Badge], did: Did, day_ms: int, measures: Mapping[str, MeasureSettings]) -> Won:
    """After a day: what was met, and what was not, on a working day."""
    if not did.calls and did.signed_in_s < WORKING_S:
        return won
    for badge in badges:
        won = _met(won, badge, day_ms) if is_met(badge, did, measures) else _missed(won, badge)
    return won


def without_gone(won: Won, badges: Iterable[Badge]) -> Won:
    """Badges that a leaderboard has no more are held by nobody."""
    left = {badge.id for badge in badges}
    if left.issuperset(won.runs) and left.issuperset(won.badges):
        return won
    runs = {badge: run for badge, run in won.runs.items() if badge in left}
    return _made(tuple(badge for badge in won.badges if badge in left), runs)


def newly(before: Won, after: Won) -> tuple[str, ...]:
    """Badges that are held now and were not before."""
    return tuple(badge for badge in after.badges if badge not in before.badges)


def _met(won: Won, badge: Badge, day_ms: int) -> Won:
    run = won.runs.get(badge.id)
    if run is not None and run.day_ms >= day_ms:
        return won
    days = (0 if run is None else run.days) + 1
    is_held = days >= badge.days
    badges = (*won.badges, badge.id) if is_held and badge.id not in won.badges else won.badges
    return _made(badges, {**won.runs, badge.id: Run(days, day_ms)})


def _missed(won: Won, badge: Badge) -> Won:
    if badge.id not in won.runs and badge.id not in won.badges:
        return won
    runs = {one: run for one, run in won.runs.items() if one != badge.id}
    return _made(tuple(one for one in won.badges if one != badge.id), runs)


def _made(badges: tuple[str, ...], runs: dict[str, Run]) -> Won:
    return Won(badges, max((run.days for run in runs.values()), default=0), runs)
