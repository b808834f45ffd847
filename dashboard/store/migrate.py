"""Bringing a database to this release's schema. Any process may do it at its start; one does, the others wait for it.

Alembic is loaded where a schema is asked for: most processes of a site never do.
"""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

from dashboard.store.engine import StoreError, reading, shown, unhurried, writing

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

log = logging.getLogger("floorwatch.store")
logging.getLogger("alembic").setLevel(
    logging.WARNING
)  # it tells at every start how it is set up; what it does is told here

_LOCK = 7_203_411_905
"""Any number, the same in every release: the key of PostgreSQL's advisory lock."""

_OTHERS_S = 60
"""How long to wait for another process that migrates."""


def upgrade(engine: Engine) -> str:
    """Runs the migrations that are missing, all in one transaction, and gives the revision before ("" for none).

    Raises `StoreError`; then nothing has changed.
    """
    from alembic.util import CommandError

    with writing(engine) as connection, unhurried(connection):
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{_OTHERS_S}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        before = revision_on(connection)
        try:
            upgrade_to(connection, "head")
        except CommandError as error:
            raise _newer(engine, error) from error
    if before != newest():
        log.info("The database %s has schema %s now, before: %s", shown(engine.url), newest(), before or "none")
    return before


def upgrade_to(connection: Connection, revision: str) -> None:
    """Runs the migrations up to `revision` on an open transaction. Raises Alembic's `CommandError` if there is none such."""
    from alembic import command

    command.upgrade(configuration(connection), revision)


def revision_of(engine: Engine) -> str:
    """The schema's revision; "" for an empty database. Raises `StoreError`."""
    with reading(engine) as connection:
        return revision_on(connection)


def revision_on(connection: Connection) -> str:
    """The same, on an open transaction."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision() or ""


def require_newest(engine: Engine) -> None:
    """Raises `StoreError` unless the database has this release's schema: for commands that must not change it by the way."""
    revision = revision_of(engine)
    if revision not in known() | {""}:
        raise _newer(engine, f"revision {revision}")
    if revision != newest():
        raise StoreError(
            f"The database {shown(engine.url)} has {'an older' if revision else 'no'} schema: run floorwatch db upgrade."
        )


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings for the migrations that this package carries, on an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "dashboard.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _newer(engine: Engine, why: object) -> StoreError:
    return StoreError(
        f"The database {shown(engine.url)} belongs to a newer release ({why}): run that release, or use another database."
    )


@functools.cache
def newest() -> str:
    """The revision that this release works with."""
    return str(_scripts().get_current_head())


@functools.cache
def known() -> frozenset[str]:
    """All revisions that it can bring up to the newest."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(configuration())
