"""The migrations build exactly the schema that the code knows, from nothing, and say no in words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from dashboard.store import StoreError, open_store, upgrade
from dashboard.store.engine import reading, writing
from dashboard.store.migrate import configuration
from dashboard.store.schema import metadata


def test_migrations_and_schema_agree(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path}/floor.db")
    upgrade(engine)
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_upgrading_twice_and_going_back_to_nothing(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path}/floor.db")
    upgrade(engine)
    upgrade(engine)
    with writing(engine) as connection:
        command.downgrade(configuration(connection), "base")
    assert "checkpoints" not in inspect(engine).get_table_names()
    upgrade(engine)
    assert "checkpoints" in inspect(engine).get_table_names()


def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    engines = [open_store(f"sqlite:///{tmp_path}/floor.db") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, engines))
    assert "checkpoints" in inspect(engines[0]).get_table_names()


def test_a_database_of_a_newer_release_is_refused_in_words(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path}/floor.db")
    upgrade(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer release"):
        upgrade(engine)


def test_sqlite_keeps_a_write_ahead_log(tmp_path: Path) -> None:
    with reading(open_store(f"sqlite:///{tmp_path}/new/folder/floor.db")) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


@pytest.mark.parametrize("url", ["nonsense", "oracle://x/y", "redis://localhost"])
def test_a_wrong_url_is_one_sentence(url: str) -> None:
    with pytest.raises(StoreError, match=r"sqlite:///|not installed"):
        open_store(url)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "floor.db").mkdir()
    with pytest.raises(StoreError, match="check that it is there"):
        upgrade(open_store(f"sqlite:///{tmp_path}/floor.db"))
