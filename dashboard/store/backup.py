"""Backup and restore of the whole database, while the product runs, from either kind of database into either.

A backup is what the database held at one moment. A restore is one transaction: everything is back, or nothing has changed. An
older release's backup is put into that release's schema and then migrated, as its database would have been. Rows pass through, some
at a time: the history's tens of millions take minutes, not memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, MetaData, Table, bindparam, func, inspect, select, text

from dashboard.store import schema
from dashboard.store.backup_file import (
    BackupError,
    BackupReader,
    BackupTable,
    BackupWriter,
    Manifest,
    columns_of,
    reading_backup,
)
from dashboard.store.bulk import drop_indexes, make_indexes, put_rows
from dashboard.store.engine import shown, snapshot, writing
from dashboard.store.migrate import known, newest, revision_on, upgrade_to

_ROWS_AT_ONCE = 1_000
_MANY = 20_000
"""From so many rows on a table's indexes are made when all of them are in."""
_VERSION_TABLE = "alembic_version"


def back_up(engine: Engine, path: Path, now_ms: int) -> Manifest:
    """Writes everything to a new file of mode 0600. Raises `StoreError`; then there is no file."""
    with snapshot(engine) as connection, BackupWriter(path) as writer:
        revision = revision_on(connection)
        if not revision:
            raise BackupError(f"The database {shown(engine.url)} is empty: there is nothing to back up.")
        for table in _tables(connection).sorted_tables:
            writer.add(str(table.name), columns_of(table), _rows(connection, table))
        return writer.finish(
            made_at_ms=now_ms, release=version("floorwatch"), database=connection.dialect.name, revision=revision
        )


def restore(
    engine: Engine, path: Path, *, replaces: bool, then: Callable[[Connection, Manifest], None] = lambda *_: None
) -> Manifest:
    """Puts everything back. `replaces`: what the database holds goes first; else it must hold nothing.

    `then` is called at the end, in the same transaction. Raises `StoreError` (and what `then` raises); then nothing has changed.
    """
    with reading_backup(path) as backup, writing(engine) as connection:
        manifest = backup.manifest
        if manifest.revision not in known():
            raise BackupError(
                f"The backup {path} comes from a newer release ({manifest.release}): restore it with that."
            )
        _make_room(connection, engine, replaces=replaces)
        upgrade_to(connection, manifest.revision)
        tables = _tables(connection)
        for entry in manifest.tables:
            table = _table(tables, entry, path)
            large = _large(entry, manifest)
            drop_indexes(connection, large)
            _fill(connection, table, backup, entry)
            make_indexes(connection, large)
        upgrade_to(connection, newest())
        then(connection, manifest)
    return manifest


def _tables(connection: Connection) -> MetaData:
    """Our tables as the database has them now, which may be an older schema's."""
    there = set(inspect(connection).get_table_names()) & schema.metadata.tables.keys()
    found = MetaData()
    found.reflect(connection, only=sorted(there))
    return found


def _rows(connection: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_ROWS_AT_ONCE)
    for row in connection.execute(query):
        yield tuple(row)


def _make_room(connection: Connection, engine: Engine, *, replaces: bool) -> None:
    tables = _tables(connection)
    if not replaces:
        for table in tables.sorted_tables:
            if connection.execute(select(func.count()).select_from(table)).scalar():
                raise BackupError(
                    f"The database {shown(engine.url)} is not empty ({table.name}): name an empty one, or give --replace."
                )
    tables.drop_all(connection)
    connection.execute(text(f"DROP TABLE IF EXISTS {_VERSION_TABLE}"))


def _table(tables: MetaData, entry: BackupTable, path: Path) -> Table:
    found = tables.tables.get(entry.name)
    if found is None or set(columns_of(found)) != set(entry.columns):
        raise BackupError(f"The backup {path} is damaged: {entry.name} is not that of its schema. Use another backup.")
    return found


def _large(entry: BackupTable, manifest: Manifest) -> list[Table]:
    """The table, if it is this release's and long enough to be worth it. (What a database says of its indexes is not all there is.)"""
    is_ours = manifest.revision == newest() and entry.rows >= _MANY
    return [schema.metadata.tables[entry.name]] if is_ours else []


def _fill(connection: Connection, table: Table, backup: BackupReader, entry: BackupTable) -> None:
    """Rows that point at rows of the same table get those pointers at the end."""
    pointers = [column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    if pointers or any(column.kind == "date" for column in entry.columns):
        _fill_slowly(connection, table, pointers, backup, entry)
    else:
        names = [column.name for column in entry.columns]
        put_rows(connection, table, names, (tuple(row.values()) for row in backup.rows(entry)))
    if connection.dialect.name == "postgresql":
        _go_on_numbering(connection, table)


def _fill_slowly(
    connection: Connection, table: Table, pointers: list[Column[Any]], backup: BackupReader, entry: BackupTable
) -> None:
    later: list[dict[str, Any]] = []
    for rows in _batches(backup.rows(entry)):
        later += [row for row in rows if any(row[column.name] is not None for column in pointers)]
        connection.execute(table.insert(), [row | {column.name: None for column in pointers} for row in rows])
    for row in later:
        _point(connection, table, pointers, row)


def _point(connection: Connection, table: Table, pointers: list[Column[Any]], row: dict[str, Any]) -> None:
    keys = list(table.primary_key.columns)
    update = table.update().where(*(column == bindparam(f"the_{column.name}") for column in keys))
    values = {column.name: row[column.name] for column in pointers}
    connection.execute(update.values(values), {f"the_{column.name}": row[column.name] for column in keys})


def _go_on_numbering(connection: Connection, table: Table) -> None:
    for column in table.primary_key.columns:
        if column.type.python_type is int:
            connection.execute(
                text(
                    f'SELECT setval(s, (SELECT coalesce(max("{column.name}"), 0) + 1 FROM "{table.name}"), false) '  # noqa: S608 — our own names
                    "FROM pg_get_serial_sequence(:table, :column) AS s WHERE s IS NOT NULL"
                ),
                {"table": table.name, "column": column.name},
            )


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        yield batch
