"""A question about calls as conditions of SQL: one for each of its fields, for each of the three lists. Pure.

The actor's scope is not in them: whoever asks adds it, always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true

from dashboard.reports.calls_question import CallsQuestion
from dashboard.reports.reach import LONGEST_INTERVAL_MS, Reach
from dashboard.store.coverage import LACKING, lacking
from dashboard.store.schema import agent_intervals, offers, own_calls, visits

Condition = ColumnElement[bool]
Window = tuple[int, int]
"""Milliseconds, [from, to)."""

LONGEST_VISIT_MS: Final = 8 * 86_400_000
"""A visit that ended in a window began at most so long before it: so far its index is looked at."""
_SILENT_OF_RINGING: Final = [coverage for coverage in LACKING if "rang_at_end" in lacking(coverage, visits)]
"""Where these rows came from nobody knows whether a phone rang at the end: they are neither."""
NO_TIME: Final = -1
"""Stands for an unknown wait or talk where lists are sorted."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A queue's own: answered within `threshold_s` is within; abandoned within `short_s` is short."""

    threshold_s: int = 20
    short_s: int = 5


@dataclass(frozen=True, slots=True)
class Members:
    """Who was in the teams that are asked for: all the time, or for some of it."""

    always: frozenset[str] = frozenset()
    sometimes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what it needs of the site. `windows`: in order, without overlaps. `teams`: with all below them.
    `limits`: by queue; `others` of every other one. `same`: the caller's hash; None where nobody is asked about."""

    question: CallsQuestion
    windows: Sequence[Window]
    teams: frozenset[str]
    limits: Mapping[str, Limits]
    others: Limits
    reach: Reach
    members: Members = Members()
    same: bytes | None = None


def of_visits(asked: Asked) -> Condition:
    """Which visits are asked for."""
    q, v = asked.question, visits.c
    column = v.ended_ms if q.basis == "ended" else v.at_ms
    found = [within(column, asked.windows), *_people(asked, v.agent, func.coalesce(v.ended_ms, v.at_ms))]
    if asked.windows:
        found += _for_the_index(asked, asked.windows[0][0], asked.windows[-1][1])
    found += [condition(asked, value) for name, condition in _VISITS.items() if (value := getattr(q, name))]
    found += _seconds(v.wait_s, q.wait_from, q.wait_to)
    found += _seconds(_talk(v), q.talk_from, q.talk_to)
    return and_(*found)


def of_offers(asked: Asked) -> Condition:
    """Which offers are asked for: by the moment at which they ended."""
    q, o = asked.question, offers.c
    found = [within(o.ended_ms, asked.windows), *_people(asked, o.agent, o.ended_ms)]
    if q.queues:
        found.append(o.queue.in_(q.queues))
    if q.outcome:
        found.append(o.outcome == q.outcome)
    return and_(*found)


def of_own_calls(asked: Asked) -> Condition:
    """Which calls outside any queue are asked for: by the moment at which they ended."""
    q, c = asked.question, own_calls.c
    found = [within(c.ended_ms, asked.windows), *_people(asked, c.agent, c.ended_ms)]
    if q.kind:
        found.append(c.kind == q.kind)
    if q.connected:
        found.append(_is(c.connected_ms.isnot(None), q.connected))
    if q.ended_by:
        found.append(c.ended_by == q.ended_by)
    if q.same:
        found.append(c.number_hash == asked.same if asked.same else false())
    found += _seconds(c.talk_s, q.talk_from, q.talk_to)
    return and_(*found)


def within(column: ColumnElement[Any], windows: Sequence[Window]) -> Condition:
    """In one of the windows; the outer bounds are said too, for the index."""
    if not windows:
        return false()
    outer = and_(column >= windows[0][0], column < windows[-1][1])
    if len(windows) == 1:
        return outer
    return and_(outer, or_(*(and_(column >= first, column < last) for first, last in windows)))


def joined_windows(windows: Iterable[Window]) -> list[Window]:
    """In order, and those that touch as one."""
    found: list[Window] = []
    for first, last in sorted(windows):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        elif first < last:
            found.append((first, last))
    return found


def was_back(reach: Reach) -> Condition:
    """Whether the caller of an abandoned visit is struck off the list of callbacks, by the rule of `dashboard.reports.callbacks`: they came
    again and were answered or wait, or an agent reached them; both where the actor may see it."""
    v, later, own = visits.c, visits.alias("later").c, own_calls.c
    again = exists(
        select(later.id).where(
            later.site == v.site,
            later.number_hash == v.number_hash,
            later.at_ms > v.at_ms,
            later.outcome.in_(("answered", "waiting")),
            reach.of_queue(later.queue),
        )
    )
    called = exists(
        select(own.id).where(
            own.site == v.site,
            own.number_hash == v.number_hash,
            own.ended_ms > v.at_ms,  # for the index
            own.started_ms > v.at_ms,
            own.kind == "outbound",
            own.connected_ms.isnot(None),
            reach.of_agent_at(own.agent, own.ended_ms),
        )
    )
    return or_(again, called)


# -- fields that only visits have ---------------------------------------------------------------------------------------


def _outcome(_asked: Asked, value: str) -> Condition:
    return visits.c.outcome == value


def _reason(_asked: Asked, value: str) -> Condition:
    reason = func.coalesce(visits.c.reason, "unknown")
    return and_(visits.c.outcome == "left", reason == value)


def _rang(_asked: Asked, value: str) -> Condition:
    is_told = visits.c.coverage.notin_(_SILENT_OF_RINGING)
    return and_(visits.c.outcome == "abandoned", is_told, _is(visits.c.rang_at_end == true(), value))


def _short(asked: Asked, value: str) -> Condition:
    is_short = _by_queue(asked, lambda limits: visits.c.wait_s <= limits.short_s)
    return and_(visits.c.outcome == "abandoned", _is(is_short, value))


def _within(asked: Asked, value: str) -> Condition:
    is_within = _by_queue(asked, lambda limits: visits.c.wait_s <= limits.threshold_s)
    return and_(visits.c.outcome == "answered", _is(is_within, value))


def _transferred(_asked: Asked, value: str) -> Condition:
    return visits.c.transfer_kind.isnot(None) if value == "out" else _came_by(is_transfer=True)


def _overflow(_asked: Asked, value: str) -> Condition:
    if value == "in":
        return _came_by(is_transfer=False)
    after = visits.alias("after")
    next_one = exists(
        select(after.c.id).where(
            *_same_call(after), after.c.visit == visits.c.visit + 1, after.c.queue != visits.c.queue
        )
    )
    return and_(visits.c.outcome == "left", visits.c.transfer_kind.is_(None), next_one)


def _came_by(*, is_transfer: bool) -> Condition:
    """The visit before it, of the same call in another queue, was passed on, or left."""
    before = visits.alias("before")
    how = (
        before.c.transfer_kind.isnot(None)
        if is_transfer
        else and_(before.c.transfer_kind.is_(None), before.c.outcome == "left")
    )
    came = exists(
        select(before.c.id).where(
            *_same_call(before), before.c.visit == visits.c.visit - 1, before.c.queue != visits.c.queue, how
        )
    )
    return and_(visits.c.visit > 1, came)


def _same_call(other: Any) -> Iterator[Condition]:
    for name in ("site", "switch", "boot", "call"):
        yield other.c[name] == visits.c[name]


def _repeat(_asked: Asked, value: str) -> Condition:
    return _is(visits.c.is_repeat == true(), value)


def _ended_by(_asked: Asked, value: str) -> Condition:
    return visits.c.ended_by == value


def _back(asked: Asked, value: str) -> Condition:
    return and_(visits.c.outcome == "abandoned", _is(was_back(asked.reach), value))


def _queues(_asked: Asked, value: Sequence[str]) -> Condition:
    return visits.c.queue.in_(value)


def _same(asked: Asked, _value: str) -> Condition:
    return visits.c.number_hash == asked.same if asked.same else false()


_VISITS: Final[dict[str, Callable[[Asked, Any], Condition]]] = {
    "queues": _queues,
    "outcome": _outcome,
    "reason": _reason,
    "rang": _rang,
    "short": _short,
    "within": _within,
    "transferred": _transferred,
    "overflow": _overflow,
    "repeat": _repeat,
    "ended_by": _ended_by,
    "back": _back,
    "same": _same,
}
"""Field of a question → its condition, where the field says something."""


# -- parts --------------------------------------------------------------------------------------------------------------


def _is(condition: Condition, value: str) -> Condition:
    return condition if value == "yes" else ~func.coalesce(condition, false())


def _by_queue(asked: Asked, condition: Callable[[Limits], Condition]) -> Condition:
    """A limit that each queue has of its own; queues of one limit are named together."""
    by_limit: dict[Limits, list[str]] = {}
    for queue, limits in asked.limits.items():
        by_limit.setdefault(limits, []).append(queue)
    of = visits.c.queue
    rest = condition(asked.others) if not asked.limits else and_(of.notin_(asked.limits), condition(asked.others))
    return or_(rest, *(and_(of.in_(queues), condition(limits)) for limits, queues in by_limit.items()))


def _seconds(column: ColumnElement[Any], least: int | None, most: int | None) -> Iterator[Condition]:
    if least is not None:
        yield column >= least
    if most is not None:
        yield column <= most


def _talk(columns: Any) -> ColumnElement[Any]:
    """Talk and hold together; null where nobody saw the end."""
    return columns.talk_s + func.coalesce(columns.hold_s, 0)  # type: ignore[no-any-return]


def _people(asked: Asked, agent: ColumnElement[Any], at_ms: ColumnElement[Any]) -> Iterator[Condition]:
    """Of these agents; of agents who were in these teams then, as their half-hours have it: looked up only for those who came or went."""
    if asked.question.agents:
        yield agent.in_(asked.question.agents)
    if asked.question.teams:
        i, members = agent_intervals.c, asked.members
        was_in = exists(
            select(i.agent).where(
                i.agent == agent,
                i.site == asked.reach.site,
                i.start_ms > at_ms - LONGEST_INTERVAL_MS,
                i.start_ms <= at_ms,
                i.end_ms > at_ms,
                i.team.in_(asked.teams),
            )
        )
        yield agent.in_(members.always | members.sometimes)
        if members.sometimes:
            yield or_(agent.in_(members.always), was_in)


def _for_the_index(asked: Asked, first_ms: int, last_ms: int) -> Iterator[Condition]:
    """Bounds that follow from the window and save time alone: a visit begins before it ends, and not long before."""
    v = visits.c
    if asked.question.basis == "ended":
        yield v.at_ms.between(first_ms - LONGEST_VISIT_MS, last_ms)
    elif asked.question.agents or asked.question.teams:
        yield or_(v.ended_ms.between(first_ms, last_ms + LONGEST_VISIT_MS), v.ended_ms.is_(None))
