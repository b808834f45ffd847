"""转接与溢出: from which queue callers went where, and by which way.

A transfer counts on the day its handling ended, an overflow on the day the caller joined the next queue. A queue out of scope is not
named (null): the callers that it sent to, or took from, a queue in scope are that queue's own count.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, and_, func, literal_column, or_, select, text

from dashboard.access.masking import masked_in
from dashboard.reports.kinds.making import Making
from dashboard.reports.kinds.marks import place_after
from dashboard.reports.report import Column, Line, Report
from dashboard.store.schema import visits

COLUMNS: Final = (
    Column("from_queue", "queue"), Column("way", "word"), Column("to_queue", "queue"), Column("target", "text"), Column("callers", "count"),
)  # fmt: skip
OVERFLOW: Final = "overflow"


class _Flow(NamedTuple):
    """`way`: blind, attended, redirect, or `OVERFLOW`. `target`: of a transfer to no queue, masked."""

    from_queue: str | None
    way: str
    to_queue: str | None
    target: str | None


def flow(making: Making) -> Report:
    """The most used way first, in pages; the total is of all of them."""
    look, asked = making.look, making.question
    for queue in asked.queues:
        look.reach.require_queue(queue)
    found: Counter[_Flow] = Counter()
    for from_queue, way, to_queue, target, callers in look.connection.execute(_transfers(making)):
        is_seen = to_queue is None or look.reach.has_queue(to_queue)
        shown = None if to_queue is not None or target is None else masked_in(target, is_prose=True)
        found[_Flow(_seen(making, from_queue), way, to_queue if is_seen else None, shown)] += callers
    for from_queue, to_queue, callers in look.connection.execute(_overflows(making)):
        found[_Flow(_seen(making, from_queue), OVERFLOW, _seen(making, to_queue), None)] += callers
    ordered = sorted(found.items(), key=lambda one: (-one[1], tuple(part or "" for part in one[0])))
    days = making.period.from_day, making.period.to_day
    first = place_after(asked.after)
    last = first + making.most
    lines = [Line((*way, callers), days, queue=way.from_queue) for way, callers in ordered[first:last]]
    total = Line((None, None, None, None, found.total()), days)
    after = str(last) if len(ordered) > last else ""
    return making.report(COLUMNS, lines, total, after=after, count=len(ordered))


def _seen(making: Making, queue: str) -> str | None:
    return queue if making.look.reach.has_queue(queue) else None


def _transfers(making: Making) -> Select[Any]:
    """By queue, way, and target."""
    table = visits.c
    keys = (table.queue, table.transfer_kind, table.transfer_queue, table.transfer_target)
    query = select(*keys, func.count()).where(
        table.site == making.look.site, text("visits.transfer_kind IS NOT NULL"), table.ended_ms >= making.period.start_ms,
        table.ended_ms < making.period.end_ms, _between(making, table.queue, table.transfer_queue),
    )  # fmt: skip
    return query.group_by(*keys)


def _overflows(making: Making) -> Select[Any]:
    """By the queue that was left unanswered, and the next one."""
    then, before = visits.alias("visited").c, visits.alias("left_before").c
    is_before = and_(
        before.site == then.site, before.switch == then.switch, before.boot == then.boot, before.call == then.call,
        before.visit == then.visit - 1,
    )  # fmt: skip
    query = select(before.queue, then.queue, func.count()).where(
        then.site == making.look.site, then.visit > literal_column("1"), then.at_ms >= making.period.start_ms,
        then.at_ms < making.period.end_ms, is_before, before.outcome == "left", before.queue != then.queue,
        _between(making, before.queue, then.queue),
    )  # fmt: skip
    return query.group_by(before.queue, then.queue)


def _between(making: Making, from_queue: Any, to_queue: Any) -> Any:
    """One end in scope, and one of those asked for."""
    reach, queues = making.look.reach, making.question.queues
    in_scope = or_(reach.of_queue(from_queue), reach.of_queue(to_queue))
    return and_(in_scope, or_(from_queue.in_(queues), to_queue.in_(queues))) if queues else in_scope
