"""Which rows of the history are too old, and how they go: few at a time, found by an index, never a whole table at once.

Invariants: only rows of the own site go; an open one (a stretch that lasts, an alert that stands) never does; offers and calls go
by their own end, so that a day's numbers and lists go together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Engine, Table, and_, delete, func, select

from dashboard.store.engine import reading, writing
from dashboard.store.schema.alerts import alert_deliveries, alert_rules, alerts
from dashboard.store.schema.history import (
    agent_intervals,
    agent_states,
    business_intervals,
    history_undo,
    interval_gaps,
    offers,
    own_calls,
    queue_intervals,
    visits,
)
from dashboard.store.schema.leaderboards import leaderboard_outbox, leaderboard_results, leaderboards
from dashboard.store.schema.reports import report_runs, report_schedules

ROWS_AT_ONCE: Final = 500
"""In one transaction: on a slow disk, too, far less than any other writer waits."""

Steps = Iterator[int]
"""Rows gone by each transaction; it stops when nothing old is left."""


@dataclass(frozen=True, slots=True)
class OldRows:
    """A table, by which term its rows are kept (`calls`, `states`, `intervals`, `undo`, `deliveries`), and how they go."""

    table: Table
    term: str
    steps: Callable[[Engine, str, int], Steps]


def _until_none(engine: Engine, step: Callable[[Connection], int]) -> Steps:
    while True:
        with writing(engine) as connection:
            gone = step(connection)
        if not gone:
            return
        yield gone


def _by_id(table: Table, *is_old: Callable[[str, int], ColumnElement[bool]]) -> Callable[[Engine, str, int], Steps]:
    """Rows for which all of `is_old` (called with the site and the limit) hold: an index has to lead to them."""

    def steps(engine: Engine, site: str, before_ms: int) -> Steps:
        old = and_(*(one(site, before_ms) for one in is_old))
        return _until_none(engine, lambda connection: _delete_some(connection, table, old))

    return steps


def _delete_some(connection: Connection, table: Table, old: ColumnElement[bool]) -> int:
    some = select(table.c.id).where(old).limit(ROWS_AT_ONCE).scalar_subquery()
    return connection.execute(delete(table).where(table.c.id.in_(some))).rowcount


def _by_owner(table: Table, owner: Column[Any], at: Column[Any]) -> Callable[[Engine, str, int], Steps]:
    """The same where the index begins with an owner (site, queue, time): one owner after the other."""

    def steps(engine: Engine, site: str, before_ms: int) -> Steps:
        name = ""
        while (found := _next_owner(engine, table, owner, site, name)) is not None:
            name = found
            old = and_(table.c.site == site, owner == name, at < before_ms)
            with reading(engine) as connection:  # most have nothing old, and no writer waits for a look
                oldest = connection.execute(select(func.min(at)).where(table.c.site == site, owner == name)).scalar()
            if oldest is not None and oldest < before_ms:
                yield from _until_none(engine, lambda connection, old=old: _delete_some(connection, table, old))  # type: ignore[misc]

    return steps


def _next_owner(engine: Engine, table: Table, owner: Column[Any], site: str, after: str) -> str | None:
    with reading(engine) as connection:
        found: str | None = connection.execute(
            select(func.min(owner)).where(table.c.site == site, owner > after)
        ).scalar()
    return found


def _by_start(table: Table) -> Callable[[Engine, str, int], Steps]:
    """Half-hours: all rows of the oldest one at a time."""

    def step(connection: Connection, site: str, before_ms: int) -> int:
        oldest = connection.execute(select(func.min(table.c.start_ms)).where(table.c.site == site)).scalar()
        if oldest is None or oldest >= before_ms:
            return 0
        return connection.execute(
            delete(table).where(table.c.site == site, table.c.start_ms == oldest, table.c.end_ms <= before_ms)
        ).rowcount

    return lambda engine, site, before_ms: _until_none(engine, lambda connection: step(connection, site, before_ms))


def _gaps(engine: Engine, site: str, before_ms: int) -> Steps:
    old = and_(interval_gaps.c.site == site, interval_gaps.c.to_ms < before_ms)
    return _until_none(engine, lambda connection: connection.execute(delete(interval_gaps).where(old)).rowcount)


def _of_site(table: Table) -> Callable[[str, int], ColumnElement[bool]]:
    return lambda site, _: table.c.site == site


def _before(column: Column[Any]) -> Callable[[str, int], ColumnElement[bool]]:
    return lambda _, before_ms: column < before_ms


def _of_rules(site: str, _before_ms: int) -> ColumnElement[bool]:
    rules = select(alert_rules.c.id).where(alert_rules.c.site == site).scalar_subquery()
    own = select(alerts.c.id).where(alerts.c.rule_id.in_(rules)).scalar_subquery()
    return alert_deliveries.c.alert_id.in_(own)


def _of_schedules(site: str, _before_ms: int) -> ColumnElement[bool]:
    own = select(report_schedules.c.id).where(report_schedules.c.site == site).scalar_subquery()
    return report_runs.c.schedule_id.in_(own)


def _of_leaderboards(site: str, _before_ms: int) -> ColumnElement[bool]:
    own = select(leaderboards.c.id).where(leaderboards.c.site == site).scalar_subquery()
    return leaderboard_results.c.leaderboard_id.in_(own)


def _repeats(_site: str, _before_ms: int) -> ColumnElement[bool]:
    """Not a contest: that is held once, and stays."""
    return leaderboard_results.c.document.not_like('%"period":{"kind":"contest"%')


def _is_told(_site: str, _before_ms: int) -> ColumnElement[bool]:
    return leaderboard_outbox.c.told_at_ms.is_not(None)


def _is_done(_site: str, before_ms: int) -> ColumnElement[bool]:
    done_ms = func.coalesce(alert_deliveries.c.sent_at_ms, alert_deliveries.c.given_up_at_ms)
    return done_ms < before_ms


ALL: Final = (
    OldRows(offers, "calls", _by_owner(offers, offers.c.queue, offers.c.ended_ms)),
    OldRows(visits, "calls", _by_id(visits, _of_site(visits), _before(visits.c.at_ms))),
    OldRows(own_calls, "calls", _by_owner(own_calls, own_calls.c.agent, own_calls.c.ended_ms)),
    OldRows(
        agent_states,
        "states",
        _by_id(agent_states, _of_site(agent_states), _before(agent_states.c.start_ms), _before(agent_states.c.end_ms)),
    ),
    OldRows(queue_intervals, "intervals", _by_start(queue_intervals)),
    OldRows(agent_intervals, "intervals", _by_start(agent_intervals)),
    OldRows(business_intervals, "intervals", _by_start(business_intervals)),
    OldRows(interval_gaps, "intervals", _gaps),
    OldRows(history_undo, "undo", _by_id(history_undo, _of_site(history_undo), _before(history_undo.c.to_ms))),
    OldRows(alert_deliveries, "deliveries", _by_id(alert_deliveries, _of_rules, _is_done)),
    OldRows(
        alerts, "calls", _by_id(alerts, _of_site(alerts), _before(alerts.c.began_at_ms), _before(alerts.c.ended_at_ms))
    ),
    OldRows(
        leaderboard_outbox,
        "deliveries",
        _by_id(leaderboard_outbox, _of_site(leaderboard_outbox), _before(leaderboard_outbox.c.made_at_ms), _is_told),
    ),
    OldRows(
        leaderboard_results,
        "calls",
        _by_id(leaderboard_results, _of_leaderboards, _before(leaderboard_results.c.to_ms), _repeats),
    ),
    OldRows(report_runs, "calls", _by_id(report_runs, _of_schedules, _before(report_runs.c.ended_at_ms))),
)
"""In this order: what is of a call before the call."""
