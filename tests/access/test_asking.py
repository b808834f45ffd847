"""A database that is away is not asked again and again."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Engine, text

from dashboard.access import asking
from dashboard.store import StoreError, open_store, patience


def test_after_a_failure_it_is_left_alone_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [100.0]
    monkeypatch.setattr(asking, "monotonic", lambda: now_s[0])
    away = open_store("postgresql+psycopg://nobody@127.0.0.1:1/none")
    tries: list[object] = []
    connect = patience.Server.connect

    def count(server: patience.Server, *words: Any) -> patience.Link:
        tries.append(1)
        return connect(server, *words)

    monkeypatch.setattr(patience.Server, "connect", count)
    for asked, tried in ((0.0, 1), (0.5, 1), (asking.REST_S, 2), (asking.REST_S + 0.5, 2)):
        now_s[0] = 100.0 + asked
        with pytest.raises(StoreError):
            _ask(away)
        assert len(tries) == tried


def test_once_it_answers_it_is_asked_each_time(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [100.0]
    monkeypatch.setattr(asking, "monotonic", lambda: now_s[0])
    with pytest.raises(StoreError):
        _ask(engine, "SELECT nothing FROM nowhere")
    with pytest.raises(StoreError, match="a moment ago"):
        _ask(engine)
    now_s[0] += asking.REST_S
    assert [_ask(engine) for _ in range(3)] == [1, 1, 1]


def test_nobody_makes_it_rest_by_what_they_ask_for(engine: Engine) -> None:
    """PostgreSQL takes no NUL: that is no outage, and no reason to go on without it."""
    with suppress(StoreError), asking.asking(engine) as connection:
        connection.execute(text("SELECT :word"), {"word": "\0"})
    assert _ask(engine) == 1


def _ask(engine: Engine, words: str = "SELECT 1") -> object:
    with asking.asking(engine) as connection:
        return connection.execute(text(words)).scalar()
