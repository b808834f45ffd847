"""What a database holds of a site's history, in a form that two databases can be compared by; and a number's hash for tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, select

from dashboard.history.numbers import Numbers
from dashboard.store.engine import reading
from dashboard.store.schema.history import (
    agent_intervals,
    agent_states,
    business_intervals,
    history_cursors,
    interval_gaps,
    offers,
    own_calls,
    queue_intervals,
    visits,
)

TABLES = (visits, offers, own_calls, agent_states, queue_intervals, agent_intervals, business_intervals, interval_gaps)
NUMBERS = Numbers(b"a key of thirty-two bytes, or so", keeps=True)

Kept = dict[str, list[dict[str, Any]]]


def kept(engine: Engine) -> Kept:
    """Every row of every table, without the numbers that the database gives them, in an order of their own."""
    found: Kept = {}
    with reading(engine) as connection:
        for table in TABLES:
            columns = [column for column in table.columns if column.name != "id"]
            rows = [dict(row._mapping) for row in connection.execute(select(*columns))]
            found[table.name] = sorted(rows, key=repr)
    return found


def cursor(engine: Engine) -> tuple[int, int, int] | None:
    """Where the history stands, and stream time there."""
    table = history_cursors.c
    with reading(engine) as connection:
        row = connection.execute(select(table.stream_ms, table.stream_n, table.at_ms)).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def whole(engine: Engine) -> tuple[Kept, tuple[int, int, int] | None]:
    """Rows and cursor."""
    return kept(engine), cursor(engine)
