"""漏接明细: every offer that rang out or was refused, and what became of the caller."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import and_, func, select, text

from dashboard.reports.calls_question import contact_key
from dashboard.reports.kinds.making import Making
from dashboard.reports.kinds.marks import after_mark, mark_of
from dashboard.reports.reach import LONGEST_INTERVAL_MS
from dashboard.reports.report import Column, Line, Report
from dashboard.store.schema import agent_intervals, offers, visits

COLUMNS: Final = (
    Column("at", "moment"), Column("agent", "agent"), Column("queue", "queue"), Column("offer_outcome", "word"), Column("ring", "seconds"),
    Column("number", "number"), Column("visit_outcome", "word"), Column("wait", "seconds"), Column("answered_by", "agent"),
    Column("contact", "call"),
)  # fmt: skip
_OF_THEM: Final = "offers.outcome IN ('missed', 'rejected')"
"""As the index has it."""


def missed(making: Making) -> Report:
    """The newest first. `wait`: how long the caller waited in all."""
    look, table, visit = making.look, offers.c, visits.c
    wanted = _wanted(making)
    is_its = and_(
        visit.site == table.site, visit.switch == table.switch, visit.boot == table.boot, visit.call == table.call,
        visit.visit == table.visit,
    )  # fmt: skip
    query = select(
        table.id, table.switch, table.boot, table.call, table.agent, table.queue, table.outcome, table.ring_s, table.ended_ms,
        visit.number_masked, visit.outcome.label("came_to"), visit.wait_s, visit.agent.label("answered_by"),
    ).select_from(offers.outerjoin(visits, is_its))  # fmt: skip
    query = query.where(*wanted, after_mark(making.question.after, table.ended_ms, table.id))
    rows = look.connection.execute(query.order_by(table.ended_ms.desc(), table.id.desc()).limit(making.most + 1)).all()
    count = look.connection.execute(select(func.count()).select_from(offers).where(*wanted)).scalar_one()
    shown = rows[: making.most]
    lines = [
        Line(
            (
                row.ended_ms, row.agent, row.queue, row.outcome, row.ring_s, row.number_masked, row.came_to, row.wait_s,
                row.answered_by or None, contact_key(row.switch, row.boot, row.call),
            ),
            queue=row.queue,
            agent=row.agent,
        )
        for row in shown
    ]  # fmt: skip
    after = mark_of(shown[-1].ended_ms, shown[-1].id) if len(rows) > making.most else ""
    return making.report(COLUMNS, lines, after=after, count=int(count))


def _wanted(making: Making) -> list[Any]:
    look, asked, table = making.look, making.question, offers.c
    for queue in asked.queues:
        look.reach.require_queue(queue)
    for team in asked.teams:
        look.reach.require_team(team)
    wanted: list[Any] = [
        table.site == look.site, text(_OF_THEM), look.reach.of_queue(table.queue),
        table.ended_ms >= making.period.start_ms, table.ended_ms < making.period.end_ms,
    ]  # fmt: skip
    if asked.queues:
        wanted.append(table.queue.in_(asked.queues))
    if asked.agents:
        wanted.append(table.agent.in_(asked.agents))
    if asked.teams:
        then = agent_intervals.c
        half_hour = and_(
            then.site == table.site, then.agent == table.agent, then.start_ms > table.ended_ms - LONGEST_INTERVAL_MS,
            then.start_ms <= table.ended_ms, then.end_ms > table.ended_ms,
        )  # fmt: skip
        in_team = then.team.in_(sorted(look.reach.with_subteams(asked.teams)))
        wanted.append(select(then.agent).where(half_hour, in_team).exists())
    return wanted
