"""What can no longer be corrected is no longer kept: single items go, their sums stay in the history as long as that keeps them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import Engine, delete, select

from dashboard.business.fact import OLDEST
from dashboard.store.engine import writing
from dashboard.store.schema import business_events

KEPT: Final = OLDEST + timedelta(days=30)
"""Items from before `OLDEST` are refused; a month more, for tickets whose time comes later."""
MOST: Final = 2_000


def forget(engine: Engine, site: str, now_ms: int) -> int:
    """Removes the oldest items, some of them; how many they were. Raises `StoreError`."""
    table = business_events.c
    before_ms = now_ms - KEPT // timedelta(milliseconds=1)
    is_old = (table.site == site) & (table.occurred_ms < before_ms) & table.due_ms.is_(None)
    with writing(engine) as connection:
        rows = connection.execute(select(table.source, table.event_id).where(is_old).limit(MOST)).all()
        for row in rows:
            is_it = (table.site == site) & (table.source == row.source) & (table.event_id == row.event_id)
            connection.execute(delete(business_events).where(is_it))
    return len(rows)
