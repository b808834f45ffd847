"""Databases for tests: each test that asks for one runs once on SQLite and once on a real PostgreSQL.

A room takes them over in its conftest: `from tests.store.databases import database_url, databases, engine` (all three, and in
`__all__`). Each test has a database of its own, copied from one that was migrated once.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import Engine

from dashboard.store import open_store, upgrade
from tests import postgres_server

__all__ = ["Databases", "database_url", "databases", "engine"]

Kind = Literal["sqlite", "postgresql"]


class Databases:
    """Makes databases of one kind; all of them are gone after `close`."""

    def __init__(self, kind: Kind, folder: Path) -> None:
        self.kind = kind
        self._folder = folder
        self._made: list[str] = []

    def empty(self) -> str:
        """URL of a database with nothing in it."""
        return f"sqlite:///{self._new_file()}" if self.kind == "sqlite" else self._on_server("template0")

    def migrated(self) -> str:
        """URL of a database with this release's schema."""
        if self.kind == "postgresql":
            return self._on_server(_postgres_template())
        file = self._new_file()
        shutil.copyfile(_sqlite_template(), file)
        return f"sqlite:///{file}"

    def close(self) -> None:
        """Removes what is on the server; files go with their folder."""
        for name in self._made:
            postgres_server.shared().drop(name)

    def _new_file(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self._folder)) / "floor.sqlite"

    def _on_server(self, template: str) -> str:
        server = postgres_server.shared()
        self._made.append(server.make(template))
        return server.url(self._made[-1])


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Databases]:
    """Any number of databases of one kind, for tests that need more than one, or an empty one."""
    reason = postgres_server.reason_for_none() if request.param == "postgresql" else ""
    if reason:
        pytest.skip(reason)
    made = Databases(request.param, tmp_path)
    yield made
    made.close()


@pytest.fixture
def database_url(databases: Databases) -> str:
    """URL of a fresh database with this release's schema."""
    return databases.migrated()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The same, open. Writers wait for each other longer than they would in a site, where somebody waits for them."""
    opened = open_store(database_url, wait_s=30)
    yield opened
    opened.dispose()


@functools.cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="floorwatch-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    opened = open_store(f"sqlite:///{folder}/floor.sqlite")
    upgrade(opened)
    opened.dispose()  # the last connection takes the write-ahead log into the file
    return folder / "floor.sqlite"


@functools.cache
def _postgres_template() -> str:
    server = postgres_server.shared()
    name = server.make()
    opened = open_store(server.url(name))
    upgrade(opened)
    opened.dispose()
    return name
