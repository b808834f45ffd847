"""How often somebody did something of late, by the audit log itself: no store can forget it, and no second process misses it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, func, select

from dashboard.access.actor import Actor
from dashboard.store.schema import audit_lines

MINUTE_MS: Final = 60_000


def within_a_minute(connection: Connection, actor: Actor, action: str, now_ms: int) -> int:
    """How many times `actor` has done `action`, refusals not counted. `connection`: of `Audit.writing`, so that nobody else does it
    meanwhile."""
    lines = audit_lines.c
    theirs = (lines.action == action) & (lines.actor_id == actor.id) & (lines.actor_kind == actor.kind)
    query = select(func.count()).where(theirs, lines.at_ms > now_ms - MINUTE_MS, lines.result == "ok")
    return connection.execute(query).scalar_one()
