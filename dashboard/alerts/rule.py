"""What a rule says: a number, of whom, over which stretch, when it is bad, for how long, at which hours, and who is told. Format 1.

Rules are frozen. What a person typed is checked by `checked`, which names the field of every mistake; what the database keeps is read by
`loaded`. Whether queues, teams, agents and channels exist, and are theirs who writes the rule, the service looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

import msgspec

from dashboard.boards.directions import worse_side
from dashboard.boards.document import Hours, MetricId, Sound, SwitchId, Window, Worse
from dashboard.floor.metrics import REGISTRY, known
from dashboard.refusal import Refused

Of = Literal["queues", "teams", "agents"]
AlertLevel = Literal["amber", "red"]

SAY_NOTHING: Final = frozenset({"last_call_at", "in_state"})
"""They grow with the clock whatever happens: a limit on them says nothing."""

WORKED: Final = frozenset({"J", "E", "C", "business"})
MOST_IDS: Final = 500
MOST_CHANNELS: Final = 20
MOST_HOURS: Final = 8
LONGEST_HOLD_S: Final = 3600
WHOLE_WEEK: Final = (1, 2, 3, 4, 5, 6, 7)


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a rule. Unknown fields are mistakes."""


class Measured(Part, frozen=True):
    """Which number is held against which limit. Another one of these is another cause: what it fired ends with it.

    `of`: what `ids` are, and with none of them: all there are. `each`: every one of them by itself, else all together. `threshold`: in
    the metric's own unit (ratios 0 to 1); `worse` None: on the metric's own bad side."""

    metric: MetricId
    threshold: float
    of: Of = "queues"
    ids: tuple[SwitchId, ...] = ()
    each: bool = False
    window: Window = "now"
    worse: Worse | None = None

    @property
    def side(self) -> Worse:
        """On which side of the threshold it is bad."""
        return self.worse or worse_side(self.metric)


_MEASURED: Final = msgspec.json.Decoder(Measured)


class Rule(Part, frozen=True):
    """`hold_s`: how long the number has to be beyond before it fires; `recover_s`: how long on the good side before it is over.
    `weekdays` (1 is Monday), `hours` (none: all day): when it is looked at at all, by the site's clock. `quiet`: when nobody is told.
    `channels`: ids; `desks`: whether desk pages show it; `sound`: there, once."""

    measured: Measured
    level: AlertLevel = "amber"
    hold_s: Annotated[int, msgspec.Meta(ge=0, le=LONGEST_HOLD_S)] = 60
    recover_s: Annotated[int, msgspec.Meta(ge=0, le=LONGEST_HOLD_S)] = 60
    weekdays: tuple[Annotated[int, msgspec.Meta(ge=1, le=7)], ...] = WHOLE_WEEK
    hours: tuple[Hours, ...] = ()
    quiet: tuple[Hours, ...] = ()
    channels: tuple[Annotated[str, msgspec.Meta(max_length=32)], ...] = ()
    desks: bool = True
    sound: Sound = "chime"


_RULE: Final = msgspec.json.Decoder(Rule)


class RuleUnreadable(ValueError):  # noqa: N818 — the word of the field
    """What the database keeps is no rule of this release."""


def dumped(rule: Rule) -> str:
    """As the database keeps it: equal rules give equal text."""
    return msgspec.json.encode(rule).decode()


def loaded(text: str) -> Rule:
    """Raises `RuleUnreadable`."""
    try:
        return _RULE.decode(text)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise RuleUnreadable(str(error)) from None


def measured_dumped(measured: Measured) -> str:
    """The same of the part that makes a cause."""
    return msgspec.json.encode(measured).decode()


def measured_loaded(text: str) -> Measured | None:
    """None for what this release cannot read."""
    try:
        return _MEASURED.decode(text)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


def checked(rule: Rule) -> Rule:
    """The same. Raises an `ExceptionGroup`-free list of what makes no sense as `RuleRefused`, each with its field."""
    wrong = list(mistakes(rule))
    if wrong:
        raise RuleRefused(wrong)
    return rule


class RuleRefused(Exception):  # noqa: N818 — refused, with several sentences
    """`every`: one a mistake, in the order of the form."""

    def __init__(self, every: list[Refused]) -> None:
        super().__init__(", ".join(one.word for one in every))
        self.every = every


def mistakes(rule: Rule) -> Iterator[Refused]:
    """All of them, in the order of the form."""
    yield from _metric(rule.measured)
    yield from _lists(rule)
    if not 0 <= rule.hold_s <= LONGEST_HOLD_S:
        yield Refused("alert.refused.hold", "hold_s", most=LONGEST_HOLD_S)
    if not 0 <= rule.recover_s <= LONGEST_HOLD_S:
        yield Refused("alert.refused.hold", "recover_s", most=LONGEST_HOLD_S)
    if not rule.weekdays or not set(rule.weekdays) <= set(WHOLE_WEEK):
        yield Refused("alert.refused.weekdays", "weekdays")
    for field, hours in (("hours", rule.hours), ("quiet", rule.quiet)):
        if len(hours) > MOST_HOURS:
            yield Refused("alert.refused.too_many_hours", field, most=MOST_HOURS)
        for one in hours:
            if one.from_time == one.to_time:
                yield Refused("alert.refused.no_hours", field, time=one.from_time)
    if not rule.channels and not rule.desks:
        yield Refused("alert.refused.nobody_told", "desks")


def _metric(measured: Measured) -> Iterator[Refused]:
    metric = known(measured.metric)
    if metric is None:
        yield Refused("alert.refused.unknown_metric", "metric", metric=measured.metric)
        return
    if metric.kind == "state" or metric.unit in {"word", "time"} or measured.metric in SAY_NOTHING:
        yield Refused("alert.refused.no_number", "metric")
    scope = "queue" if measured.of == "queues" else "agent"
    if scope not in metric.scopes:
        yield Refused(f"alert.refused.not_of.{measured.of}", "of")
    if metric.basis in WORKED and measured.window == "now":
        yield Refused("alert.refused.window_needed", "window")
    elif metric.basis not in WORKED and measured.window != "now":
        yield Refused("alert.refused.window_of_now", "window")
    if metric.unit == "ratio" and not 0 <= measured.threshold <= 1:
        yield Refused("alert.refused.threshold_ratio", "threshold")
    elif not 0 <= measured.threshold <= 1e9:  # of no number (NaN) neither is true
        yield Refused("alert.refused.threshold", "threshold")


def _lists(rule: Rule) -> Iterator[Refused]:
    if len(rule.measured.ids) > MOST_IDS:
        yield Refused("alert.refused.too_many_ids", "ids", most=MOST_IDS)
    if len(rule.channels) > MOST_CHANNELS:
        yield Refused("alert.refused.too_many_channels", "channels", most=MOST_CHANNELS)


def metrics_of(of: Of) -> list[str]:
    """The metrics that a rule about these can ask for, in the registry's order."""
    scope = "queue" if of == "queues" else "agent"
    return [
        one.id
        for one in REGISTRY.values()
        if scope in one.scopes
        and one.kind != "state"
        and one.unit not in {"word", "time"}
        and one.id not in SAY_NOTHING
    ]
