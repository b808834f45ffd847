"""Opening the database: one way for SQLite and PostgreSQL, so that nothing else needs to know which it is.

On SQLite: write-ahead log (readers never wait for the writer), transactions begun explicitly, those that write at once as
writers, so that two processes queue up instead of failing halfway.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

BUSY_MS = 5000


class StoreError(Exception):
    """The database cannot be used. The text is one sentence, with the remedy."""


def open_store(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://…`. Connects at its first use; makes SQLite's folder.

    Raises `StoreError` on a URL of another form, or a driver that is not installed.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).absolute().parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, pool_pre_ping=True, pool_size=2, max_overflow=2)
    except (ArgumentError, NoSuchModuleError, TypeError) as error:
        raise StoreError(
            f"The database URL cannot be used ({error}): write sqlite:///folder/floorwatch.db or postgresql+psycopg://…"
        ) from error
    except ModuleNotFoundError as error:
        raise StoreError(
            f"The database driver {error.name!r} is not installed: pip install 'psycopg[binary]'."
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads. Database errors come as `StoreError`."""
    with _told_as_store_errors(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: all of it, or nothing. Database errors come as `StoreError`."""
    with (
        _told_as_store_errors(engine),
        engine.connect().execution_options(floorwatch_writes=True) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def _told_as_store_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StoreError(
            f"The database {engine.url.render_as_string()} fails ({error.orig}): check that it is there, has space, "
            "and that this user may write it."
        ) from error
    except SQLAlchemyError as error:
        raise StoreError(f"The database {engine.url.render_as_string()} fails ({error}).") from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin or commit by itself
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", f"busy_timeout = {BUSY_MS}", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("floorwatch_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
