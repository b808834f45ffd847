"""监听审计: who stepped into whose calls, when, how, and why. For who may know of monitoring, by the rule of that room
(`dashboard.supervision.history`), not by the reports' scope.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import and_, func, or_, select, true

from dashboard.access.permissions import Permission
from dashboard.refusal import Refused
from dashboard.reports.kinds.making import Making
from dashboard.reports.reach import Reach
from dashboard.reports.report import Column, Line, Report
from dashboard.store.schema import monitoring_sessions
from dashboard.supervision.history import PastSession, in_scope, past_session

COLUMNS: Final = (
    Column("at", "moment"), Column("by", "text"), Column("agent", "agent"), Column("queue", "queue"), Column("modes", "words"),
    Column("length", "seconds"), Column("via", "word"), Column("purpose", "text"), Column("state", "word"),
)  # fmt: skip


def monitoring(making: Making) -> Report:
    """The newest first; the total is of all of them. Raises `Denied` without `monitor.view`."""
    look, table = making.look, monitoring_sessions.c
    scope = Reach.of(look.connection, look.site, making.actor, Permission.MONITOR_VIEW).scope
    wanted = [
        table.site == look.site, table.asked_at_ms >= making.period.start_ms, table.asked_at_ms < making.period.end_ms,
        in_scope(look.site, scope),
    ]  # fmt: skip
    if making.question.agents:
        wanted.append(table.agent.in_(making.question.agents))
    query = select(monitoring_sessions).where(*wanted, _after(making.question.after))
    query = query.order_by(table.asked_at_ms.desc(), table.command.desc()).limit(making.most + 1)
    rows = look.connection.execute(query).all()
    sums = select(func.count(), func.coalesce(func.sum(table.ended_at_ms - table.began_at_ms), 0)).where(*wanted)
    count, length_ms = look.connection.execute(sums).one()
    sessions = [past_session(row, making.actor, scope, look.names.agent(row.agent)) for row in rows[: making.most]]
    lines = [Line(_cells(one), queue=one.queue, agent=one.agent) for one in sessions]
    total = Line((None, None, None, None, None, int(length_ms) / 1000, None, None, None))
    last = sessions[-1] if len(rows) > making.most else None
    after = "" if last is None else f"{last.asked_at_ms}.{last.command}"
    return making.report(COLUMNS, lines, total, after=after, count=int(count))


def _cells(one: PastSession) -> tuple[str | int | float | None, ...]:
    modes = " ".join(dict.fromkeys(mode for _, mode in one.modes))
    is_over = one.began_at_ms is not None and one.ended_at_ms is not None
    length_s = ((one.ended_at_ms or 0) - (one.began_at_ms or 0)) / 1000 if is_over else None
    return one.asked_at_ms, one.by, one.agent, one.queue, modes, length_s, one.via, one.purpose, one.state


def _after(mark: str) -> Any:
    at, _, command = mark.partition(".")
    if not mark:
        return true()
    if not (at.isascii() and at.isdigit() and len(at) <= 16 and command):
        raise Refused("reports.refused.no_mark", "after")
    table = monitoring_sessions.c
    return or_(table.asked_at_ms < int(at), and_(table.asked_at_ms == int(at), table.command < command))
