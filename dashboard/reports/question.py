"""What a report is asked for, to and from the query of an address: a link reproduces it, and a schedule keeps it.

Days may be relative (`days=last_week`): they are the site's business days, resolved at the moment of asking, and stay relative in the
address. What an address holds is hostile: what is none is refused in words. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal, TypeVar, get_args
from urllib.parse import urlencode

from collectors.events import SlFormula
from dashboard.floor.service_level import FORMULAS
from dashboard.refusal import Refused
from dashboard.reports.period import STEPS, Step

Days = Literal[
    "today", "yesterday", "this_week", "last_week", "this_month", "last_month", "last_7_days", "last_30_days"
]
DAYS: Final[tuple[Days, ...]] = get_args(Days)
Each = Literal["all", "queue", "agent", "team"]
"""Of whom a row is: of all that is asked for together, or of each."""
EACH: Final[tuple[Each, ...]] = get_args(Each)

LONGEST_DAYS: Final = 400
LONGEST_FINE_DAYS: Final = 35
"""So many days at most in steps of a day and less."""
LONGEST_THRESHOLD_S: Final = 3600
MOST_NAMES: Final = 200
_FIRST_YEAR, _LAST_YEAR = 2000, 2200
_FINE: Final = frozenset({"interval", "hour"})

OneT = TypeVar("OneT")
NoneT = TypeVar("NoneT")


@dataclass(frozen=True, slots=True)
class Question:
    """`report`: an id of `dashboard.reports.catalogue`. `days`: what `from_day` and `to_day` were made of, "" for fixed ones; both days
    are whole. `step`, `each` None: as the report has it. Names: ids of the switch and of teams; none: all that may be seen; a team is
    meant with its subteams. `formula`, `threshold_s`: instead of each queue's own. `metric`: of the heat map. `after`: where a list
    goes on."""

    report: str
    from_day: date
    to_day: date
    days: Days | Literal[""] = ""
    step: Step | None = None
    each: Each | None = None
    queues: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    formula: SlFormula | None = None
    threshold_s: int | None = None
    metric: str = ""
    after: str = ""

    @property
    def length(self) -> int:
        """How many days."""
        return (self.to_day - self.from_day).days + 1

    def query(self) -> str:
        """The address' query; relative days stay relative."""
        pairs: list[tuple[str, str]] = [("report", self.report)]
        pairs += [("days", self.days)] if self.days else [
            ("from", self.from_day.isoformat()), ("to", self.to_day.isoformat()),
        ]  # fmt: skip
        pairs += [("step", self.step)] if self.step else []
        pairs += [("each", self.each)] if self.each else []
        pairs += [("queue", queue) for queue in self.queues]
        pairs += [("team", team) for team in self.teams]
        pairs += [("agent", agent) for agent in self.agents]
        pairs += [("formula", self.formula)] if self.formula else []
        pairs += [("threshold", str(self.threshold_s))] if self.threshold_s is not None else []
        pairs += [("metric", self.metric)] if self.metric else []
        pairs += [("after", self.after)] if self.after else []
        return urlencode(pairs)

    def at(self, today: date) -> Question:
        """The same, asked on another day."""
        if not self.days:
            return self
        from_day, to_day = days_of(self.days, today)
        return replace(self, from_day=from_day, to_day=to_day)


def days_of(days: Days, today: date) -> tuple[date, date]:
    """First and last of relative days. Weeks begin on Monday; this week and month end today."""
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    one = timedelta(days=1)
    return {
        "today": (today, today),
        "yesterday": (today - one, today - one),
        "this_week": (monday, today),
        "last_week": (monday - timedelta(days=7), monday - one),
        "this_month": (first, today),
        "last_month": ((first - one).replace(day=1), first - one),
        "last_7_days": (today - timedelta(days=7), today - one),
        "last_30_days": (today - timedelta(days=30), today - one),
    }[days]


def question(query: Mapping[str, Sequence[str]], today: date, *, report: str = "") -> Question:
    """The question of an address (`name` → its values). Without days: today. `report`: if the address names none. Names that are no
    part of a question are none of ours. Raises `Refused`, with the field's name in the address."""
    days = _choice(query, "days", DAYS, None)
    if days is not None:
        from_day, to_day = days_of(days, today)
    else:
        from_day = _day(query, "from") or _day(query, "to") or today
        to_day = _day(query, "to") or from_day
    asked = Question(
        report=_one(query, "report") or report,
        from_day=from_day,
        to_day=to_day,
        days=days or "",
        step=_choice(query, "step", STEPS, None),
        each=_choice(query, "each", EACH, None),
        queues=_names(query, "queue"),
        teams=_names(query, "team"),
        agents=_names(query, "agent"),
        formula=_choice(query, "formula", FORMULAS, None),
        threshold_s=_seconds(query, "threshold"),
        metric=_one(query, "metric"),
        after=_one(query, "after"),
    )
    return checked(asked)


def checked(asked: Question) -> Question:
    """Raises `Refused` for days that are none or too many."""
    if asked.to_day < asked.from_day:
        raise Refused("reports.refused.days_turned", "to", first=asked.from_day, last=asked.to_day)
    if asked.length > LONGEST_DAYS:
        raise Refused("reports.refused.too_long", "to", most=LONGEST_DAYS, days=asked.length)
    if asked.step in _FINE and asked.length > LONGEST_FINE_DAYS:
        raise Refused("reports.refused.too_fine", "step", most=LONGEST_FINE_DAYS, days=asked.length)
    return asked


def _one(query: Mapping[str, Sequence[str]], name: str) -> str:
    values = [value for value in query.get(name, ()) if value]
    if len(values) > 1:
        raise Refused("reports.refused.twice", name, name=name)
    return values[0] if values else ""


def _choice(query: Mapping[str, Sequence[str]], name: str, known: Sequence[OneT], none: NoneT) -> OneT | NoneT:
    value = _one(query, name)
    if not value:
        return none
    for one in known:
        if one == value:
            return one
    raise Refused("reports.refused.unknown_choice", name, value=value[:40])


def _day(query: Mapping[str, Sequence[str]], name: str) -> date | None:
    value = _one(query, name)
    if not value:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Refused("reports.refused.no_day", name, value=value[:40]) from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Refused("reports.refused.no_day", name, value=value[:40])
    return day


def _seconds(query: Mapping[str, Sequence[str]], name: str) -> int | None:
    value = _one(query, name)
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 4 and int(value) <= LONGEST_THRESHOLD_S):
        raise Refused("reports.refused.no_threshold", name, value=value[:40], most=LONGEST_THRESHOLD_S)
    return int(value)


def _names(query: Mapping[str, Sequence[str]], name: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(value for value in query.get(name, ()) if value))
    if len(values) > MOST_NAMES:
        raise Refused("reports.refused.many_names", name, most=MOST_NAMES)
    if any(len(value) > 200 or not value.isprintable() for value in values):
        raise Refused("reports.refused.no_name", name)
    return values
