"""A leaderboard as people write it: who takes part, what counts (its scheme), over which period, what is shown and celebrated. Format 1.

Kept as JSON (`leaderboards.document`), frozen and hashable: equal ones share one evaluation. What a person typed is checked by
`dashboard.leaderboards.checking`, which names the field of every mistake.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from dashboard.boards.document import Hours, Id, Lang, MetricId, Sound, SwitchId, Theme, Title, Window
from dashboard.floor.scoring.scheme import Scheme

FORMAT: Final = 1

PeriodKind = Literal["day", "shift", "week", "month", "contest"]
LocalMoment = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT([01][0-9]|2[0-3]):(00|30)$")]
"""A local time of the site, at a half-hour."""


class Piece(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A piece of a leaderboard. Unknown fields are mistakes."""


class Period(Piece, frozen=True, rename={"from_time": "from", "to_time": "to"}):
    """`day`, `week` (Monday first), `month`: business days of the site, again and again. `shift`: these hours of every day (`hours`,
    on half-hours, past midnight where `to` is the earlier one). `contest`: once, from one moment to another."""

    kind: PeriodKind = "day"
    hours: Hours | None = None
    from_time: LocalMoment | None = None
    to_time: LocalMoment | None = None


class Who(Piece, frozen=True):
    """Who takes part: agents of these teams (whole subtrees) and of these queues; none of either: everybody in the scope. `without`:
    agents who do not, though they would. `since_months`/`up_to_months`: with the company, where the directory says since when."""

    teams: tuple[SwitchId, ...] = ()
    queues: tuple[SwitchId, ...] = ()
    without: tuple[SwitchId, ...] = ()
    since_months: Annotated[int, msgspec.Meta(ge=0, le=600)] | None = None
    up_to_months: Annotated[int, msgspec.Meta(ge=1, le=600)] | None = None


class Prize(Piece, frozen=True):
    """What a place wins. `rank` from 1."""

    rank: Annotated[int, msgspec.Meta(ge=1, le=50)]
    prize: Title


class Goal(Piece, frozen=True):
    """What all who take part want to reach together: a metric of their agents, or of the queues of `Who`, over `window` or the period
    (None)."""

    metric: MetricId
    target: float
    of: Literal["agents", "queues"] = "agents"
    window: Window | None = None


class Badge(Piece, frozen=True):
    """A badge by a rule. `metric` of one agent over the day reaches `least` (not beyond, where less is better), with at least `calls`
    calls; `days`: on so many working days on end (a streak)."""

    id: Id
    title: Title
    metric: MetricId
    least: float
    calls: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 1
    icon: Annotated[str, msgspec.Meta(max_length=32, pattern=r"^[a-z0-9_-]*$")] = "star"


class Celebrations(Piece, frozen=True):
    """What is celebrated, with which sound (`sound` none: without), when not. `settled_s`: a new leader is one who stays it so long."""

    leader: bool = True
    goals: bool = True
    finish: bool = True
    badges: bool = False
    sound: Sound = "none"
    quiet: tuple[Hours, ...] = ()
    settled_s: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 60


class Leaderboard(Piece, frozen=True):
    """`top`: only so many are shown. `team_race`: teams against each other beside the ranks. `rules`: what people should know, in words."""

    title: Title
    scheme: Scheme
    period: Period = Period()
    who: Who = Who()
    format: Literal[1] = FORMAT
    top: Annotated[int, msgspec.Meta(ge=3, le=50)] = 10
    team_race: bool = True
    prizes: tuple[Prize, ...] = ()
    goals: tuple[Goal, ...] = ()
    badges: tuple[Badge, ...] = ()
    celebrations: Celebrations = Celebrations()
    rules: Title = Title()
    theme: Theme | None = None
    lang: Lang | None = None
