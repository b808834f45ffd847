"""Rows by the million into one table, as fast as each kind of database takes them: COPY on PostgreSQL, long batches on SQLite.

The rows' values are those of the columns' own Python types; no default of a column is filled in by Python here. Part of the
caller's transaction like any other statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Index, Table

_BATCH: Final = 5_000


def put_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
    """Puts them in; how many they were. Raises what the driver raises for a row that the table does not take."""
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(str(table.columns[column].name)) for column in columns)
    if connection.dialect.name == "postgresql":
        return _copied(connection, f"COPY {quote(table.name)} ({names}) FROM STDIN", rows)
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"  # noqa: S608 — our own names
    count = 0
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        connection.exec_driver_sql(statement, batch)
        count += len(batch)
    return count


def _copied(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> int:
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 — it is connected
    count = 0
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def drop_indexes(connection: Connection, tables: Sequence[Table]) -> None:
    """Takes the tables' further indexes away, until `make_indexes`: in one go they are made many times quicker than row by row.

    Only for tables that nobody else uses meanwhile.
    """
    for index in _indexes(tables):
        index.drop(connection, checkfirst=True)


def make_indexes(connection: Connection, tables: Sequence[Table]) -> None:
    """Makes those that are missing. Uniqueness that an index keeps is checked then."""
    for index in _indexes(tables):
        index.create(connection, checkfirst=True)


def _indexes(tables: Sequence[Table]) -> list[Index]:
    return sorted((index for table in tables for index in table.indexes), key=lambda index: str(index.name))
