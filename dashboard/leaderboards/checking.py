"""What is wrong with a leaderboard, for who wrote it: all mistakes at once, each with the field of the form that it is about.

Fields are paths in the document (`scheme.parts.0.target`). Whether teams and queues exist, and are theirs who writes it, the shelf looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from collectors.events import FloorSettings, MeasureSettings
from dashboard.boards.document import Hours, Title
from dashboard.floor.directions import CUSTOM
from dashboard.floor.metrics import known
from dashboard.floor.windows import SLIDING_MIN
from dashboard.leaderboards import scheme_checks
from dashboard.leaderboards.document import Badge, Goal, Leaderboard, Period, Prize, Who
from dashboard.leaderboards.standings.periods import Clock, clock_of, minute_of, moment
from dashboard.refusal import Refused

LONGEST_TITLE: Final = 60
LONGEST_RULES: Final = 500
LONGEST_CONTEST_DAYS: Final = 366
MOST_IDS: Final = 500
MOST_PRIZES: Final = 10
MOST_GOALS: Final = 6
MOST_BADGES: Final = 12
MOST_QUIET: Final = 8
GOAL_WINDOWS: Final = frozenset({"now", "day", "interval", *SLIDING_MIN})


def mistakes(leaderboard: Leaderboard, settings: FloorSettings | None = None) -> Iterator[Refused]:
    """All of them, in the order of the form. `settings` None: what the site declares is not looked at."""
    measures = None if settings is None else settings.measures
    yield from _title(leaderboard.title)
    yield from _period(leaderboard.period, settings or FloorSettings())
    yield from _who(leaderboard.who)
    yield from scheme_checks.mistakes(leaderboard.scheme, measures)
    yield from _prizes(leaderboard.prizes, leaderboard.top)
    if not 3 <= leaderboard.top <= 50:
        yield Refused("leaderboards.refused.top", "top")
    yield from _goals(leaderboard.goals, measures)
    yield from _badges(leaderboard.badges, measures)
    yield from _celebrations(leaderboard)
    if max(len(leaderboard.rules.zh), len(leaderboard.rules.en)) > LONGEST_RULES:
        yield Refused("leaderboards.refused.rules", "rules", most=LONGEST_RULES)


def _title(title: Title) -> Iterator[Refused]:
    if not (title.zh.strip() or title.en.strip()):
        yield Refused("leaderboards.refused.title_missing", "title.zh")
    for lang, text in (("zh", title.zh), ("en", title.en)):
        if len(text) > LONGEST_TITLE:
            yield Refused("leaderboards.refused.title_long", f"title.{lang}", most=LONGEST_TITLE)


def _period(period: Period, settings: FloorSettings) -> Iterator[Refused]:
    if period.kind == "shift":
        yield from _shift(period.hours, settings)
    elif period.kind == "contest":
        yield from _contest(period, clock_of(settings), settings.interval_min)


def _shift(hours: Hours | None, settings: FloorSettings) -> Iterator[Refused]:
    if hours is None:
        yield Refused("leaderboards.refused.shift_hours", "period.hours")
        return
    for name, time in (("from", hours.from_time), ("to", hours.to_time)):
        if minute_of(time) % _step_min(settings.interval_min):
            yield Refused("leaderboards.refused.step", f"period.hours.{name}", minutes=_step_min(settings.interval_min))
    if hours.from_time == hours.to_time:
        yield Refused("leaderboards.refused.no_hours", "period.hours.to")


def _contest(period: Period, clock: Clock, interval_min: int) -> Iterator[Refused]:
    bounds: list[int] = []
    for name, local in (("from", period.from_time), ("to", period.to_time)):
        try:
            bounds.append(moment(local or "", clock))
        except ValueError:
            yield Refused("leaderboards.refused.moment", f"period.{name}")
            continue
        if minute_of((local or "")[11:]) % _step_min(interval_min):
            yield Refused("leaderboards.refused.step", f"period.{name}", minutes=_step_min(interval_min))
    if len(bounds) < 2:
        return
    if bounds[1] <= bounds[0]:
        yield Refused("leaderboards.refused.ends_before", "period.to")
    elif bounds[1] - bounds[0] > LONGEST_CONTEST_DAYS * 86_400_000:
        yield Refused("leaderboards.refused.too_long", "period.to", most=LONGEST_CONTEST_DAYS)


def _step_min(interval_min: int) -> int:
    """History is kept interval by interval: nothing begins or ends inside of one. Documents know half-hours."""
    return max(interval_min, 30)


def _who(who: Who) -> Iterator[Refused]:
    for name, ids in (("teams", who.teams), ("queues", who.queues), ("without", who.without)):
        if len(ids) > MOST_IDS:
            yield Refused("leaderboards.refused.too_many_ids", f"who.{name}", most=MOST_IDS)
    since, until = who.since_months, who.up_to_months
    if since is not None and until is not None and since >= until:
        yield Refused("leaderboards.refused.months", "who.up_to_months")


def _prizes(prizes: tuple[Prize, ...], top: int) -> Iterator[Refused]:
    if len(prizes) > MOST_PRIZES:
        yield Refused("leaderboards.refused.prizes", "prizes", most=MOST_PRIZES)
    yield from _twice((prize.rank for prize in prizes), "prizes", "rank", "leaderboards.refused.prize_twice")
    for i, prize in enumerate(prizes):
        if prize.rank > top:
            yield Refused("leaderboards.refused.prize_hidden", f"prizes.{i}.rank", top=top)
        if not (prize.prize.zh.strip() or prize.prize.en.strip()):
            yield Refused("leaderboards.refused.prize_missing", f"prizes.{i}.prize")


def _goals(goals: tuple[Goal, ...], measures: Mapping[str, MeasureSettings] | None) -> Iterator[Refused]:
    if len(goals) > MOST_GOALS:
        yield Refused("leaderboards.refused.goals", "goals", most=MOST_GOALS)
    for i, goal in enumerate(goals):
        field = f"goals.{i}"
        if goal.of == "agents":
            yield from scheme_checks.metric_mistakes(
                goal.metric, f"{field}.metric", measures, goal.target, f"{field}.target"
            )
        else:
            yield from _queue_goal(goal, field, measures)
        if goal.window is not None and goal.window not in GOAL_WINDOWS:
            yield Refused("leaderboards.refused.goal_window", f"{field}.window")


def _queue_goal(goal: Goal, field: str, measures: Mapping[str, MeasureSettings] | None) -> Iterator[Refused]:
    found = known(goal.metric)
    if goal.metric.startswith(CUSTOM) and measures is not None and goal.metric.removeprefix(CUSTOM) not in measures:
        found = None
    if found is None or "queue" not in found.scopes or found.kind in {"state", "since"} or found.unit == "word":
        yield Refused("leaderboards.refused.goal_metric", f"{field}.metric", metric=goal.metric[:64])
        return
    if (found.basis == "now") != (goal.window == "now"):
        yield Refused("leaderboards.refused.goal_now", f"{field}.window")
    yield from scheme_checks.number_mistakes(found, goal.target, f"{field}.target")


def _badges(badges: tuple[Badge, ...], measures: Mapping[str, MeasureSettings] | None) -> Iterator[Refused]:
    if len(badges) > MOST_BADGES:
        yield Refused("leaderboards.refused.badges", "badges", most=MOST_BADGES)
    yield from _twice((badge.id for badge in badges), "badges", "id", "leaderboards.refused.badge_twice")
    for i, badge in enumerate(badges):
        field = f"badges.{i}"
        yield from scheme_checks.metric_mistakes(
            badge.metric, f"{field}.metric", measures, badge.least, f"{field}.least"
        )
        if not (badge.title.zh.strip() or badge.title.en.strip()):
            yield Refused("leaderboards.refused.badge_missing", f"{field}.title")


def _celebrations(leaderboard: Leaderboard) -> Iterator[Refused]:
    quiet = leaderboard.celebrations.quiet
    if len(quiet) > MOST_QUIET:
        yield Refused("leaderboards.refused.quiet", "celebrations.quiet", most=MOST_QUIET)
    for i, hours in enumerate(quiet):
        if hours.from_time == hours.to_time:
            yield Refused("leaderboards.refused.no_hours", f"celebrations.quiet.{i}.to")


def _twice(values: Iterable[object], field: str, name: str, word: str) -> Iterator[Refused]:
    seen: set[object] = set()
    for i, value in enumerate(values):
        if value in seen:
            yield Refused(word, f"{field}.{i}.{name}")
        seen.add(value)
