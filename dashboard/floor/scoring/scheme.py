"""What counts: weighted metrics, how each becomes points, and who may have a rank. Format 1.

A scheme says nothing about time, people or looks: a leaderboard does (`dashboard.leaderboards.document`). Points of a part go from 0 to
its weight (beyond, up to its `cap`); a score is their sum over the sum of the weights, in hundredths: 100 is everything reached.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from dashboard.floor.directions import Worse

FORMAT: Final = 1
MOST_PARTS: Final = 8

By = Literal["target", "range", "rank"]
GroupBy = Literal["none", "team", "queue", "tenure"]
Compares = Literal["agents", "teams", "progress"]


class Piece(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A piece of a scheme. Unknown fields are mistakes."""


class Part(Piece, frozen=True):
    """One metric. `worse` None: the metric's own bad side.

    `target`: all points at `target`, none at `low` (0 where it is left out), straight in between; where less is better, `low` is the
    higher number. `range`: the same from `low` to `high`. `rank`: all for the best of the group, none for the last, straight in between
    by place; ties share the better place. No value: no points.
    `cap`: percent of its weight that a part can bring at most. `is_quality`: part of the quality share.
    `per_hour`: the metric (a sum) for each hour signed in, pauses included, so that part-time and late starters are not behind for it,
    and nobody gains by being paused."""

    metric: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    weight: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    by: By = "target"
    target: float | None = None
    low: float | None = None
    high: float | None = None
    worse: Worse | None = None
    cap: Annotated[int, msgspec.Meta(ge=100, le=200)] = 100
    is_quality: bool = False
    per_hour: bool = False


class QualityFloor(Piece, frozen=True):
    """Below this (beyond, where less is better) nobody has a rank, whatever else they did. Who has no value yet is not below it."""

    metric: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    least: float
    worse: Worse | None = None


class Least(Piece, frozen=True):
    """What one must have done to have a rank: so many external `calls`, so many `minutes` signed in. `is_prorated`: the calls are asked of
    who was signed in for `full_hours`; of who was there for less, in proportion, so that it asks the same of part-time and late starters.
    Minutes are asked of everybody: without them a single good call would be enough."""

    calls: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    minutes: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    is_prorated: bool = False
    full_hours: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 8


class Scheme(Piece, frozen=True):
    """`compares`: `agents` with one another, `teams` by the mean of their members' scores, or `progress`: each with their own time
    before (the period before this one): the score is what it is more than then. `groups`: compared only with themselves; `tenure`: by
    months with the company, cut at `tenure_months`. `quality`: no rank below any of these."""

    parts: tuple[Part, ...]
    format: Literal[1] = FORMAT
    compares: Compares = "agents"
    quality: tuple[QualityFloor, ...] = ()
    least: Least = Least()
    groups: GroupBy = "none"
    tenure_months: tuple[Annotated[int, msgspec.Meta(ge=1, le=120)], ...] = (3,)
