"""Opening the database: one way for SQLite and PostgreSQL, so that nothing else needs to know which it is.

On SQLite: write-ahead log (readers never wait for the writer), on the disk at each commit (what the audit log's anchor names must
outlive a power cut), transactions begun explicitly, those that write at once as writers, so that two processes queue up instead
of failing halfway. On PostgreSQL nothing waits for ever: not for a dead or hanging server (`patience`), nor for another's lock.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

WAIT_S = 5
"""How long a writer waits for another one, and a connection for its server."""

_SECRETS = {"password", "sslpassword", "passfile", "sslkey"}


class StoreError(Exception):
    """The database cannot be used. The text is one sentence, with the remedy, and holds no password."""


def open_store(url: str, *, threads: int = 4, wait_s: float = WAIT_S, is_patient: bool = False) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`. Connects at its first use; makes SQLite's folder.

    `threads`: how many use it at once; each may hold two connections. `wait_s`: the longest wait for another writer.
    `is_patient`: answers may take as long as they need, for commands that go through whole tables while somebody looks on.
    Raises `StoreError` on a URL of another form, or a driver that is not installed.
    """
    parsed = _parsed(url, wait_s)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        _make_file(Path(parsed.database))
    try:
        engine = create_engine(
            parsed,
            pool_pre_ping=True,
            pool_size=threads,
            max_overflow=threads,
            pool_timeout=2 * WAIT_S,
            hide_parameters=True,  # values of a statement that failed are somebody's: they belong in no log
        )
    except (ArgumentError, NoSuchModuleError, TypeError) as error:
        raise StoreError(f"The database URL {shown(parsed)} cannot be used ({error}): {_FORMS}") from error
    except ModuleNotFoundError as error:
        raise StoreError(
            f"The database driver {error.name!r} is not installed: pip install 'psycopg[binary]'."
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", partial(_prepare_sqlite, wait_s))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        _bound_answers(engine, is_patient=is_patient)
    return engine


def _make_file(file: Path) -> None:
    """For this user alone: it holds names, hashes and the audit log. SQLite gives its other files the same mode. One that is
    there keeps its own; one that cannot be made is SQLite's to complain about, in its own words."""
    file.absolute().parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        with suppress(OSError):
            os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """The same for a command: closed at the end."""
    engine = open_store(url, is_patient=True)
    try:
        yield engine
    finally:
        engine.dispose()


_FORMS = "write sqlite:///folder/floorwatch.sqlite or postgresql://user:password@host/database."


def _parsed(url: str, wait_s: float) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # their words may quote a part of the password
        raise StoreError(f"The database URL cannot be read: {_FORMS}") from None
    if "@" in (parsed.host or ""):
        raise StoreError("The database URL has more than one @: write one in the password as %40, a slash as %2F.")
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(query={**_limits(wait_s), **parsed.query})
    return parsed


def _limits(wait_s: float) -> dict[str, str]:
    return {
        "connect_timeout": str(WAIT_S),
        "tcp_user_timeout": str(2000 * WAIT_S),
        "options": f"-c lock_timeout={round(wait_s * 1000)}",
    }


def shown(url: URL) -> str:
    """The URL as people may read it: without passwords, and without how long we wait."""
    plain = {name: value for name, value in url.query.items() if name not in {*_SECRETS, *_limits(0)}}
    return url.set(query=plain).render_as_string(hide_password=True)


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
def snapshot(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads, all of it as it was at one moment. Database errors come as `StoreError`."""
    is_postgresql = engine.dialect.name == "postgresql"  # SQLite's readers see one moment by themselves
    options: dict[str, Any] = (
        {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if is_postgresql else {}
    )
    with (
        _told_as_store_errors(engine),
        engine.connect().execution_options(**options) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def _told_as_store_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        words = " ".join(str(error.orig).split())
        if "lock" in words.lower():
            raise StoreError(
                f"The database {shown(engine.url)} is busy ({words}): another process holds it; try again, and for a "
                "restore stop the product first."
            ) from error
        raise StoreError(
            f"The database {shown(engine.url)} fails ({words}): check that it is there, has space, "
            "and that this user may write it."
        ) from error
    except SQLAlchemyError as error:
        raise StoreError(f"The database {shown(engine.url)} fails ({error}).") from error


@contextmanager
def unhurried(connection: Connection) -> Iterator[None]:
    """Answers on this connection may take as long as they need: whole tables are rebuilt."""
    link = connection.connection.driver_connection
    answer_s = getattr(link, "answer_s", None)
    if link is None or answer_s is None:
        yield
        return
    link.answer_s = None
    try:
        yield
    finally:
        link.answer_s = answer_s


def _bound_answers(engine: Engine, *, is_patient: bool) -> None:
    from dashboard.store import patience  # PostgreSQL's driver is there only where it is used

    server = patience.Server(None if is_patient else patience.ANSWER_S)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, words: list[Any], options: dict[str, Any]) -> Any:
        return server.connect(words, options)


def _prepare_sqlite(wait_s: float, connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin or commit by itself
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        f"busy_timeout = {round(wait_s * 1000)}",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("floorwatch_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
