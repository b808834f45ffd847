"""One's own place on each leaderboard that one takes part in: its parts, what is still missing, what would lift it. Nobody else's numbers.

It is found when a page is renewed, by its agent's change or in its turn; numbers are as fine as they are read, so that a page hears of
a change only when there is one to see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.boards.pages_of_people import OwnPlaceTile
from dashboard.floor.metrics import known
from dashboard.floor.scoring.explanation import DIGITS, Asked, PartReason, enough, explained, short
from dashboard.live.reach import Aim
from dashboard.live.sight import Sight
from dashboard.live.values import OwnAsked, OwnPart, OwnPlaceLine, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.events import MeasureSettings
    from dashboard.live.leaderboards import OwnPlace


def own_place(sight: Sight, _aim: Aim, _tile: OwnPlaceTile) -> Rows[OwnPlaceLine]:
    """Who is several agents has the best of their places on each. Where they have a rank comes first."""
    best: dict[str, OwnPlace] = {}
    for agent in sorted(sight.scope.agents):
        for place in sight.leaderboards.own(agent):
            other = best.get(place.id)
            if other is None or _is_better(place, other):
                best[place.id] = place
    measures = sight.floor.settings.measures
    return Rows(own_line(place, measures) for place in sorted(best.values(), key=lambda one: not one.standing.rank))


def own_line(place: OwnPlace, measures: Mapping[str, MeasureSettings]) -> OwnPlaceLine:
    """As the page is told of it."""
    standing = place.standing
    why = explained(place.scheme, place.did, standing, place.above, measures)
    return OwnPlaceLine(
        id=place.id,
        zh=place.title.zh,
        en=place.title.en,
        period=place.period,
        state=place.state,
        from_ms=place.from_ms,
        to_ms=place.to_ms,
        rank=standing.rank,
        score=standing.score,
        parts=[_part(reason, measures) for reason in why.parts],
        asked=[_asked(one, measures) for one in why.asked if not one.is_met],
        needed=why.needed,
        lift=why.lift,
        why_not=standing.why_not,
        only_me=place.only_me,
    )


def _is_better(place: OwnPlace, other: OwnPlace) -> bool:
    """A rank before none, then the better one."""
    mine, theirs = place.standing, other.standing
    return (not mine.rank, mine.rank, -mine.score) < (not theirs.rank, theirs.rank, -theirs.score)


def _part(reason: PartReason, measures: Mapping[str, MeasureSettings]) -> OwnPart:
    zh, en, unit = _named(reason.metric, measures)
    per_hour = reason.hours is not None
    used = reason.sum if per_hour else reason.value
    return OwnPart(
        metric=reason.metric,
        zh=zh,
        en=en,
        unit=unit,
        points=reason.points,
        most=reason.most,
        v=_fine(used, unit),
        before=_fine(reason.before, unit),
        to=None if reason.lift_to is None else enough(reason.lift_to, unit, is_less_better=reason.is_less_better),
        per_hour=per_hour,
    )


def _asked(one: Asked, measures: Mapping[str, MeasureSettings]) -> OwnAsked:
    """Of what is not met."""
    zh, en, unit = _named(one.metric, measures)
    value = None if one.value is None else short(one.value, unit, is_less_better=one.is_less_better)
    return OwnAsked(one.metric, zh, en, unit, value, one.least, one.is_less_better)


def _named(metric_id: str, measures: Mapping[str, MeasureSettings]) -> tuple[str, str, str]:
    """Names and unit by the dictionary; what a minimum asks for is in the page's own words."""
    found = known(metric_id, measures)
    return (found.names["zh-CN"], found.names["en"], found.unit) if found is not None else ("", "", "count")


def _fine(value: float | None, unit: str) -> float | None:
    return None if value is None else round(value, DIGITS.get(unit, 1))
