"""How the database is opened: the same for both kinds, no password in any sentence, nothing waits for ever."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from dashboard.store import StoreError, open_store, upgrade
from dashboard.store.engine import reading, snapshot, writing
from dashboard.store.schema import teams
from tests.patience import HANG_S
from tests.store.databases import Databases


def test_sqlite_keeps_a_write_ahead_log_that_is_on_the_disk(tmp_path: Path) -> None:
    with reading(open_store(f"sqlite:///{tmp_path}/new/folder/floor.db")) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


@pytest.mark.parametrize("url", ["nonsense", "oracle://x/y", "redis://localhost"])
def test_a_wrong_url_is_one_sentence(url: str) -> None:
    with pytest.raises(StoreError, match=r"sqlite:///|not installed"):
        open_store(url)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "floor.db").mkdir()
    with pytest.raises(StoreError, match="check that it is there"):
        upgrade(open_store(f"sqlite:///{tmp_path}/floor.db"))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://floor:top-secret@127.0.0.1:1/floor",
        "postgresql+psycopg://floor:top-secret@127.0.0.1:1/floor?application_name=x",
        "postgresql://floor@127.0.0.1:1/floor?password=top-secret",
        "postgresql://floor:top-secret@127.0.0.1:port/floor",
        "postgresql://floor:x@top-secret@127.0.0.1:1/floor",
        "postgresql://floor:x/top-secret@127.0.0.1:1/floor",
        "mysql://floor:top-secret@127.0.0.1:1/floor?password=top-secret",
    ],
)
def test_no_sentence_holds_a_password(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        upgrade(open_store(url))
    assert "top-secret" not in str(caught.value)


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_postgresql_is_meant_with_and_without_its_drivers_name(databases: Databases) -> None:
    url = databases.migrated().replace("postgresql+psycopg://", "postgresql://")
    engine = open_store(url)
    with reading(engine) as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "5s"
        assert connection.engine.driver == "psycopg"
    engine.dispose()


def test_a_writer_waits_for_another_one_but_not_for_ever(database_url: str) -> None:
    """Where the whole database is one lock (SQLite) and where a row is (PostgreSQL), the second is told in words."""
    engine = open_store(database_url, wait_s=0.2)
    with writing(engine) as connection:
        connection.execute(teams.insert().values(id="sales"))
    told: list[str] = []

    def wait() -> None:
        try:
            with writing(engine) as connection:
                connection.execute(teams.update().values(name_en="second"))
        except StoreError as error:
            told.append(str(error))

    with writing(engine) as connection:
        connection.execute(teams.update().values(name_en="first"))
        second = threading.Thread(target=wait)
        second.start()
        second.join(HANG_S)
    assert len(told) == 1
    assert "lock" in told[0]
    engine.dispose()


def test_a_snapshot_sees_one_moment(engine: Engine) -> None:
    with snapshot(engine) as before:
        assert before.execute(select(teams.c.id)).all() == []
        with writing(engine) as connection:
            connection.execute(teams.insert().values(id="sales"))
        assert before.execute(select(teams.c.id)).all() == []
    with snapshot(engine) as after:
        assert after.execute(select(teams.c.id)).scalars().all() == ["sales"]


def test_more_threads_than_connections_take_turns(database_url: str) -> None:
    engine = open_store(database_url, threads=2)
    done: list[int] = []

    def add(first: int) -> None:
        for n in range(first, first + 5):
            with writing(engine) as connection:
                connection.execute(teams.insert().values(id=f"{n}"))
        done.append(first)

    threads = [threading.Thread(target=add, args=(first,)) for first in range(0, 60, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as connection:
        assert len(connection.execute(select(teams.c.id)).all()) == 60
    assert len(done) == 12
    engine.dispose()


def test_the_sqlite_files_are_for_their_user_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        engine = open_store(f"sqlite:///{tmp_path}/new/floor.sqlite")
        upgrade(engine)
        with writing(engine) as connection:
            connection.execute(text("CREATE TABLE more (x INTEGER)"))
            modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "new").iterdir()}
        engine.dispose()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(modes, 0o600)
    assert {"floor.sqlite", "floor.sqlite-wal"} <= set(modes)
