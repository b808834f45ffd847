"""A PostgreSQL that hangs, as with a disk that stalls: its links stay open and nobody gets an answer."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from dashboard.store import StoreError, open_store, upgrade
from dashboard.store import engine as engine_of_store
from dashboard.store.engine import reading, unhurried
from tests import postgres_server
from tests.patience import HANG_S
from tests.pipeline.site import until

ANSWER_S = 1.0


def test_a_server_that_hangs_is_given_up_soon_and_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres_server.own() as server:
        patience = pytest.importorskip("dashboard.store.patience")
        monkeypatch.setattr(patience, "ANSWER_S", ANSWER_S)
        monkeypatch.setattr(engine_of_store, "WAIT_S", 2)
        engine = open_store(server.url(server.make()))
        upgrade(engine)
        server.hang()
        with ThreadPoolExecutor(
            4
        ) as threads:  # the first asks by a link that was open, the others for one of their own
            told = [found.result() for found in [threads.submit(_asked, engine) for _ in range(4)]]
        assert all(words for words, _ in told), "nobody gets an answer"
        assert all(took_s < 20 for _, took_s in told), "nobody waits for ever"
        monkeypatch.setattr(patience, "ANSWER_S", 30.0)
        words, took_s = _asked(engine)
        assert "a moment ago" in words
        assert took_s < 15, "in doubt, nobody waits at all"
        monkeypatch.setattr(patience, "ANSWER_S", ANSWER_S)
        server.go_on()
        until(lambda: not _asked(engine)[0], HANG_S, "the server is found again")
        engine.dispose()


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_long_answer_is_waited_for_only_where_tables_are_rebuilt(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience = pytest.importorskip("dashboard.store.patience")
    monkeypatch.setattr(patience, "ANSWER_S", 1.0)
    engine = open_store(database_url)
    long = text("SELECT pg_sleep(1.5)")
    with pytest.raises(StoreError, match=r"no answer within 1 s"), reading(engine) as connection:
        connection.execute(long)
    until(lambda: not _asked(engine)[0], HANG_S, "the server is asked again")
    with reading(engine) as connection, unhurried(connection):
        connection.execute(long)
    with pytest.raises(StoreError), reading(engine) as connection:
        connection.execute(long)
    engine.dispose()


def _asked(engine: Engine) -> tuple[str, float]:
    """What went wrong, "" for nothing, and how long that took."""
    began = time.monotonic()
    try:
        with reading(engine) as connection:
            connection.execute(text("SELECT 1"))
    except StoreError as error:
        return str(error), time.monotonic() - began
    return "", time.monotonic() - began
