"""Rules held against a floor: what begins, what ends, which hold times run. Pure: the same state, rules, floor and moment give the same.

Invariants: of one cause (a rule and what it is about) at most one alert is open; it ends once, and says why. Nothing begins or recovers
by a number that is not known. A hold time that nobody could watch for longer than `UNSEEN_MS` (links away, historian away) begins
anew; a shorter break leaves it running. What is given in stays as it was: who cannot keep what came out, judges again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from dashboard.alerts.knowledge import Moment, Reading
from dashboard.alerts.rule import Rule, measured_dumped
from dashboard.boards.directions import is_beyond
from dashboard.boards.lasting import NOT_BEYOND, Beyond, turned
from dashboard.floor.state import Floor
from dashboard.floor.windows import effective_now_ms

UNSEEN_MS: Final = 60_000

EndedWhy = Literal["recovered", "rule_changed", "rule_off", "rule_removed", "off_hours", "gone"]
Key = tuple[str, str]
"""Rule, and what it is about."""


@dataclass(frozen=True, slots=True)
class KnownRule:
    """A rule as the database has it. `rule` None: this release cannot read it."""

    id: str
    name: str
    rule: Rule | None
    is_on: bool
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """`id` "" until it is kept."""

    id: str
    began_at_ms: int
    value: float | None
    worst: float | None


@dataclass(frozen=True, slots=True)
class Cause:
    """`beyond.is_on` while its alert is open. `seen_ms`: when its number was known last."""

    measured: str
    beyond: Beyond
    seen_ms: int
    alert: OpenAlert | None = None


State = Mapping[Key, Cause]


@dataclass(frozen=True, slots=True)
class Began:
    """An alert fires."""

    rule: KnownRule
    about: str
    value: float
    at_ms: int


@dataclass(frozen=True, slots=True)
class Ended:
    """It is over."""

    key: Key
    alert: OpenAlert
    why: EndedWhy
    at_ms: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How one rule stands: its worst number now and of whom, how many causes it looks at, and of how many the number is unknown."""

    value: float | None = None
    about: str = ""
    causes: int = 0
    unknown: int = 0


@dataclass(slots=True)
class Judged:
    """`state`: what is to be kept; `began`, `ended`: what is to be told."""

    at_ms: int
    state: dict[Key, Cause] = field(default_factory=dict)
    began: list[Began] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    standing: dict[str, Standing] = field(default_factory=dict)

    @property
    def is_news(self) -> bool:
        """Whether anybody has to be told."""
        return bool(self.began or self.ended)


def evaluate(state: State, rules: Iterable[KnownRule], floor: Floor, now_ms: int) -> Judged:
    """Every rule, at the later of `now_ms` and the stream's own time."""
    moment = Moment(floor, effective_now_ms(floor, now_ms))
    judged = Judged(moment.now_ms)
    of_rules: dict[str, dict[str, Cause]] = {}
    for (rule_id, about), cause in state.items():
        of_rules.setdefault(rule_id, {})[about] = cause
    for known in rules:
        _judge(known, of_rules.pop(known.id, {}), moment, judged)
    for rule_id, causes in of_rules.items():
        for about, cause in causes.items():
            _end((rule_id, about), cause, "rule_removed", judged)
    return judged


def is_at_work(rule: Rule, now_ms: int, time_zone: str) -> bool:
    """Whether the rule is looked at now. What goes past midnight belongs to the day in which it began."""
    at = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(time_zone))
    clock, today, before = at.strftime("%H:%M"), at.isoweekday(), (at.date() - timedelta(days=1)).isoweekday()
    if not rule.hours:
        return today in rule.weekdays
    for one in rule.hours:
        goes_on = one.from_time > one.to_time
        if one.from_time <= clock and (goes_on or clock < one.to_time) and today in rule.weekdays:
            return True
        if goes_on and clock < one.to_time and before in rule.weekdays:
            return True
    return False


def _judge(known: KnownRule, causes: dict[str, Cause], moment: Moment, judged: Judged) -> None:
    why_not = _why_not(known, moment)
    rule = known.rule
    found: list[Reading] = []
    if rule is not None and not known.is_removed:
        found = list(moment.readings(rule.measured))
        judged.standing[known.id] = _standing(rule, found)
    if why_not is not None or rule is None:
        for about, cause in causes.items():
            _end((known.id, about), cause, why_not or "rule_changed", judged)
        return
    measured = measured_dumped(rule.measured)
    for reading in found:
        _step(known, rule, measured, reading, causes.pop(reading.about, None), judged)
    for about, cause in causes.items():
        if cause.measured != measured or moment.is_all_live:
            _end((known.id, about), cause, "gone" if cause.measured == measured else "rule_changed", judged)
        else:
            judged.state[known.id, about] = cause


def _why_not(known: KnownRule, moment: Moment) -> EndedWhy | None:
    if known.is_removed:
        return "rule_removed"
    if not known.is_on:
        return "rule_off"
    if known.rule is None:
        return "rule_changed"
    return None if is_at_work(known.rule, moment.now_ms, moment.floor.settings.time_zone) else "off_hours"


def _step(known: KnownRule, rule: Rule, measured: str, reading: Reading, before: Cause | None, judged: Judged) -> None:
    key, now_ms = (known.id, reading.about), judged.at_ms
    if before is not None and before.measured != measured:
        _end(key, before, "rule_changed", judged)
        before = None
    if not reading.is_known:
        if before is not None:
            judged.state[key] = before
        return
    cause = before or Cause(measured, NOT_BEYOND, now_ms)
    was = cause.beyond if now_ms - cause.seen_ms <= UNSEEN_MS else Beyond(cause.beyond.is_on)
    is_bad = reading.value is not None and is_beyond(reading.value, rule.measured.threshold, rule.measured.side)
    hold_s = rule.recover_s if was.is_on else rule.hold_s
    beyond = turned(was, is_bad, now_ms, hold_s * 1000)
    alert = cause.alert
    if beyond.is_on and alert is None and reading.value is not None:
        alert = OpenAlert("", now_ms, reading.value, reading.value)
        judged.began.append(Began(known, reading.about, reading.value, now_ms))
    elif alert is not None and not beyond.is_on:
        _end(key, cause, "recovered", judged)
        return
    elif alert is not None:
        alert = replace(alert, worst=_worse(rule, alert.worst, reading.value))
    if beyond != NOT_BEYOND:
        judged.state[key] = Cause(measured, beyond, now_ms, alert)


def _end(key: Key, cause: Cause, why: EndedWhy, judged: Judged) -> None:
    if cause.alert is not None:
        judged.ended.append(Ended(key, cause.alert, why, judged.at_ms))


def _worse(rule: Rule, one: float | None, other: float | None) -> float | None:
    numbers = [number for number in (one, other) if number is not None]
    if not numbers:
        return None
    return max(numbers) if rule.measured.side == "above" else min(numbers)


def _standing(rule: Rule, found: list[Reading]) -> Standing:
    valued = [one for one in found if one.value is not None and one.is_known]
    sign = 1 if rule.measured.side == "above" else -1
    worst = max(valued, key=lambda one: sign * (one.value or 0), default=None)
    unknown = sum(1 for one in found if not one.is_known)
    if worst is None:
        return Standing(None, "", len(found), unknown)
    return Standing(worst.value, worst.about, len(found), unknown)
