"""A database with something in every table and every column, made from the schema itself, so that no new column is forgotten."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import Column, Connection, Engine, select

from dashboard.store.engine import reading, writing
from dashboard.store.schema import metadata

ROWS = 3
Contents = dict[str, list[tuple[Any, ...]]]


def fill(engine: Engine) -> None:
    """Rows in every table but the audit log, which fills itself. Teams point at teams that come later by their id."""
    with writing(engine) as connection:
        for table in metadata.sorted_tables:
            if table.name != "audit_lines":
                rows = [{column.name: _value(column, n) for column in table.columns} for n in range(ROWS)]
                connection.execute(table.insert(), [row | _no_parent(table.name) for row in rows])
        _nest(connection)


def contents(engine: Engine) -> Contents:
    """All rows of all tables."""
    with reading(engine) as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in metadata.sorted_tables
        }


def _value(column: Column[Any], n: int) -> Any:
    for key in column.foreign_keys:
        return _value(key.column, n)
    if column.nullable and n == 2 and not column.unique:
        return None
    kind = column.type.python_type
    length = getattr(column.type, "length", None) or 40
    values: dict[type, Any] = {
        int: 2**31 - 3 + n if column.name == "id" else 2**31 + n if column.name.endswith("_ms") else n,
        float: 0.1 + n,
        bool: n % 2 == 0,
        str: f"{n} 王芳 '\"; — {column.name}"[:length],
        bytes: bytes(range(256)) * (n + 1),
        date: date(2024, 2, 29 - n),
    }
    return values[kind]


def _no_parent(table: str) -> dict[str, None]:
    return {"parent_id": None} if table == "teams" else {}


def _nest(connection: Connection) -> None:
    teams = metadata.tables["teams"]
    ids = connection.execute(select(teams.c.id).order_by(teams.c.id)).scalars().all()
    for child, parent in pairwise(ids):
        connection.execute(teams.update().where(teams.c.id == child).values(parent_id=parent))
