"""Tickets that fall due: nobody tells that nothing was done, so the clock does."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, Engine, select, update

from collectors.events import BusinessTold
from dashboard.business import outbox
from dashboard.business.fact import Whose, fallen_due
from dashboard.business.taking import packed_fact
from dashboard.store.engine import reading, writing
from dashboard.store.schema import agents, business_events, people

MOST: Final = 500
"""In one transaction: nobody else takes anything meanwhile."""


def fall_due(engine: Engine, site: str, now_ms: int) -> int:
    """Books the tickets whose time has run out, some of them; how many they were. Raises `StoreError`."""
    table = business_events.c
    is_due = (table.site == site) & (table.due_ms <= now_ms)
    with reading(engine) as connection:
        if connection.execute(select(table.due_ms).where(is_due).limit(1)).first() is None:
            return 0
    with writing(engine) as connection:
        outbox.one_at_a_time(connection)
        rows = connection.execute(select(business_events).where(is_due).order_by(table.due_ms).limit(MOST)).all()
        events = []
        teams = _teams(connection, site, {row.agent for row in rows if row.agent is not None})
        for row in rows:
            fact = fallen_due(row.due_ms, Whose(row.agent, row.queue, teams.get(row.agent)))
            events.append(BusinessTold(row.source, row.event_id, fact))
            is_it = (table.site == site) & (table.source == row.source) & (table.event_id == row.event_id)
            connection.execute(update(business_events).where(is_it).values(fact=packed_fact(fact), due_ms=None))
        outbox.put(connection, site, events, now_ms)
    return len(rows)


def _teams(connection: Connection, site: str, of: set[str]) -> dict[str, str]:
    theirs = select(agents.c.id, people.c.team_id).join(people, people.c.id == agents.c.person_id)
    rows = connection.execute(theirs.where(agents.c.site == site, agents.c.id.in_(of), people.c.team_id.is_not(None)))
    return {row.id: row.team_id for row in rows}
