"""Bringing a database to this release's schema. Any process may do it at its start; one does, the others wait for it."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from dashboard.store.engine import StoreError, shown, writing

_LOCK = 7_203_411_905
"""Any number, the same in every release: the key of PostgreSQL's advisory lock."""

_OTHERS_S = 60
"""How long to wait for another process that migrates."""


def upgrade(engine: Engine) -> None:
    """Runs the migrations that are missing, all in one transaction. Raises `StoreError`; then nothing has changed."""
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{_OTHERS_S}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        try:
            command.upgrade(configuration(connection), "head")
        except CommandError as error:
            raise StoreError(
                f"The database {shown(engine.url)} belongs to a newer release ({error}): "
                "run that release, or use another database."
            ) from error


def configuration(connection: Connection) -> Config:
    """Alembic's settings for the migrations that this package carries, on an open connection."""
    config = Config()
    config.set_main_option("script_location", "dashboard.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
