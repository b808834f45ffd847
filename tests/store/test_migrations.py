"""The migrations build exactly the schema that the code knows, from nothing and from each older schema, and say no in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError

from dashboard.store import Checkpoints, StoreError, open_store, upgrade
from dashboard.store.engine import reading, writing
from dashboard.store.migrate import configuration, newest, require_newest, revision_of
from dashboard.store.schema import accounts, metadata
from tests.store.databases import Databases

Open = Callable[[], Engine]


@pytest.fixture
def empty(databases: Databases) -> Iterator[Open]:
    """Opens the same empty database, as often as wanted."""
    url, opened = databases.empty(), []

    def open_again() -> Engine:
        opened.append(open_store(url))
        return opened[-1]

    yield open_again
    for engine in opened:
        engine.dispose()


def _agrees(engine: Engine) -> bool:
    with reading(engine) as connection:
        return not compare_metadata(MigrationContext.configure(connection), metadata)


def test_migrations_and_schema_agree(empty: Open) -> None:
    engine = empty()
    upgrade(engine)
    assert _agrees(engine)
    assert revision_of(engine) == newest()
    require_newest(engine)


def test_upgrading_twice_and_going_back_to_nothing(empty: Open) -> None:
    engine = empty()
    assert [upgrade(engine), upgrade(engine)] == ["", newest()]
    with writing(engine) as connection:
        command.downgrade(configuration(connection), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    upgrade(engine)
    assert _agrees(engine)


def test_a_database_of_the_previous_schema_keeps_what_is_in_it(empty: Open) -> None:
    engine = empty()
    with writing(engine) as connection:
        command.upgrade(configuration(connection), "0001")
    Checkpoints(engine, "main", 3).save("1700000000000-2", b"\x00state", 1700000000500)
    with pytest.raises(StoreError, match="floorwatch db upgrade"):
        require_newest(engine)
    assert upgrade(engine) == "0001"
    found = Checkpoints(engine, "main", 3).load("1700000000000-2")
    assert found is not None
    assert found.state == b"\x00state"
    Checkpoints(engine, "main", 3).save("1700000000001-0", b"next", 1700000000600)  # numbering goes on
    assert _agrees(engine)


def test_rows_point_only_at_rows_that_are_there(empty: Open) -> None:
    engine = empty()
    upgrade(engine)
    with engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(
            accounts.insert().values(id="a", login="a", name="a", person_id="none", created_at_ms=0, version=1)
        )


def test_processes_that_start_together_migrate_once(empty: Open) -> None:
    engines = [empty() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        before = list(pool.map(upgrade, engines))
    assert sorted(before) == ["", newest(), newest(), newest()]
    assert _agrees(engines[0])


def test_a_database_of_a_newer_release_is_refused_in_words(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for refuse in (upgrade, require_newest):
        with pytest.raises(StoreError, match="newer release"):
            refuse(engine)
